"""Who: sign-ins, people and their real-name proof, officers and authorities."""

from collections.abc import Iterator

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who: sign-ins, people and their real-name proof, officers and authorities."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = "账户"

    def ready(self) -> None:
        """Register who keeps this step's promises, its messages and the audit chains that must exist."""
        from portal.accounts import (  # noqa: PLC0415 - apps.py is where registration happens
            admin,  # noqa: F401 - registers itself
            codes,
            helping,
            messages,
            proving,
        )
        from portal.accounts.enterprises import admin as _enterprises_admin  # noqa: F401, PLC0415 - registers itself
        from portal.accounts.enterprises import messages as enterprise_messages  # noqa: PLC0415 - the same
        from portal.accounts.enterprises import registering, staff  # noqa: PLC0415 - the same
        from portal.accounts.gateways.guardianship import simulator as guardianships  # noqa: PLC0415 - the same
        from portal.accounts.gateways.shared import simulator  # noqa: PLC0415 - the same
        from portal.common import outbox, registry  # noqa: PLC0415 - the same

        outbox.handles(codes.FORGET_TOPIC, codes.forget)
        outbox.handles(proving.COMPARE_TOPIC, proving.compare, gives_up=proving.stop_comparing)
        outbox.handles(proving.FORGET_FACE_TOPIC, proving.forget_face, tries=100)
        registry.simulators |= {**simulator.KNOBS, guardianships.LEDGER.name: guardianships.KNOB}
        outbox.handles(helping.END_TOPIC, helping.end)
        outbox.handles(registering.EXPIRY_TOPIC, registering.expire)
        outbox.handles(registering.REMINDER_TOPIC, registering.remind)
        registry.tell(*messages.MESSAGES, *enterprise_messages.MESSAGES)
        registry.expected_chains.append(_chains)
        registry.invariants["accounts.enterprise_lists"] = staff.miscounted
        registry.invariants["accounts.live_picture_gone"] = _overdue_pictures


def _chains() -> Iterator[str]:
    """Every sign-in that began a proof has a chain, every official since the appointment, every enterprise."""
    from portal.accounts.models import Enterprise, IdentityProof, Officer  # noqa: PLC0415 - apps.py is where registration happens

    users = IdentityProof.objects.order_by("user_id").values_list("user_id", flat=True).distinct()
    yield from (f"person:{user_id}" for user_id in users.iterator())
    yield from (f"official:{user_id}" for user_id in Officer.objects.values_list("user_id", flat=True).iterator())
    yield from (f"enterprise:{pk}" for pk in Enterprise.objects.values_list("pk", flat=True).iterator())


def _overdue_pictures() -> Iterator[str]:
    """No live picture outlives the decision, nor the day it was taken by more than an hour."""
    from portal.accounts import proving  # noqa: PLC0415 - apps.py is where registration happens

    return (f"live picture of proof {proof_id} is overdue" for proof_id in proving.overdue_pictures())

"""The case: one form, several documents, from draft to delivery."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Registers the promises, messages and invariants of the case."""

    name = "applications"
    label = "applications"
    verbose_name = "申请"

    def ready(self) -> None:
        """Fill the registries."""
        from applications import admin as _admin  # noqa: F401, PLC0415 - registers itself
        from applications import (  # noqa: PLC0415
            consenting,
            consents,
            due_dates,
            filing,
            fulfilment,
            invariants,
            messages,
            promises,
            review,
            wishes,
        )
        from applications import scope_admin as _scope_admin  # noqa: F401, PLC0415 - registers itself
        from applications.attachments import invariants as attached  # noqa: PLC0415
        from applications.attachments import keeping  # noqa: PLC0415
        from applications.gateways import simulators  # noqa: PLC0415
        from documents.services import EFFECT_TOPIC  # noqa: PLC0415
        from portal.common import outbox, registry  # noqa: PLC0415

        for topic, handler in fulfilment.TOPICS.items():
            outbox.handles(topic, handler, tries=fulfilment.TRIES)
        outbox.handles(filing.ACCEPTANCE_TOPIC, promises.accept_by_silence)
        outbox.handles(review.LAPSE_TOPIC, promises.lapse_when_due)
        outbox.handles(
            keeping.TOPIC, keeping.keep_promise, tries=keeping.TRIES, gives_up=keeping.give_up, queue="photos"
        )
        outbox.handles(EFFECT_TOPIC, wishes.look_for_wishes)
        outbox.handles(wishes.TOPIC, wishes.tell_if_open, tries=12)
        registry.simulators |= simulators.KNOBS
        outbox.handles(consents.REMINDER_TOPIC, consenting.remind)
        outbox.handles(consents.EXPIRY_TOPIC, consenting.expire)
        outbox.handles(consents.INVITATION_TOPIC, consenting.invite, tries=12)
        registry.tell(*messages.SPECS, *consenting.SPECS)
        registry.calendar_loaded.append(due_dates.count_anew)
        registry.expected_chains += [invariants.chains, attached.chains]
        registry.invariants.update(invariants.ALL)
        registry.invariants["I9 files match attachments"] = attached.files_match_rows

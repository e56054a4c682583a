"""Window cases: slots, bookings, counters, one-trip sheets and visits at home, as a Django application."""

from collections.abc import Iterator

from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    """Registers the promises, messages and audit chains of window cases."""

    name = "portal.appointments"
    label = "appointments"
    verbose_name = "窗口预约"

    def ready(self) -> None:
        """Fill the registries."""
        from portal.appointments import admin as _admin  # noqa: F401, PLC0415 - registers itself
        from portal.appointments import booking, messages, retention, sheets, slots, telling  # noqa: PLC0415
        from portal.common import outbox, registry  # noqa: PLC0415

        outbox.handles(booking.REMIND_TOPIC, booking.remind)
        outbox.handles(booking.MISS_TOPIC, booking.miss)
        outbox.handles(telling.SHEET_TOPIC, telling.send_sheet)
        outbox.handles(sheets.FORGET_TOPIC, sheets.forget)
        registry.tell(*messages.SPECS)
        registry.calendar_loaded.append(slots.open_all)
        registry.expected_chains.append(_chains)
        registry.invariants["slots hold as many as they sold"] = slots.miscounted
        registry.invariants["nothing of the window is kept past its time"] = retention.overdue


def _chains() -> Iterator[str]:
    """Every booking and every visit at home has a chain."""
    from portal.appointments.models import Booking, HomeVisit  # noqa: PLC0415 - apps.py is where registration happens

    for model in (Booking, HomeVisit):
        keys = model.objects.values_list("pk", flat=True)
        yield from (f"{model.subject_kind}:{pk}" for pk in keys.iterator())

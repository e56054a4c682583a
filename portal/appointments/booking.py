"""Bookings: made, moved, cancelled and remembered; each takes one place and gives it back."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import ServicePoint
from portal.accounts.services import require_leave
from portal.appointments import slots
from portal.appointments.catalog import HOME, MATTERS
from portal.appointments.holders import Holder
from portal.appointments.lifecycle import BOOKING, WINDOW_CASE
from portal.appointments.models import BOOKING_OPEN, Booking, HomeVisit, Slot, WindowCase
from portal.common import clock, crypto, outbox
from portal.common.acting import Acting
from portal.common.lifecycle import MESSAGE_TOPIC
from portal.common.models import Promise
from portal.common.unmet import Refused, Unmet

REMIND_TOPIC = "appointments.remind"
MISS_TOPIC = "appointments.miss"
REMINDER = "appointment.reminder"
REMIND_AT = time(10)
# Enough for a family; a bound against hoarding.
MOST_OPEN = 5


def book(slot_id: UUID, *, holder: Holder, matter: str, told: dict[str, Any] | None = None) -> Booking:
    """Take a place for somebody; what they told before travels along as a prepared case.

    Raises Refused (slot.*, booking.matter, booking.name, booking.twice, booking.many) and NoLeave for whoever may not
    act for the person, having taken nothing.
    """
    unmet = _unmet_of(holder, matter)
    if unmet:
        raise Refused(unmet)
    with transaction.atomic():
        require_leave(holder.acting)
        slot = slots.take(slot_id)
        row = _row(slot.point, holder, matter)
        row.slot, row.day = slot, clock.local_day(slot.starts_at)
        _begin(row, "book", holder.acting)
        if told:
            prepare(row, told=told, acting=holder.acting)
        outbox.promise_all(_promises(row, slot))
    return row


def walk_in(point: ServicePoint, *, name: str, citizen_number: str, matter: str, acting: Acting) -> Booking:
    """Take in somebody who came without a booking: their clock starts now; raises Refused like `book`."""
    holder = Holder(acting, "", name=name, citizen_number=citizen_number)
    with transaction.atomic():
        row = _row(point, holder, matter)
        row.day, row.arrived_at = clock.today(), clock.now()
        if not citizen_number:
            # Nothing tells two people of one name apart: each has a place of their own.
            row.holder_index = crypto.blind_index("appointments.holder", str(row.pk))
        _begin(row, "walk_in", acting)
    return row


def at_home(visit: HomeVisit, *, acting: Acting) -> Booking:
    """Open the place of somebody an officer has come to: present already, at the authority's first point.

    Raises Refused (visit.point, booking.twice).
    """
    point = ServicePoint.objects.filter(authority_id=visit.authority).order_by("opened_on", "pk").first()
    if point is None:
        text = _("这个城市还没有服务点，不能办理。")
        raise Refused([Unmet("visit.point", text, remedy=_("请主管先建服务点。"))])
    person = visit.person
    who = {"name": person.name, "citizen_number": person.citizen_number} if person else {"name": visit.name}
    holder = Holder(acting, visit.phone, user=visit.user, visitor=visit.visitor, person=person, **who)
    row = _row(point, holder, HOME)
    row.day = clock.today()
    _begin(row, "come_home", acting)
    return row


def prepare(row: Booking, *, told: dict[str, Any], acting: Acting) -> WindowCase:
    """Lay a case beside a booking, with what was told before."""
    case = WindowCase(booking=row, authority=row.authority, name=row.name, citizen_number=row.citizen_number)
    case.told = told
    WINDOW_CASE.begin([case], actions=[("prepare", acting)])
    return case


def find(reference: str) -> Booking | None:
    """Return the booking of a secret link, or None."""
    return Booking.objects.select_related("point", "slot", "visitor").filter(reference=reference).first()


def move(row: Booking, slot_id: UUID, *, acting: Acting) -> Booking:
    """Change to another slot of the same point; the link is the right to do it.

    Raises Refused (slot.*, state), and NoLeave as `book` does.
    """
    with transaction.atomic():
        require_leave(acting)
        # The booking's row is locked before any slot, here and in `cancel`.
        held = Booking.objects.select_for_update().get(pk=row.pk)
        if held.slot_id == slot_id:
            return held
        slots.lock(slot_id, held.slot_id)
        slot = slots.take(slot_id)
        if slot.point_id != held.point_id:
            text = _("改期只能在同一个服务点。")
            raise Refused([Unmet("slot.elsewhere", text, remedy=_("要换地方，请先取消，再重新预约。"), field="slot")])
        try:
            with transaction.atomic():
                sets = {"slot": slot, "day": clock.local_day(slot.starts_at)}
                fresh = BOOKING.perform(held, "move", acting=acting, sets=sets)
        except IntegrityError:
            raise Refused([_twice()]) from None
        if held.slot_id is not None:
            slots.give_back(held.slot_id)
        outbox.promise_all(_promises(fresh, slot))
    return fresh


def cancel(row: Booking, *, acting: Acting) -> Booking:
    """Give the place back; the link is the right to do it. Raises Refused (state), NoLeave."""
    with transaction.atomic():
        require_leave(acting)
        held = Booking.objects.select_for_update().get(pk=row.pk)
        fresh = BOOKING.perform(held, "cancel", acting=acting)
        _end(fresh, acting)
    return fresh


def remind(promise: Promise) -> None:
    """Keep a promise of topic "appointments.remind" (payload: booking, seq): the day before, unless it has changed."""
    row = _as_promised(promise)
    if row is None:
        return
    payload = {"code": REMINDER, "subject": str(row.pk), "event": str(promise.pk)}
    outbox.promise(MESSAGE_TOPIC, key=f"{REMINDER}:{row.pk}:{row.event_seq}", payload=payload)


def miss(promise: Promise) -> None:
    """Keep a promise of topic "appointments.miss" (payload: booking, seq): nobody came on the day."""
    acting = Acting.system("appointments")
    with transaction.atomic():
        # Locked before it is looked at: who is checked in or moved at this moment has not missed anything.
        Booking.objects.select_for_update().filter(pk=promise.payload["booking"]).first()
        row = _as_promised(promise)
        if row is not None:
            fresh = BOOKING.perform(row, "miss", acting=acting)
            _end(fresh, acting)


def _end(row: Booking, acting: Acting) -> None:
    """Give the place back and drop the prepared case of a booking that will not be used."""
    if row.slot_id is not None:
        slots.give_back(row.slot_id)
    case = WindowCase.objects.filter(booking=row, status="prepared").first()
    if case is not None:
        WINDOW_CASE.perform(case, "drop", acting=acting)


def _as_promised(promise: Promise) -> Booking | None:
    """Return the booking of a promise if nothing has happened to it since."""
    found = Booking.objects.filter(
        pk=promise.payload["booking"], event_seq=int(str(promise.payload["seq"])), status="booked"
    )
    return found.select_related("visitor", "point", "slot").first()


def _promises(row: Booking, slot: Slot) -> list[outbox.Step]:
    key, payload = f"{row.pk}:{row.event_seq}", {"booking": str(row.pk), "seq": row.event_seq}
    steps = [outbox.Step(MISS_TOPIC, key, payload, after=slots.ends_at(row.day))]
    before = clock.local_day(slot.starts_at) - timedelta(days=1)
    at = datetime.combine(before, REMIND_AT, timezone.get_default_timezone())
    if at > clock.now():
        steps.append(outbox.Step(REMIND_TOPIC, key, payload, after=at))
    return steps


def _row(point: ServicePoint, holder: Holder, matter: str) -> Booking:
    return Booking(
        point=point,
        authority=point.authority_id,
        matter=matter,
        user=holder.user,
        visitor=holder.visitor,
        person=holder.person,
        holder_index=holder.index,
        name=holder.name,
        citizen_number=holder.citizen_number,
        booked_at=clock.now(),
    )


def _begin(row: Booking, action: str, acting: Acting) -> None:
    try:
        with transaction.atomic():
            BOOKING.begin([row], actions=[(action, acting)])
    except IntegrityError:
        same = Booking.objects.filter(
            holder_index=row.holder_index, day=row.day, matter=row.matter, status__in=BOOKING_OPEN
        )
        if not same.exists():
            raise
        raise Refused([_twice()]) from None


def _unmet_of(holder: Holder, matter: str) -> list[Unmet]:
    unmet = []
    if matter not in MATTERS:
        text = _("没有这种事项。")
        unmet.append(Unmet("booking.matter", text, remedy=_("请从列出的事项里选。"), field="matter"))
    if not holder.name:
        text = _("还没有填姓名。")
        unmet.append(Unmet("booking.name", text, remedy=_("请填写来办事的人的姓名。"), field="name"))
    mine = Booking.objects.filter(status="booked", user=holder.user, visitor=holder.visitor)
    if mine.count() >= MOST_OPEN:
        text = _("您已经有 5 个预约。")
        unmet.append(Unmet("booking.many", text, remedy=_("请先取消用不上的预约。")))
    return unmet


def _twice() -> Unmet:
    text = _("这一天、这件事已经有一个预约。")
    return Unmet("booking.twice", text, remedy=_("请用原来的预约；要换时间，请改期。"), field="matter")

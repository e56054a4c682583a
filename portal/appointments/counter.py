"""The counter: people arrive, are called and finish; cases are taken in for people present, wherever they live."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications import services as applications
from applications.models import Submission
from applications.services import Known, outlook
from documents import catalog
from portal.accounts.divisions import city_of
from portal.accounts.models import ServicePoint
from portal.accounts.services import identify, require_leave
from portal.appointments import booking
from portal.appointments.lifecycle import BOOKING, WINDOW_CASE, form_is_open, was_asked
from portal.appointments.models import Booking, WindowCase
from portal.common import clock
from portal.common.acting import Acting
from portal.common.admin import within_jurisdiction
from portal.common.fields import BlindIndexField
from portal.common.unmet import Refused, Unmet

ACTS = ("check_in", "call", "finish", "leave")
_ABSENT = Unmet(
    "booking.absent",
    _("这个人不在窗口：还没有到，或者已经离开。"),
    remedy=_("请先用身份证或者二维码签到；离开后又回来的，请现场取号。"),
)
_FILED = Unmet(
    "filed_elsewhere",
    _("这张申请表已经在别处提交，这里不能再受理。"),
    remedy=_("要办别的，请从叫号页重新打开，再核对一次身份，另开一张。"),
)


@dataclass(frozen=True, repr=False)
class Intake:
    """What an officer takes in: whose case, the city of their household if any, which papers they brought."""

    name: str
    citizen_number: str
    hukou_code: str
    materials: tuple[str, ...]


def points_of(acting: Acting) -> "QuerySet[ServicePoint]":
    """Return the service points of an official's jurisdiction."""
    return within_jurisdiction(ServicePoint.objects.order_by("authority_id", "name"), acting, path="authority_id")


def today_at(point: ServicePoint) -> "QuerySet[Booking]":
    """Return the bookings of today at a point that somebody still has to act on: those who wait first."""
    rows = Booking.objects.select_related("slot", "case").filter(point=point, day=clock.today())
    return rows.filter(status__in=("booked", "arrived", "called")).order_by("arrived_at", "slot__starts_at")


def check_in(point: ServicePoint, citizen_number: str, *, acting: Acting) -> Booking:
    """Start the clock of whoever lays this identity card on the counter; raises Refused (booking.none)."""
    index = BlindIndexField.of(Booking, "citizen_number", citizen_number)
    rows = Booking.objects.filter(point=point, day=clock.today(), citizen_number_index=index, status="booked")
    row = rows.order_by("slot__starts_at").first() if citizen_number else None
    if row is None:
        text = _("这个号码今天在这里没有预约。")
        raise Refused([Unmet("booking.none", text, remedy=_("请用“现场取号”。"), field="citizen_number")])
    return act(row, "check_in", acting=acting)


def act(row: Booking, action: str, *, acting: Acting) -> Booking:
    """Do one step at the counter: check_in, call, finish or leave; raises Refused (role, jurisdiction, state)."""
    if action == "check_in" and row.day != clock.today():
        text = _("这个预约不是今天的。")
        raise Refused([Unmet("booking.day", text, remedy=_("请改期到今天，或者用“现场取号”。"))])
    sets: dict[str, object] = {"arrived_at": clock.now()} if action == "check_in" else {}
    return BOOKING.perform(row, action, acting=acting, sets=sets)


def case_of(row: Booking, *, acting: Acting) -> WindowCase:
    """Return the case beside a booking; who told nothing before gets an empty one."""
    with transaction.atomic():
        Booking.objects.select_for_update().get(pk=row.pk)
        found = WindowCase.objects.filter(booking=row).first()
        return found or booking.prepare(row, told={}, acting=acting)


def take_in(case: WindowCase, intake: Intake, *, acting: Acting) -> WindowCase:
    """Take a case in: papers complete, fee and term fixed by the day; anybody's, wherever their household is.

    Raises Refused (case.asked, case.materials, role, jurisdiction, state).
    """
    unmet = was_asked(case, acting, {})
    if unmet:
        raise Refused(unmet)
    missing = missing_of(case, intake.materials)
    if missing:
        names = "、".join(str(one.name) for one in missing)
        text = _("材料还缺：%(names)s。") % {"names": names}
        raise Refused([Unmet("case.materials", text, remedy=_("收齐再受理，或者选“不能受理”，一次告知。"))])
    due = applications.window_due(home=intake.hukou_code, place=case.authority)
    sets = {
        "name": intake.name,
        "citizen_number": intake.citizen_number,
        "hukou_code": intake.hukou_code,
        "materials": list(intake.materials),
        "fee_fen": fee_of(case),
        "taken_at": clock.now(),
        "due_on": due.on,
        "due_provisional": due.provisional,
    }
    return WINDOW_CASE.perform(case, "take", acting=acting, sets=sets)


def open_form(row: Booking, *, name: str, citizen_number: str, acting: Acting) -> WindowCase:
    """Open the form of a person present whose identity card the officer has checked; asks the population register.

    A draft the person prepared is the one opened. Call outside any transaction. Raises Refused (booking.absent, role,
    jurisdiction, state, name.*, citizen_number.*, identity.*).
    """
    if not is_present(row):
        raise Refused([_ABSENT])
    person = identify(name, citizen_number, acting=acting)
    with transaction.atomic():
        _hold_present(row.pk)
        case = case_of(row, acting=acting)
        form = applications.open_form(person, authority=case.authority, acting=acting)
        sets = {"submission": form, "name": person.name, "citizen_number": person.citizen_number}
        return WINDOW_CASE.perform(case, "open_form", acting=acting, sets=sets)


def for_person(acting: Acting, submission: Submission) -> Acting:
    """Return the officer as acting for the person whose form it is, inside the hall's office."""
    return replace(acting, behalf=str(submission.beneficiary_id))


def is_present(row: Booking) -> bool:
    """Tell whether the person has arrived and not left."""
    return row.status in ("arrived", "called")


def _hold_present(booking_id: UUID) -> None:
    """Keep the person at the counter until the end of the caller's transaction; raises Refused (booking.absent)."""
    if not is_present(Booking.objects.select_for_update().get(pk=booking_id)):
        raise Refused([_ABSENT])


def keep(
    case: WindowCase, parts_on: Callable[[Mapping[str, Any]], Mapping[str, Mapping[str, Any]]], *, acting: Acting
) -> Submission:
    """Keep what an officer fills in for the person present: `parts_on` lays it over what the form says by now.

    Raises Refused (booking.absent, filed_elsewhere), Submission.DoesNotExist where the form was thrown away, NoLeave.
    """
    with transaction.atomic():
        _hold_present(case.booking_id)
        if case.submission_id is None:
            raise Submission.DoesNotExist
        acting = for_person(acting, Submission.objects.get(pk=case.submission_id))
        require_leave(acting)
        form = Submission.objects.select_for_update().get(pk=case.submission_id)
        if form.filed_at is not None:
            raise Refused([_FILED])
        return applications.save_parts(form.pk, parts_on(form.answers), acting=acting)


def hand_in(
    case: WindowCase, *, known: Known, declared: Mapping[str, Any], seen: Sequence[str], acting: Acting
) -> WindowCase:
    """Hand the open form in for the person present: its applications go on by themselves, with their own receipts.

    The hall's office decides. Raises Refused with every reason (booking.absent and filed_elsewhere among them), having
    written nothing.
    """
    with transaction.atomic():
        _hold_present(case.booking_id)
        unmet = form_is_open(case, acting, {})
        if unmet or case.submission_id is None:
            raise Refused(unmet)
        filed = applications.take_in(
            case.submission_id, authority=case.authority, acting=acting, known=known, declared=declared, seen=seen
        )
        if (filed.submission.channel, filed.submission.authority) != ("window", case.authority):
            raise Refused([_FILED])
        first = filed.applications[0]
        sets: dict[str, object] = {
            "hukou_code": city_of(known.facts.hukou_code) if known.facts.hukou_code else "",
            "materials": list(seen),
            "fee_fen": sum(row.fee_fen or 0 for row in filed.applications),
            "taken_at": clock.now(),
            "due_on": first.due_on,
            "due_provisional": first.due_provisional,
        }
        return WINDOW_CASE.perform(case, "hand_in", acting=acting, sets=sets)


def complete(case: WindowCase, *, acting: Acting, note: str = "") -> WindowCase:
    """Say that a case is done; raises Refused (role, jurisdiction, state)."""
    return WINDOW_CASE.perform(case, "complete", acting=acting, note=note)


def turn_away(case: WindowCase, *, acting: Acting, note: str) -> WindowCase:
    """Say why a case cannot be taken; raises Refused (note, role, jurisdiction, state)."""
    return WINDOW_CASE.perform(case, "turn_away", acting=acting, note=note)


def missing_of(case: WindowCase, brought: tuple[str, ...]) -> list[catalog.Material]:
    """Return the papers the rules ask for that were not brought."""
    return [row for row in outlook(case.told, on=clock.today()).materials if row.code not in brought]


def fee_of(case: WindowCase) -> int | None:
    """Return the price of what was asked for, in fen, or None where the window names it."""
    return outlook(case.told, on=clock.today()).fee_fen if case.told else None


def booking_of(reference: str, *, acting: Acting) -> Booking | None:
    """Return the booking of a QR link, or None outside the jurisdiction."""
    row = booking.find(reference)
    return row if row is not None and acting.covers(row.authority) else None


def find(booking_id: UUID, *, acting: Acting) -> Booking | None:
    """Return a booking of the jurisdiction, or None."""
    row = Booking.objects.select_related("point").filter(pk=booking_id).first()
    return row if row is not None and acting.covers(row.authority) else None

"""Visits at home for people who cannot come: asked for, triaged by officers, made."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Authority
from portal.accounts.services import require_leave
from portal.appointments import booking
from portal.appointments.catalog import HOME, HOME_REASONS
from portal.appointments.holders import Holder
from portal.appointments.lifecycle import HOME_VISIT
from portal.appointments.models import VISIT_OPEN, Booking, HomeVisit
from portal.common import clock, workdays
from portal.common.acting import NATION, Acting
from portal.common.unmet import Refused, Unmet


@dataclass(frozen=True, repr=False)
class Request:
    """What somebody asks for: who, why, where, and the city whose officers would come."""

    name: str
    phone: str
    address: str
    reason: str
    details: str
    authority: str


def ask(request: Request, *, holder: Holder) -> HomeVisit:
    """Ask for a visit; raises Refused (visit.reason, visit.city, visit.twice), and NoLeave as `booking.book` does."""
    unmet = _unmet_of(request)
    if unmet:
        raise Refused(unmet)
    row = HomeVisit(
        authority=request.authority,
        user=holder.user,
        visitor=holder.visitor,
        person=holder.person,
        holder_index=holder.index,
        name=request.name,
        phone=request.phone,
        address=request.address,
        details=request.details,
        reason=request.reason,
        asked_at=clock.now(),
    )
    try:
        with transaction.atomic():
            require_leave(holder.acting)
            HOME_VISIT.begin([row], actions=[("ask", holder.acting)])
    except IntegrityError:
        if not HomeVisit.objects.filter(holder_index=row.holder_index, status__in=VISIT_OPEN).exists():
            raise
        text = _("已经有一个上门申请在办。")
        raise Refused([Unmet("visit.twice", text, remedy=_("请等工作人员答复，或者先撤回原来的。"))]) from None
    return row


def find(reference: str) -> HomeVisit | None:
    """Return the request of a secret link, or None."""
    return HomeVisit.objects.filter(reference=reference).first()


def accept(row: HomeVisit, *, on: date, acting: Acting) -> HomeVisit:
    """Accept with a day, or change the day; raises Refused (visit.day, role, jurisdiction, state)."""
    if on <= clock.today() or workdays.is_holiday(on):
        text = _("上门日期要在今天以后，不能是节假日。")
        raise Refused([Unmet("visit.day", text, remedy=_("请另选一天。"), field="visit_on")])
    return HOME_VISIT.perform(row, "accept", acting=acting, sets={"visit_on": on})


def refuse(row: HomeVisit, *, note: str, acting: Acting) -> HomeVisit:
    """Refuse with a reason; raises Refused (note, role, jurisdiction, state)."""
    return HOME_VISIT.perform(row, "refuse", acting=acting, note=note)


def visited(row: HomeVisit, *, acting: Acting, note: str = "") -> HomeVisit:
    """Say that the officer is at the person's home, whose form opens there like at a counter.

    Raises Refused (visit.point, booking.twice, role, jurisdiction, state).
    """
    with transaction.atomic():
        fresh = HOME_VISIT.perform(row, "visit", acting=acting, note=note)
        booking.at_home(fresh, acting=acting)
    return fresh


def place_of(row: HomeVisit) -> Booking | None:
    """Return the place opened at somebody's home today, or None."""
    found = Booking.objects.filter(matter=HOME, day=clock.today(), authority=row.authority, status="called")
    return found.filter(user=row.user, visitor=row.visitor, person=row.person).order_by("-booked_at").first()


def withdraw(row: HomeVisit, *, acting: Acting) -> HomeVisit:
    """Take a request back; the link is the right to do it. Raises Refused (state), NoLeave."""
    with transaction.atomic():
        require_leave(acting)
        return HOME_VISIT.perform(row, "withdraw", acting=acting)


def _unmet_of(request: Request) -> list[Unmet]:
    unmet = []
    if request.reason not in HOME_REASONS:
        text = _("没有这个原因。")
        unmet.append(Unmet("visit.reason", text, remedy=_("请从列出的原因里选。"), field="reason"))
    if not Authority.objects.filter(code=request.authority).exclude(code=NATION).exists():
        text = _("这个城市还没有可以上门的机构。")
        unmet.append(Unmet("visit.city", text, remedy=_("请拨打 12367。"), field="authority"))
    return unmet

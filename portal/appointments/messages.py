"""What people are told about their booking, their case at the window and their visit at home."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import ServicePoint
from portal.accounts.services import recipients
from portal.appointments.models import Booking, HomeVisit, WindowCase
from portal.common.registry import MessageSpec, Texted, Told
from portal.common.templatetags.portal import day, moment

_BOOKING_SAMPLE = {"point": "", "at": "2026-11-23T09:00:00+08:00"}
_CASE_SAMPLE = {"due": "2026-12-02"}
_VISIT_SAMPLE = {"on": "2026-11-25"}


def _of_booking(subject: UUID, payload: Mapping[str, object]) -> Told:  # noqa: ARG001 - the registry's signature
    row = Booking.objects.select_related("slot", "person", "visitor").get(pk=subject)
    at = timezone.localtime(row.slot.starts_at).isoformat() if row.slot else ""
    params = {"point": str(row.point_id), "at": at}
    return _told(row, params, "appointments:booking")


def _of_case(subject: UUID, payload: Mapping[str, object]) -> Told:  # noqa: ARG001 - the registry's signature
    row = WindowCase.objects.select_related("booking__person", "booking__visitor").get(pk=subject)
    params = {"due": row.due_on.isoformat() if row.due_on else ""}
    return _told(row.booking, params, "appointments:booking")


def _of_visit(subject: UUID, payload: Mapping[str, object]) -> Told:  # noqa: ARG001 - the registry's signature
    row = HomeVisit.objects.select_related("person", "visitor").get(pk=subject)
    params = {"on": row.visit_on.isoformat() if row.visit_on else ""}
    return _told(row, params, "appointments:home_visit")


def _told(row: Booking | HomeVisit, params: Mapping[str, str | int], link: str) -> Told:
    """Return whom to tell: sign-ins, or the proven phone of somebody without one.

    Who drew a number in the hall and has neither stands at the counter when something happens to their case.
    """
    texted = None
    if row.visitor is not None:
        texted = Texted(row.visitor.phone, row.visitor.language, reverse(link, args=[row.reference]))
    return Told(_recipients(row), params, link, (row.reference,), texted, in_person=row.user is None and texted is None)


def _recipients(row: Booking | HomeVisit) -> tuple[UUID, ...]:
    """Return the sign-ins to tell: whoever made it, and the person it is for where that is somebody else."""
    if row.user_id is None:
        return ()
    return recipients(row.person, filer_id=row.user_id) if row.person else (row.user_id,)


def _booking_words(params: Mapping[str, object]) -> dict[str, object]:
    point = ServicePoint.objects.filter(pk=UUID(str(params["point"]))).first() if params["point"] else None
    at = moment(datetime.fromisoformat(str(params["at"]))) if params["at"] else ""
    return {"point": point.label if point else "", "place": point.place if point else "", "at": at}


def _day_words(params: Mapping[str, object]) -> dict[str, object]:
    return {key: day(date.fromisoformat(str(value))) if value else "" for key, value in params.items()}


def _booking(code: str, title: object, body: object) -> MessageSpec:
    return MessageSpec(
        f"appointment.{code}",
        title,  # type: ignore[arg-type]
        body,  # type: ignore[arg-type]
        _of_booking,
        present=_booking_words,
        sample=_BOOKING_SAMPLE,
    )


def _case(code: str, title: object, body: object) -> MessageSpec:
    return MessageSpec(
        f"window_case.{code}",
        title,  # type: ignore[arg-type]
        body,  # type: ignore[arg-type]
        _of_case,
        present=_day_words,
        sample=_CASE_SAMPLE,
    )


def _visit(code: str, title: object, body: object) -> MessageSpec:
    return MessageSpec(
        f"home_visit.{code}",
        title,  # type: ignore[arg-type]
        body,  # type: ignore[arg-type]
        _of_visit,
        present=_day_words,
        sample=_VISIT_SAMPLE,
    )


SPECS = (
    _booking("booked", _("窗口预约成功"), _("%(at)s，%(point)s，%(place)s。改期或者取消，打开这个链接。")),
    _booking("moved", _("窗口预约已改期"), _("新的时间：%(at)s，%(point)s，%(place)s。")),
    _booking("cancelled", _("窗口预约已取消"), _("%(at)s在%(point)s的预约已经取消。需要时可以重新预约。")),
    _booking(
        "reminder", _("明天到窗口办事"), _("%(at)s，%(point)s，%(place)s。请带身份证和清单上的材料；来不了，请改期。")
    ),
    _case("taken", _("窗口已受理"), _("您在窗口交的材料已经受理，%(due)s前办好。")),
    _case("completed", _("窗口的事办好了"), _("您在窗口办的事已经办好。")),
    _case("turned_away", _("窗口没有受理"), _("材料或者条件还不够，窗口已经当面说明。可以补齐后重新预约。")),
    _visit("asked", _("上门申请已收到"), _("工作人员会打电话核对情况，再答复能不能上门。")),
    _visit("accepted", _("已约好上门"), _("工作人员%(on)s上门办理。来的人会出示证件，不收上门费。")),
    _visit("refused", _("不能上门办理"), _("工作人员打过电话，这次不能上门。可以请家人陪同到窗口，或者拨打 12367。")),
    _visit("visited", _("已上门办理"), _("工作人员已经上门办理。接下来的进度会再通知您。")),
    _visit("withdrawn", _("上门申请已撤回"), _("上门申请已按您的要求撤回。")),
)

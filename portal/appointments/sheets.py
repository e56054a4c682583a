"""The one-trip sheet: everything for one visit on one page: papers, what is free, hours, fee, term, the place kept."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications.services import Outlook, outlook
from documents import catalog
from portal.accounts.models import ServicePoint
from portal.appointments import telling
from portal.appointments.catalog import FREE
from portal.appointments.models import Booking, Sheet
from portal.common import clock, outbox, throttle
from portal.common.models import Promise
from portal.common.phrases import titled
from portal.common.templatetags.portal import fen, moment
from portal.common.unmet import Refused, Unmet

FORGET_TOPIC = "appointments.forget_sheet"
KEPT = timedelta(days=60)
SENT_A_DAY = 3
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Line:
    """One line of a sheet, with a remark under it where there is one."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """One part of a sheet; `is_ticked` where its lines are to be ticked off at home."""

    title: str
    lines: tuple[Line, ...]
    is_ticked: bool = False


@dataclass(frozen=True)
class Content:
    """A sheet, ready for page and PDF."""

    title: str
    sections: tuple[Section, ...]


def content(told: dict[str, Any], *, booking: Booking | None = None) -> Content:
    """Return the sheet of what somebody told; `booking` adds place and time."""
    found = outlook(told, on=clock.today(), place=booking.authority if booking else "")
    sections = [
        Section(_("办什么"), tuple(Line(title) for title in found.titles)),
        Section(_("要带的"), tuple(Line(str(row.name), str(row.hint)) for row in found.materials), is_ticked=True),
        Section(_("窗口免费提供"), tuple(Line(str(text)) for text in FREE)),
        Section(_("费用和时间"), _cost(found, told)),
    ]
    if booking is not None:
        sections.insert(0, _place(booking.point, booking))
    return Content(_("一次办好单"), tuple(sections))


def keep(told: dict[str, Any], *, phone: str, language: str, address: str) -> Sheet:
    """Keep a sheet under a secret link and promise to send it; raises Refused (sheet.many).

    phone: 11 digits. address: the caller's network address, only counted.
    """
    by_phone = throttle.spend("sheet.phone", key=phone, limit=SENT_A_DAY, seconds=DAY_SECONDS)
    by_address = throttle.spend("sheet.address", key=address, limit=SENT_A_DAY * 10, seconds=DAY_SECONDS)
    if not (by_phone and by_address):
        text = _("这个手机号今天已经发过 3 次。")
        raise Refused([Unmet("sheet.many", text, remedy=_("请打印这一页，或者明天再发。"), field="phone")])
    now = clock.now()
    row = Sheet(phone=phone, language=language, created_at=now)
    row.told = told
    with transaction.atomic():
        row.save()
        outbox.promise(telling.SHEET_TOPIC, key=str(row.pk), payload={"sheet": str(row.pk)})
        outbox.promise(FORGET_TOPIC, key=str(row.pk), payload={"sheet": str(row.pk)}, after=now + KEPT)
    return row


def forget(promise: Promise) -> None:
    """Keep a promise of topic "appointments.forget_sheet": delete the row, number and all."""
    Sheet.objects.filter(pk=promise.payload["sheet"]).delete()


def _cost(found: Outlook, told: dict[str, Any]) -> tuple[Line, ...]:
    fee = _("窗口告诉您") if found.fee_fen is None else fen(found.fee_fen)
    lines = [Line(titled(_("证件费"), fee), _("受理后再缴，可以用手机支付、刷卡或者现金。"))]
    if found.term is not None:
        lines.append(Line(titled(_("办理时间"), term_of(found.term)), _("从受理算起")))
    if (rule := _free_postage(told)) is not None:
        lines.append(Line(_("邮寄到家：免邮费"), rule.ground.source))
    return tuple(lines)


def _free_postage(told: dict[str, Any]) -> catalog.Postage | None:
    """Return the rule by which the person's province pays for the mail, or None."""
    facts = told["facts"]
    born = date.fromisoformat(facts["born"])
    return catalog.free_postage(facts.get("hukou_code", ""), born=born, on=clock.today())


def term_of(term: catalog.Term) -> str:
    """Return a term in words."""
    if not term.amount:
        return _("当场办好")
    words = _("%(days)s 个工作日") if term.unit is catalog.Unit.WORKING_DAY else _("%(days)s 日")
    return words % {"days": term.amount}


def _place(point: ServicePoint, booking: Booking) -> Section:
    lines = [Line(point.label, point.place)]
    if booking.slot is not None:
        lines.insert(0, Line(moment(booking.slot.starts_at), _("请提前 10 分钟到，出示身份证或者预约二维码。")))
    if point.phone:
        lines.append(Line(titled(_("电话"), point.phone)))
    return Section(_("什么时候，去哪里"), tuple(lines))

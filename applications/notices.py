"""The decision notice of a refusal: who decided what, on which article, and what the applicant can do about it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from applications import grounds, receipts
from applications.models import Application
from documents import catalog
from portal.accounts.models import Authority
from portal.common.models import Event
from portal.common.templatetags.portal import full_day
from portal.common.unmet import Text

RECONSIDERATION_DAYS = 60
COURT_MONTHS = 6
COURT_DAYS_AFTER_RECONSIDERATION = 15


@dataclass(frozen=True)
class Remedy:
    """One way to have the decision looked at again: to whom, until when, on which law."""

    title: str
    text: str
    source: str


@dataclass(frozen=True)
class Notice:
    """The words of a decision notice, in the reader's language; it carries no seal."""

    heading: str
    number: str
    authority: str
    applicant: str
    request: str
    facts: tuple[str, ...]
    article: Text
    ground: str
    reason: str
    remedies: tuple[Remedy, ...]
    decided_at: datetime


def decision_notice(row: Application) -> Notice | None:
    """Return the notice of a refused application, None for any other.

    Content by domain practice of a written refusal: Administrative Licensing Law article 38 and Passport Law
    article 6 ask for reasons and remedies; the terms are those of the Administrative Reconsideration Law (2023)
    article 20 and the Administrative Litigation Law articles 45 and 46. The ground is the article alone: whose data
    led to it is nobody's business but the applicant's, at the window.
    """
    if row.status != "refused" or not row.reason_codes:
        return None
    event = Event.objects.filter(subject_id=row.pk, target="refused").order_by("-seq").first()
    if event is None:
        return None
    ground = grounds.REFUSALS[row.reason_codes[0]]
    authority = Authority.objects.filter(pk=row.authority).first()
    return Notice(
        heading=_("不予批准决定书"),
        number=receipts.spoken(row.receipt),
        authority=authority.name if authority else "",
        applicant=row.person.name,
        request=row.label,
        facts=_facts(row, event),
        article=ground.article,
        ground=str(ground.text),
        reason=event.note,
        remedies=_remedies(),
        decided_at=event.at,
    )


def _facts(row: Application, event: Event) -> tuple[str, ...]:
    said = {
        "day": full_day(row.filed_at),
        "kind": catalog.kind(row.kind).label,
        "receipt": receipts.spoken(row.receipt),
    }
    facts = [_("您于%(day)s提交%(kind)s申请，受理编号 %(receipt)s。") % said]
    if row.accepted_at:
        facts.append(_("我们于%(day)s受理。") % {"day": full_day(row.accepted_at)})
    if event.action == "refuse_with_permit":
        facts.append(_("同一张申请表里的通行证没有获准，这件申请随之不予批准。"))
    return tuple(facts)


def _remedies() -> tuple[Remedy, ...]:
    return (
        Remedy(
            _("申请行政复议"),
            _("收到决定之日起 %(days)s 日内，向作出决定的公安机关的同级人民政府申请。")
            % {"days": RECONSIDERATION_DAYS},
            _("《中华人民共和国行政复议法》第二十条、第二十四条"),
        ),
        Remedy(
            _("提起行政诉讼"),
            _("知道决定之日起 %(months)s 个月内，向人民法院起诉；先复议的，收到复议决定之日起 %(days)s 日内起诉。")
            % {"months": COURT_MONTHS, "days": COURT_DAYS_AFTER_RECONSIDERATION},
            _("《中华人民共和国行政诉讼法》第四十五条、第四十六条"),
        ),
    )

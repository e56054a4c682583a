"""Hints beside a case: what an officer should look at, and why; never a verdict."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import services
from applications.models import Application
from documents import catalog
from portal.common import clock
from portal.common.unmet import Text

LOOK_BACK_DAYS = 365


@dataclass(frozen=True)
class Hint:
    """One hint: `is_warning` for what may change the decision."""

    title: Text
    text: Text
    is_warning: bool = False


def hints(row: Application, look: services.Look) -> list[Hint]:
    """Return the hints of a case, those that may change the decision first."""
    found = [
        Hint(_("%(field)s不同") % {"field": line.label}, _("通过前要选定以哪个为准。"), is_warning=True)
        for line in look.judgements
    ]
    if look.doubts:
        found.append(Hint(_("拼音和读音不一致"), look.doubts[0].remedy, is_warning=True))
    if look.pictures_wait:
        found.append(Hint(_("照片或签名要人工看"), _("看过才能通过。"), is_warning=True))
    reissues = _earlier_reissues(row)
    if reissues:
        text = ngettext("一年内第 %(nth)s 次补发。", "一年内第 %(nth)s 次补发。", reissues + 1) % {"nth": reissues + 1}
        found.append(Hint(_("又一次补发"), text, is_warning=True))
    if row.depends_on and row.depends_on.status in ("filed", "accepted", "returned"):
        found.append(Hint(_("等同一张表的通行证"), _("通行证通过以后才能通过这一件。"), is_warning=True))
    if row.urgency and row.urgency_decided_at is None:
        reason = _("%(reason)s。证明：%(proof)s。受理后请先决定是否加急。") % {
            "reason": catalog.URGENCIES[row.urgency].name,
            "proof": services.proof_of_urgency(row.urgency),
        }
        found.append(Hint(_("申请加急"), reason, is_warning=True))
    if row.extension:
        found.append(Hint(_("有人提请延长时限"), services.EXTENSIONS[row.extension], is_warning=True))
    if row.checking_since:
        found.append(Hint(_("在等其他机关核查"), _("登记结果以后才能决定，时限停着。"), is_warning=True))
    if row.due_provisional:
        found.append(Hint(_("期限是暂定的"), _("下一年的放假安排还没有录入，录入后会重算。")))
    found += [
        Hint(_("%(field)s不同") % {"field": line.label}, _("登记信息会随搬迁更新，只供参考。"))
        for line in look.lines
        if line.differs and not line.needs_judgement
    ]
    return found


def _earlier_reissues(row: Application) -> int:
    if row.category != "reissue":
        return 0
    since = clock.now() - timedelta(days=LOOK_BACK_DAYS)
    rows = Application.objects.filter(person=row.person, kind=row.kind, category="reissue", filed_at__gte=since)
    return rows.exclude(pk=row.pk).count()

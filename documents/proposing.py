"""Owns the way of a change of the scope: drafted and proposed by one supervisor, decided by another, then in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from documents import catalog
from documents.cities import city_label
from documents.decided import digest_of
from documents.lifecycle import REVISION
from documents.models import RuleRevision, ScopeLine
from documents.revisions import CLOSES, DEVICE, GROUPS, IN_FORCE, ONLINE, OPENS
from documents.scope import Opening, Step, forget, fresh_steps, steps_of
from portal.accounts import divisions
from portal.common import clock, outbox
from portal.common.acting import NATION, Acting
from portal.common.unmet import Refused, Text, Unmet

EFFECT_TOPIC = "documents.revision_effective"
# What the rules can open; everything else of the catalogue is a matter for a window, whatever the scope says.
SCOPE_CATEGORIES = ("replace", "reissue", "endorse")
ENDORSE = "endorse"
GROUP_NAMES: Mapping[str, Text] = {
    "adult": _("年满 16 周岁的人"),
    "minor": _("未满 16 周岁的人"),
    "state_employee": _("登记备案的国家工作人员"),
    "military": _("现役军人、武警"),
}
_NAMED_AT_MOST = 3


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A wanted change: everything named here, in every combination that exists, opens or closes at one moment.

    `cities` are division codes of cities; with the channel "device" that of the nation. `act` is open or close.
    """

    act: str
    cities: tuple[str, ...]
    kinds: tuple[str, ...]
    categories: tuple[str, ...]
    groups: tuple[str, ...]
    effective_at: datetime
    source: str
    confidence: str = "H"
    channel: str = ONLINE

    @property
    def openings(self) -> list[Opening]:
        """Every combination that exists: only permits take endorsements, and a device issues nothing else."""
        combined = product(self.cities, self.kinds, self.categories, self.groups)
        return [Opening(*one, self.channel) for one in combined if _exists(one[1], one[2], self.channel)]


def _exists(kind: str, category: str, channel: str) -> bool:
    if category == ENDORSE:
        return bool(catalog.kind(kind).destinations)
    return channel == ONLINE


def draft_change(proposal: Proposal, *, acting: Acting) -> RuleRevision:
    """Write a change down as a draft; raises Refused with a reason for each field that is wrong."""
    unmet = _unmet_of_fields(proposal) + _unmet_of_moment(proposal.effective_at)
    if not unmet:
        unmet = _contradictions(
            [Step(proposal.effective_at, proposal.act, one, proposal.source) for one in proposal.openings]
        )
    if unmet:
        raise Refused(unmet)
    with transaction.atomic():
        _lock()
        row = RuleRevision(
            label=_label_for(proposal.effective_at),
            effective_at=proposal.effective_at,
            authority=NATION,
            proposed_by_id=UUID(acting.id),
        )
        lines = lines_of(row, proposal)
        REVISION.begin([row], actions=[("draft", acting)], params=digest_of(lines))
        ScopeLine.objects.bulk_create(lines)
    return row


def propose_change(key: UUID, *, acting: Acting, note: str = "") -> RuleRevision:
    """Hand a draft over for decision; raises Refused."""
    with transaction.atomic():
        row = _checked(key)
        return REVISION.perform(row, "propose", acting=acting, note=note, params=digest_of(row.lines.all()))


def enact_change(key: UUID, *, acting: Acting, note: str = "") -> RuleRevision:
    """Put a proposed change in force from its moment on; another supervisor than the proposer does. Raises Refused."""
    with transaction.atomic():
        row = _checked(key)
        decided = {"decided_by_id": UUID(acting.id)}
        params = digest_of(row.lines.all())
        fresh = REVISION.perform(row, "enact", acting=acting, note=note, params=params, sets=decided)
        promise_effect(fresh)
        transaction.on_commit(forget)
    return fresh


def reject_change(key: UUID, *, acting: Acting, note: str) -> RuleRevision:
    """Turn a proposed change down, with a reason; raises Refused."""
    decided = {"decided_by_id": UUID(acting.id)}
    return REVISION.perform(RuleRevision(pk=key), "reject", acting=acting, note=note, sets=decided)


def withdraw_change(key: UUID, *, acting: Acting, note: str = "") -> RuleRevision:
    """Take one's own change back before it was decided; raises Refused."""
    return REVISION.perform(RuleRevision(pk=key), "withdraw", acting=acting, note=note)


def promise_effect(row: RuleRevision) -> None:
    """Promise to tell, at its moment, whoever waits for what a revision opens."""
    outbox.promise(EFFECT_TOPIC, key=str(row.pk), payload={"revision": str(row.pk)}, after=row.effective_at)


def lines_of(row: RuleRevision, proposal: Proposal) -> list[ScopeLine]:
    """Return the lines of a revision, one for each combination, not saved."""
    return [
        ScopeLine(
            revision=row,
            act=proposal.act,
            source=proposal.source,
            confidence=proposal.confidence,
            **opening._asdict(),
        )
        for opening in proposal.openings
    ]


def _lock() -> None:
    """Let changes of the scope be written one after the other: each is judged against all that are in force."""
    list(RuleRevision.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _checked(key: UUID) -> RuleRevision:
    """Return a revision under the lock of all; raises Refused where it can no longer come into force."""
    _lock()
    row = RuleRevision.objects.get(pk=key)
    unmet = _unmet_of_moment(row.effective_at) + _contradictions(steps_of(row, row.lines.all()))
    if unmet:
        raise Refused(unmet)
    return row


def _label_for(moment: datetime) -> str:
    """Return a name that no revision has: the moment, and a number where several were written for it."""
    label = f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"
    count = RuleRevision.objects.filter(label__startswith=label).count()
    return f"{label} ({count + 1})" if count else label


def _unmet_of_fields(proposal: Proposal) -> list[Unmet]:
    unmet = [reason for code in proposal.cities for reason in _unmet_of_city(code, proposal.channel)]
    choices = (
        ("act", (proposal.act,), (OPENS, CLOSES), _("没有这个动作。"), _("请选开放或者关闭。")),
        ("channel", (proposal.channel,), (ONLINE, DEVICE), _("没有这个渠道。"), _("请选网上或者自助设备。")),
        ("kinds", proposal.kinds, tuple(catalog.FORM_KINDS), _("没有这种证件。"), _("请从列出的证件里选。")),
        ("categories", proposal.categories, SCOPE_CATEGORIES, _("没有这种申请类别。"), _("请从列出的类别里选。")),
        ("groups", proposal.groups, GROUPS, _("没有这个人群。"), _("请从列出的人群里选。")),
    )
    for field, given, known, text, remedy in choices:
        if set(given) - set(known):
            unmet.append(Unmet("unknown", text, remedy=remedy, field=field))
    unmet += [
        Unmet("missing", _("这一项没有填。"), remedy=_("请填好再保存。"), field=field)
        for field in ("cities", "kinds", "categories", "groups", "source")
        if not getattr(proposal, field)
    ]
    if not unmet and not proposal.openings:
        text, remedy = _("选的证件没有这种申请类别。"), _("签注只办在通行证上；自助设备只办签注。")
        unmet.append(Unmet("nothing", text, remedy=remedy, field="categories"))
    return unmet


def _unmet_of_city(code: str, channel: str) -> list[Unmet]:
    if channel == DEVICE and code == NATION:
        return []
    if code in {city.code for city in divisions.cities()}:
        return []
    try:
        name, now = divisions.name_of(code), divisions.city_of(code)
    except ValueError:
        name, now = None, code
    if name is None or code == NATION:
        text = _("没有代码是 %(code)s 的城市。") % {"code": code}
        return [Unmet("city_unknown", text, remedy=_("请核对行政区划代码。"), field="cities")]
    if divisions.is_current(code):
        text = _("%(code)s 不是地级市的代码。") % {"code": code}
        return [Unmet("not_a_city", text, remedy=_("区县按所在的市开放。"), field="cities")]
    text = _("%(name)s（%(code)s）已经撤销。") % {"name": name, "code": code}
    remedy: Text = _("请写现在的城市。")
    if now != code:
        remedy = _("原来的地方现在归%(now)s。") % {"now": city_label(now)}
    return [Unmet("city_dissolved", text, remedy=remedy, field="cities")]


def _unmet_of_moment(moment: datetime) -> list[Unmet]:
    if moment <= clock.now():
        text, remedy = _("生效时间已经过去。"), _("请另选一个将来的时间；已经提交的，请撤回后重新起草。")
        return [Unmet("moment_past", text, remedy=remedy, field="effective_at")]
    if RuleRevision.objects.filter(status=IN_FORCE, effective_at=moment).exists():
        text, remedy = _("这个时间已经有另一项变更生效。"), _("请另选一个时间。")
        return [Unmet("moment_taken", text, remedy=remedy, field="effective_at")]
    return []


def _contradictions(steps: Sequence[Step]) -> list[Unmet]:
    """Return what a change, placed among all in force, opens although it is open, or closes although it is closed."""
    touched = {step.opening for step in steps}
    others = [step for step in fresh_steps() if step.opening in touched]
    is_open: set[Opening] = set()
    wrong: dict[str, list[Opening]] = {}
    for step in sorted([*others, *steps], key=lambda step: step.at):
        if (step.act == OPENS) == (step.opening in is_open):
            code = step.act if step in steps else "later"
            wrong.setdefault(code, []).append(step.opening)
        (is_open.add if step.act == OPENS else is_open.discard)(step.opening)
    texts: Mapping[str, tuple[Text, Text]] = {
        OPENS: (_("这些本来就是开放的：%(what)s。"), _("请去掉已经开放的。")),
        CLOSES: (_("这些本来就没有开放：%(what)s。"), _("请去掉没有开放的。")),
        "later": (_("这些和以后生效的另一项变更冲突：%(what)s。"), _("请先看已经批准的变更。")),
    }
    return [
        Unmet(f"contradiction_{code}", texts[code][0] % {"what": _named(found)}, remedy=texts[code][1], field="cities")
        for code, found in wrong.items()
    ]


def _named(openings: Sequence[Opening]) -> str:
    words = [opening_label(one) for one in openings[:_NAMED_AT_MOST]]
    if len(openings) > _NAMED_AT_MOST:
        words.append(gettext("等 %(count)s 项") % {"count": len(openings)})
    return gettext("；").join(words)


def opening_label(opening: Opening) -> str:
    """Return one line of the scope in the reader's language."""
    where = gettext("全国") if opening.city == NATION else city_label(opening.city)
    parts = (catalog.kind(opening.kind).label, catalog.category(opening.category).label, GROUP_NAMES[opening.group])
    return " ".join([where, *map(str, parts)])

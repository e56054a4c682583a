"""A filed form as its applicant sees it: whose turn it is, each document's track, the way, the delivery."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from applications import grounds
from applications.answers import PICKUP
from applications.fulfilment import SEND_TOPIC
from applications.models import Application, Submission
from applications.tracking.case import Case, Expected, Step
from documents.services import city_label
from portal.accounts.models import User
from portal.accounts.services import concerning
from portal.common import clock
from portal.common.masking import mask_phone
from portal.common.models import Event, Promise
from portal.common.templatetags.portal import fen
from portal.common.unmet import Text

# Whose turn is told first: what lapses first when nobody acts, then what lies waiting, then what others do.
URGENCY = ("returned", "approved", "ready", "filed", "accepted", "paid", "producing", "mailed")


@dataclass(frozen=True)
class Turn:
    """The one thing that matters now, as components/turn.html takes it; links are URL names with one argument."""

    title: str
    text: str = ""
    is_you: bool = False
    actor: Text = ""
    by: datetime | None = None
    primary: str = ""
    primary_view: str = ""
    primary_arg: str | UUID = ""
    steps: Sequence[Step] = ()


@dataclass(frozen=True)
class Fault:
    """One thing to mend: what is wrong, how to mend it, on which rule."""

    title: Text
    text: Text
    source: Text
    state: str = "unmet"


@dataclass(frozen=True)
class TrackedForm:
    """A form with its cases, the most urgent one first in `lead`."""

    submission: Submission
    cases: Sequence[Case]
    lead: Case
    turn: Turn
    also: Sequence[Turn] = field(default_factory=tuple)

    @property
    def is_over(self) -> bool:
        """Nobody has to act any more."""
        return all(case.now is None for case in self.cases)

    @property
    def faults(self) -> list[Fault]:
        """What the officers sent back, each once."""
        codes = dict.fromkeys(
            code for case in self.cases if case.row.correct_by for code in case.row.reason_codes if case.is_your_turn
        )
        rows = [grounds.CORRECTIONS[code] for code in codes if code in grounds.CORRECTIONS]
        return [Fault(row.text, row.remedy, row.source) for row in rows]

    @property
    def expected(self) -> Expected | None:
        """The expected day of the leading case."""
        return self.lead.now.expected if self.lead.now else None

    @property
    def bounced(self) -> list[Case]:
        """Cases whose parcel came back."""
        return [case for case in self.cases if case.has_bounced]

    @property
    def delivery(self) -> list[dict[str, str]]:
        """How the documents are handed over, for the summary list; the phone is masked."""
        written = [case for case in self.cases if case.row.is_endorsement and not case.permit]
        by_hand = _("不用寄：签发后带通行证到出入境窗口或自助签注设备写入")
        if len(written) == len(self.cases):
            if self.is_over:
                by_hand = _("写在您手里的通行证上，不用寄")
            return [{"term": _("方式"), "text": by_hand}]
        return self._handing_over + ([{"term": _names(written), "text": by_hand}] if written else [])

    @property
    def _handing_over(self) -> list[dict[str, str]]:
        told = self.submission.answers.get("delivery", {})
        if told.get("method") == PICKUP:
            return [{"term": _("方式"), "text": _("到%(place)s的窗口领取") % {"place": self.lead.place}}]
        rows = [
            {"term": _("方式"), "text": _("快递到家，邮费到付")},
            {"term": _("收件人"), "text": f"{told.get('recipient', '')} {mask_phone(told.get('phone', ''))}"},
        ]
        if self.bounced:
            rows.append({"term": _("收件地址"), "text": told.get("address", "")})
        numbers = dict.fromkeys(str(case.row.parcel) for case in self.cases if case.row.parcel)
        return rows + [{"term": _("快递单号"), "text": number} for number in numbers]


def forms_of(user: User) -> "QuerySet[Submission]":
    """Return the filed forms about those a sign-in may act for, the newest first, with their applications."""
    rows = Prefetch("applications", Application.objects.order_by("position"))
    return (
        Submission.objects.filter(concerning(user)).exclude(filed_at=None).order_by("-filed_at").prefetch_related(rows)
    )


def drafts_of(user: User) -> "QuerySet[Submission]":
    """Return the open drafts of those a sign-in may act for."""
    return Submission.objects.filter(concerning(user), filed_at=None).order_by("-saved_at")


def track(forms: Iterable[Submission]) -> list[TrackedForm]:
    """Return forms as they stand, in the same order; two queries for any number of them."""
    forms = list(forms)
    rows = [row for form in forms for row in form.applications.all()]
    events: dict[UUID, list[Event]] = {}
    for event in Event.objects.filter(subject_id__in=[row.pk for row in rows]).order_by("subject_id", "seq"):
        events.setdefault(event.subject_id, []).append(event)
    places = {code: city_label(code) for code in {row.authority for row in rows}}
    leaving = _leaving(rows)
    tracked = []
    for form in forms:
        method = form.answers.get("delivery", {}).get("method", "")
        cases: dict[UUID, Case] = {}
        # Permits come before the endorsements asked for with them.
        for row in form.applications.all():
            cases[row.pk] = Case(
                row,
                events.get(row.pk, []),
                place=places[row.authority],
                method=method,
                is_resending=row.pk in leaving,
                permit=cases.get(row.depends_on_id) if row.depends_on_id else None,
            )
        tracked.append(_tracked(form, list(cases.values())))
    return tracked


def most_urgent(forms: Sequence[TrackedForm]) -> TrackedForm | None:
    """Return the form that most wants its applicant's eye: one where they act, else the newest still open."""
    still_open = [form for form in forms if not form.is_over]
    yours = [form for form in still_open if form.turn.is_you]
    return min(yours, key=_term) if yours else next(iter(still_open), None)


def _term(form: TrackedForm) -> tuple[bool, datetime]:
    return form.turn.by is None, form.turn.by or clock.now()


def _leaving(rows: Sequence[Application]) -> set[UUID]:
    """Return the returned parcels that have been promised to leave again."""
    waiting = {f"{row.pk}:{row.event_seq}": row.pk for row in rows if row.status == "ready"}
    if not waiting:
        return set()
    promised = Promise.objects.open().filter(topic=SEND_TOPIC, key__in=waiting).values_list("key", flat=True)
    return {waiting[key] for key in promised}


def _rank(case: Case) -> tuple[bool, bool, int]:
    status = case.row.status
    return (case.now is None, not case.is_your_turn, URGENCY.index(status) if status in URGENCY else len(URGENCY))


def _tracked(form: Submission, cases: Sequence[Case]) -> TrackedForm:
    lead = min(cases, key=_rank)
    yours: dict[str, list[Case]] = {}
    for case in sorted(cases, key=_rank):
        if case.asks:
            yours.setdefault(case.asks, []).append(case)
    turns = [_YOURS[asked](form, same) for asked, same in yours.items()] or [_others(lead, cases)]
    return TrackedForm(form, cases, lead, turns[0], tuple(turns[1:]))


def _names(cases: Sequence[Case]) -> str:
    return _("、").join(case.name for case in cases)


def _to_correct(form: Submission, cases: Sequence[Case]) -> Turn:
    count = len({code for case in cases for code in case.row.reason_codes})
    terms = [case.row.correct_by for case in cases if case.row.correct_by]
    return Turn(
        _("请补正 %(count)s 处") % {"count": count},
        _("%(names)s要补正（补齐或改正材料），改好再提交。最后期限") % {"names": _names(cases)},
        is_you=True,
        by=min(terms, default=None),
        primary=_("去改正"),
        primary_view="applications:tasks",
        primary_arg=form.pk,
    )


def _to_pay(form: Submission, cases: Sequence[Case]) -> Turn:
    total = sum(case.row.fee_fen or 0 for case in cases)
    terms = [case.row.pay_by for case in cases if case.row.pay_by]
    return Turn(
        _("请缴费 %(amount)s") % {"amount": fen(total)},
        _("%(names)s已经审核通过，请按时缴费。最后期限") % {"names": _names(cases)},
        is_you=True,
        by=min(terms, default=None),
        primary=_("去缴费"),
        primary_view="payments:pay",
        primary_arg=form.reference,
    )


def _to_send_again(form: Submission, cases: Sequence[Case]) -> Turn:
    text = _("%(names)s没有送到，已经退回%(place)s。请核对地址，再选重新寄送。")
    told = text % {"names": _names(cases), "place": cases[0].place}
    return Turn(_("快递被退回"), told, is_you=True, primary_view="applications:track", primary_arg=form.reference)


def _to_fetch(form: Submission, cases: Sequence[Case]) -> Turn:  # noqa: ARG001 - one of the turns
    text = _("%(names)s做好了，请带身份证到%(place)s的窗口领取。")
    return Turn(_("请到窗口领取新证件"), text % {"names": _names(cases), "place": cases[0].place}, is_you=True)


def _to_have_written(form: Submission, cases: Sequence[Case]) -> Turn:  # noqa: ARG001 - one of the turns
    text = _("%(names)s签发了。请带通行证到出入境窗口或自助签注设备写入。")
    return Turn(_("请把签注写到通行证上"), text % {"names": _names(cases)}, is_you=True)


_YOURS: Mapping[str, Callable[[Submission, Sequence[Case]], Turn]] = {
    "returned": _to_correct,
    "approved": _to_pay,
    "bounced": _to_send_again,
    "here": _to_fetch,
    "written": _to_have_written,
}


def _others(lead: Case, cases: Sequence[Case]) -> Turn:
    now = lead.now
    alike = [case for case in cases if case.row.status == lead.row.status]
    if now is None and len(alike) < len(cases):
        return Turn(_("这张表已经办完"), _("每件的结果在下面。"))
    title = _("%(names)s：%(step)s") % {"names": _names(alike), "step": now.title if now else lead.tag}
    if now is None:
        return Turn(title, lead.end)
    return Turn(title, now.line + _("。"), actor=lead.who(now.who), steps=lead.short_way())

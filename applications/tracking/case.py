"""One application as its applicant sees it: what is now, what has been, what is ahead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import durations, endorsing, grounds, terms
from applications.answers import COURIER
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from applications.tracking import words
from documents import catalog
from portal.common import clock, workdays
from portal.common.acting import Acting
from portal.common.models import Event
from portal.common.templatetags.portal import day, days_left, deadline, fen
from portal.common.unmet import Text


@dataclass(frozen=True)
class Step:
    """One stop of a way, as components/way.html takes it."""

    title: Text
    who: Text = ""
    state: str = ""
    is_you: bool = False
    at: datetime | None = None
    strong: str = ""
    text: Text = ""


@dataclass(frozen=True)
class Expected:
    """The day a step should be done: from the law, or measured where that is earlier; maybe provisional."""

    on: date
    measured: durations.Measured | None
    is_provisional: bool


@dataclass(frozen=True)
class Now:
    """What an application waits for: who acts, what for, until when; `line` is the sentence on its track."""

    who: str
    title: Text
    line: str
    strong: str = ""
    text: str = ""
    expected: Expected | None = None


class Case:
    """An application with its events, ready to be asked what a page shows."""

    def __init__(  # noqa: PLR0913 - what a page shows of it
        self,
        row: Application,
        events: Sequence[Event],
        *,
        place: str,
        method: str,
        is_resending: bool,
        permit: "Case | None" = None,
    ) -> None:
        """Take the row, its events in order, its office's name, how it is handed over, and whether it leaves again.

        `permit` is that of an endorsement, where both were asked for on one form.
        """
        self.row, self.events, self.place, self.permit = row, list(events), place, permit
        self.by_courier, self.is_resending = method == COURIER, is_resending
        self.stage = words.STAGES[row.status]

    @property
    def name(self) -> str:
        """The document in few words."""
        if self.row.is_endorsement:
            return _("%(place)s签注") % {"place": catalog.DESTINATIONS[self.row.destination]}
        return str(catalog.kind(self.row.kind).short_name)

    @property
    def tag(self) -> Text:
        """The public word."""
        if self.has_bounced:
            return _("快递退回")
        if self.is_here:
            return _("请到窗口领取")
        return words.tag(self.row)

    @property
    def last_action(self) -> str:
        """What happened last."""
        return self.events[-1].action if self.events else ""

    @property
    def lies_with(self) -> "Case | None":
        """The permit that waits to be handed over with this endorsement written on it."""
        waits = self.row.status == "ready" and self.permit is not None and self.permit.row.status == "ready"
        return self.permit if waits else None

    @property
    def is_awaited(self) -> bool:
        """The endorsement's permit is still to be made, and will have it written on it."""
        return self.permit is not None and self.permit.stage.stop in range(1, words.MADE)

    @property
    def has_bounced(self) -> bool:
        """The courier brought it back, and nobody has said yet what shall happen."""
        if self.lies_with:
            return self.lies_with.has_bounced
        returned = self.row.status == "ready" and self.last_action == "bounce"
        return returned and self.by_courier and not self.is_resending

    @property
    def is_here(self) -> bool:
        """It waits at the window."""
        if self.lies_with:
            return self.lies_with.is_here
        return self.row.status == "ready" and not self.by_courier and not self.row.is_endorsement

    @property
    def now(self) -> Now | None:
        """What it waits for, None once it is over."""
        present = _NOW.get(self.row.status)
        return present(self) if present else None

    @property
    def is_your_turn(self) -> bool:
        """The applicant has to act."""
        return self.now is not None and self.now.who == words.YOU

    @property
    def asks(self) -> str:
        """What the applicant is asked for: to mend, to pay, to fetch, to have it sent again or written; or nothing."""
        if not self.is_your_turn:
            return ""
        if self.row.status != "ready":
            return self.row.status
        return "bounced" if self.has_bounced else "here" if self.is_here else "written"

    def may(self, action: str, acting: Acting) -> bool:
        """Tell whether the actor may do this now, by the table and its rules."""
        return any(step.action == action for step in LIFECYCLE.open_to(self.row, acting))

    def who(self, code: str) -> Text:
        """Return the name of an actor."""
        return self.place if code == words.OFFICE else words.WHO[code]

    def track(self, href: str = "") -> dict[str, object]:
        """Return the application as components/tracks.html takes it."""
        now = self.now
        actor: Text = ""
        if now:
            actor = _("轮到您") if now.who == words.YOU else _("%(who)s办理") % {"who": self.who(now.who)}
        return {
            "drawing": words.DRAWINGS[self.row.kind],
            "title": self.row.label,
            "href": href,
            "tag": self.tag,
            "tag_kind": "act" if self.is_your_turn and self.stage.kind != "warn" else self.stage.kind,
            "tag_icon": self.stage.icon,
            "step": self.stage.stop,
            "steps": words.STOPS if self.stage.stop else 0,
            "is_over": self.stage.is_over,
            "actor": actor,
            "text": now.line if now else self.end,
        }

    def way(self) -> list[Step]:
        """Return every stop: what happened with its moment, what is now, what is ahead."""
        return [*self._history(), *self._present(), *self._ahead()]

    def short_way(self) -> list[Step]:
        """Return five stops that lie side by side; what happened carries no detail."""
        steps = []
        last_stop = words.SHORT_ENDORSED if self.row.is_endorsement and self.permit is None else words.SHORT[-1]
        for done, ahead, who, first, last in (*words.SHORT[:-1], last_stop):
            state = "done" if last < self.stage.stop or self.row.status == "delivered" else "next"
            if first <= self.stage.stop <= last and state != "done":
                state = "now"
            now = self.now if state == "now" else None
            steps.append(
                Step(
                    title=done if state == "done" else now.title if now else ahead,
                    who=self.who(now.who if now else who),
                    state=state,
                    text=now.strong if now else "",
                )
            )
        return steps

    def _history(self) -> list[Step]:
        steps = []
        accepted = False
        for event in self.events:
            done = self._done(event)
            text = done.text
            if event.action in words.REASONED:
                text = event.note
            elif event.action in words.ACCEPTING:
                if accepted:
                    done, text = words.ACCEPTED_AGAIN, words.ACCEPTED_AGAIN.text
                elif "silence" in event.codes:
                    text = words.ACCEPTED_BY_SILENCE
                accepted = True
            state = "over" if event.action in words.ENDINGS else "done"
            steps.append(Step(done.title, self.who(done.who), state, at=event.at, text=text))
        return steps

    def _done(self, event: Event) -> words.Done:
        if event.action == "write_endorsement" and self.permit:
            before = [one.target for one in self.permit.events if one.at <= event.at]
            if before and before[-1] == "ready":
                return words.WRITTEN_WITH_PERMIT
        if event.action == "refuse_with_permit" and event.codes:
            return words.REFUSED_WITH_PERMIT
        own = words.HISTORY_OF_ENDORSEMENT.get(event.action) if self.row.is_endorsement else None
        return own or words.HISTORY[event.action]

    def _present(self) -> list[Step]:
        now = self.now
        if now is None:
            return []
        is_you = now.who == words.YOU
        return [Step(now.title, self.who(now.who), "now", is_you=is_you, strong=now.strong, text=now.text)]

    def _ahead(self) -> list[Step]:
        amounts = {code: catalog.term(code).amount for code in ("online", "payment", "production")}
        steps = []
        for code in self.stage.ahead:
            key = self._stop_ahead(code)
            stop = words.AHEAD[key]
            text = str(stop.text) % amounts
            if key == "produce" and self.row.status == "approved":
                on = terms.last_day(clock.today(), "production").on
                text = _("%(term)s；现在缴费，预计%(on)s做好") % {"term": text, "on": day(on)}
            steps.append(Step(stop.title, self.who(stop.who), "next", text=text))
        return steps

    def _stop_ahead(self, code: str) -> str:
        if self.row.is_endorsement and code == "receive":
            return "receive_endorsed"
        if self.row.is_endorsement and code == "produce":
            return "write_with" if self.is_awaited else "write"
        if self.row.is_endorsement and code == "hand_over" and not self.is_awaited:
            return "write_on"
        return "hand_over_pickup" if code == "hand_over" and not self.by_courier else code

    @property
    def end(self) -> str:
        """What the end of a case means."""
        if self.row.status == "refused":
            codes = [code for code in self.row.reason_codes if code in grounds.REFUSALS]
            told = " ".join(str(grounds.REFUSALS[code].text) + _("。") for code in codes)
            return told or _("同一张表里的通行证没有办成，签注随它结束，没有收费。")
        if self.row.is_endorsement and self.row.status in _END_OF_ENDORSEMENT:
            if self.row.status == "unproducible" and self.permit and self.permit.stage.stop == 0:
                return _("同一张表里的通行证没有办成，签注随它结束，费用原路退回。")
            if self.events and endorsing.NO_PERMIT in self.events[-1].codes:
                return _("没有能写签注的有效通行证。费用原路退回；拿到有效的通行证后，可以再申请。")
            return str(_END_OF_ENDORSEMENT[self.row.status])
        if self.row.status == "unproducible" and self.row.reason and catalog.reason(self.row.reason).voids_old:
            return _("费用原路退回。旧证件已经报失作废，可以重新申请补发。")
        return str(_END.get(self.row.status, ""))

    def expected(self, step: str, start: datetime | None, legal: workdays.DueDate) -> Expected:
        """Return the day a step should be done: measured, unless that is over or later than the law allows."""
        known = durations.measured(step, self.row.authority)
        if known and start:
            likely = workdays.add_working_days(clock.local_day(start), known.days)
            if clock.today() <= likely.on <= legal.on:
                return Expected(likely.on, known, likely.provisional)
        return Expected(legal.on, None, legal.provisional)


_END: Mapping[str, Text] = {
    "delivered": gettext_lazy("请核对姓名和有效期，有误请拨打 12367。"),
    "withdrawn": gettext_lazy("按您的要求撤回，没有收费。"),
    "lapsed": gettext_lazy("期限内没有补正或者缴费。需要时可以重新申请。"),
    "unproducible": gettext_lazy("费用原路退回，旧证件继续有效。"),
}
_END_OF_ENDORSEMENT: Mapping[str, Text] = {
    "delivered": gettext_lazy("请核对前往地、次数和有效期，有误请拨打 12367。"),
    "unproducible": gettext_lazy("签注没有签发，费用原路退回。需要时可以重新申请。"),
}


def _before(by: date | datetime) -> str:
    return _("%(by)s前") % {"by": deadline(by)}


def _filed(case: Case) -> Now:
    corrected = [event.at for event in case.events if event.action == "correct"]
    by = terms.days_from(corrected[-1] if corrected else case.row.filed_at, "acceptance")
    text = _("您补正后交回来了，审核人员接着看") if corrected else _("到期没有通知您，就按提交那天受理")
    line = _("%(by)s受理，您不用做什么") % {"by": _before(by)}
    return Now(words.OFFICE, _("等待受理"), line, _before(by), _("，%(text)s。") % {"text": text})


def _returned(case: Case) -> Now:
    by = case.row.correct_by
    line = _("%(by)s补正 %(count)s 处") % {"by": _before(by), "count": len(case.row.reason_codes)} if by else ""
    text = _("。过期没有补正，申请会失效，要重新申请。")
    return Now(words.YOU, _("请您补正"), line, _before(by) if by else "", text)


def _accepted(case: Case) -> Now:
    row = case.row
    if row.checking_since:
        line = _("在等其他机关的核查结果，这些日子不算进办理时限，您不用做什么")
        return Now(words.REVIEWER, _("核查中"), line, "", line + _("。"))
    if row.due_on is None:
        return Now(words.REVIEWER, _("审核中"), _("您不用做什么"))
    if row.due_on < clock.today():
        line = _("办理期限%(late)s，可以拨打 12367 催办") % {"late": days_left(row.due_on)}
        return Now(words.REVIEWER, _("审核中"), line, "", line + _("。"))
    expected = case.expected("review", row.accepted_at, workdays.DueDate(row.due_on, row.due_provisional))
    line = _("预计%(by)s有结果，您不用做什么") % {"by": _before(expected.on)}
    if row.urgent_by:
        line = _("按急事急办优先办理，%(line)s") % {"line": line} if row.urgency_decided_at else line
    text = _("预计有结果") + (_("（暂定）") if expected.is_provisional else "")
    return Now(words.REVIEWER, _("审核中"), line, _before(expected.on), text, expected)


def _approved(case: Case) -> Now:
    by, amount = case.row.pay_by, fen(case.row.fee_fen or 0)
    line = _("%(by)s缴费 %(amount)s") % {"by": _before(by), "amount": amount} if by else ""
    text = _("。过期没有缴费，申请会失效，要重新申请。")
    return Now(words.YOU, _("等待缴费"), line, _before(by) if by else "", text)


def _in_production(case: Case) -> Now:
    if case.row.is_endorsement:
        line = _("通行证制好时一起写入，您不用做什么") if case.is_awaited else _("正在签发，您不用做什么")
        return Now(words.OFFICE, _("签发签注"), line, "", line + _("。"))
    paid_at = case.row.paid_at or clock.now()
    legal = terms.last_day(clock.local_day(paid_at), "production")
    if legal.on < clock.today():
        line = _("制证期限%(late)s，可以拨打 12367 询问") % {"late": days_left(legal.on)}
        return Now(words.PLANT, _("制作证件"), line, "", line + _("。"))
    expected = case.expected("production", paid_at, legal)
    line = _("预计%(by)s做好，您不用做什么") % {"by": _before(expected.on)}
    text = _("预计做好") + (_("（暂定）") if expected.is_provisional else "")
    return Now(words.PLANT, _("制作证件"), line, _before(expected.on), text, expected)


def _ready(case: Case) -> Now:
    if case.is_here:
        line = _("带身份证到%(place)s的窗口领取") % {"place": case.place}
        return Now(words.YOU, _("请到窗口领取"), line, "", line + _("。"))
    if case.has_bounced:
        line = _("核对地址，选重新寄送")
        return Now(
            words.YOU, _("快递退回，请选重新寄送"), line, "", _("证件在%(place)s，没有丢。") % {"place": case.place}
        )
    if case.row.is_endorsement and not case.lies_with:
        if case.permit and case.permit.row.status == "mailed":
            line = _("通行证收到后，带它到出入境窗口或自助签注设备写入")
            return Now(words.COURIER, _("签注已签发"), line, "", line + _("。"))
        line = _("带通行证到出入境窗口或自助签注设备写入")
        return Now(words.YOU, _("请写到通行证上"), line, "", line + _("。"))
    line = _("写在新通行证上，正在交给快递") if case.row.is_endorsement else _("制好了，正在交给快递")
    return Now(words.COURIER, _("寄出"), line, "", _("交给快递后，短信告诉您单号。"))


def _mailed(case: Case) -> Now:
    line = _("快递单号 %(number)s，邮费到付") % {"number": case.row.parcel}
    return Now(words.COURIER, _("寄送中"), line, "", line + _("。"))


_NOW: Mapping[str, Callable[[Case], Now]] = {
    "filed": _filed,
    "returned": _returned,
    "accepted": _accepted,
    "approved": _approved,
    "paid": _in_production,
    "producing": _in_production,
    "ready": _ready,
    "mailed": _mailed,
}

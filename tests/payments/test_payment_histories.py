"""Random histories of one form: callbacks repeated, shuffled, late, stale, forged, lost, of a wrong amount."""

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from applications import services as applications
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from payments import callbacks, refunding, services
from payments.gateways.simulator import cashier, signing
from payments.models import Charge, LedgerEntry, Order, Refund
from portal.common import audit, clock, outbox, simulation
from portal.common.acting import Acting
from portal.common.gateway import GatewayDown
from portal.common.models import Promise
from portal.common.unmet import Refused
from tests.factories.payments import RETURN_URL, Case, approved, keep
from tests.payments.conftest import breaches

# The long count comes in shares, so that two processes can work at it.
QUICK, LONG, SHARES = 50, 3_000, 10
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TIMES_AT_THE_END = 5
DECISIONS = ("pays", "pays_short", "declines")
# What became of a callback; no run of thousands leaves one of them out.
VERDICTS = ("booked", "failed", "ignored", "mismatch", "repeated", "surplus", "forged")
Message = tuple[dict[str, str], bytes]


def _reference(body: bytes) -> str:
    return str(json.loads(body)["reference"])


class PaymentHistory(RuleBasedStateMachine):
    """One form with two applications, its payer, the cashier, and a post that does what it likes.

    The form is made once; each history begins with it untouched and is taken back at its end.
    """

    def __init__(self, case: Case, seen: Counter[str]) -> None:
        super().__init__()
        self.case, self.seen = case, seen
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        cashier.books().clear()
        cache.clear()
        self.now = START
        self.posted: list[Message] = []
        # References about which the cashier has said something that has not arrived even once.
        self.unheard: set[str] = set()
        self.checked: object = None

    def teardown(self) -> None:
        try:
            self.settle_everything()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
        self.seen["histories"] += 1

    @contextmanager
    def act(self) -> Iterator[None]:
        """A moment in which something happens: no two are the same, and the money is right after each."""
        self.now += timedelta(seconds=1)
        with clock.set_to(self.now):
            yield
            self.check()

    def check(self) -> None:
        """Ask every invariant, unless no row was written on either side since it was last asked."""
        written = (connection.connection.total_changes, cashier.taken_and_returned())
        if written != self.checked:
            # What the cashier has said and nobody has heard yet cannot stand in our books.
            awaited = tuple(f"reference {reference}:" for reference in self.unheard)
            assert [breach for breach in breaches() if not breach.startswith(awaited)] == []
            self.checked = written

    def charges(self) -> list[Charge]:
        return list(Charge.objects.order_by("started_at"))

    @initialize(how=st.sampled_from([*DECISIONS, ""]), is_lost=st.booleans())
    def begin(self, how: str, *, is_lost: bool) -> None:
        self.press_pay()
        if how:
            self.decide_at_the_cashier(which=0, how=how, is_lost=is_lost)

    @rule()
    def press_pay(self) -> None:
        with self.act(), suppress(GatewayDown, Refused):
            order = services.open_order(self.case.submission.pk, acting=self.case.acting)
            if order:
                services.start_charge(order.pk, acting=self.case.acting, return_url=RETURN_URL)

    @rule(which=st.integers(0, 9), how=st.sampled_from(DECISIONS), is_lost=st.booleans())
    def decide_at_the_cashier(self, which: int, how: str, *, is_lost: bool) -> None:
        charges = self.charges()
        charge = charges[which % len(charges)]
        cashier.books().arm("wrong_amount", int(how == "pays_short"))
        with self.act():
            if cashier.decide(cashier.reference_of(charge.pk), pays=how != "declines", code="declined").is_new:
                self.write(charge)
                if not is_lost:
                    self.deliver(*self.posted[-1])

    @precondition(lambda self: Charge.objects.filter(status="failed").exists())
    @rule()
    def succeed_late(self) -> None:
        with self.act():
            for charge in self.charges():
                # One that failed because the cashier was down is not in its books.
                if charge.status == "failed" and cashier.books().get(cashier.reference_of(charge.pk)):
                    cashier.turn_into_money(cashier.reference_of(charge.pk))
                    self.write(charge)

    def write(self, charge: Charge) -> None:
        """Let the cashier write its message."""
        reference = cashier.reference_of(charge.pk)
        self.unheard.add(reference)
        body = cashier.message_about(reference)
        self.posted.append((signing.signed_headers(body), body))

    def deliver(self, headers: dict[str, str], body: bytes) -> None:
        if body == next(one for _, one in reversed(self.posted) if _reference(one) == _reference(body)):
            self.unheard.discard(_reference(body))
        self.seen[callbacks.receive("simulator", headers, body, sender="test").verdict] += 1

    @precondition(lambda self: self.posted)
    @rule(seed=st.integers(0, 2**16), again=st.booleans())
    def deliver_all_shuffled(self, seed: int, *, again: bool, times: int = 2) -> None:
        """Deliver every message of the past: signed anew, or as it was written, perhaps too long ago."""
        messages = self.posted * times
        random.Random(seed).shuffle(messages)
        with self.act():
            for headers, body in messages:
                self.deliver(signing.signed_headers(body) if again else headers, body)

    @rule(which=st.integers(0, 9), fen=st.integers(-5, 40_000))
    def forge(self, which: int, fen: int) -> None:
        charges = self.charges()
        reference = cashier.reference_of(charges[which % len(charges)].pk)
        if cashier.books().get(reference) is None:
            return
        told = {**json.loads(cashier.message_about(reference)), "state": "captured", "amount_fen": fen}
        self.deliver_in_vain(told, {signing.SIGNATURE: "0" * 64}, "forged")

    @precondition(lambda self: Charge.objects.with_money().exists())
    @rule(fen=st.integers(1, 40_000))
    def contradict(self, fen: int) -> None:
        """The provider itself, properly signed, says another amount than it did before."""
        charge = Charge.objects.with_money().order_by("started_at")[0]
        if fen != charge.captured_fen:
            told = {**json.loads(cashier.message_about(cashier.reference_of(charge.pk))), "amount_fen": fen}
            self.deliver_in_vain(told, {}, "mismatch")

    def deliver_in_vain(self, told: dict[str, object], headers: dict[str, str], verdict: str) -> None:
        body, before = json.dumps(told).encode(), self.picture()
        with clock.set_to(self.now):
            signed = {**signing.signed_headers(body), **headers}
            assert callbacks.receive("simulator", signed, body, sender="somebody").verdict == verdict
        assert self.picture() == before
        self.seen[verdict] += 1

    @rule(fault=st.sampled_from(["down", "times_out", "refuses_refund"]))
    def disturb(self, fault: str) -> None:
        cashier.books().arm(fault)

    @rule(minutes=st.sampled_from([1, 4, 6, 31, 600, 60 * 24 * 8]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def work(self) -> None:
        with self.act():
            keep()
            refunding.refund_unproducible()

    @rule(some=st.sampled_from([(0,), (1,), (0, 1)]))
    def withdraw(self, some: tuple[int, ...]) -> None:
        with self.act():
            for which in some:
                with suppress(Refused):
                    applications.withdraw(self.case.applications[which].pk, acting=self.case.acting)

    @precondition(lambda self: Application.objects.filter(status="paid").exists())
    @rule(which=st.integers(0, 1))
    def fail_to_produce(self, which: int) -> None:
        with self.act(), suppress(Refused):
            row = Application.objects.get(pk=self.case.applications[which].pk)
            LIFECYCLE.perform(row, "declare_unproducible", acting=Acting.system("production"))

    @rule(which=st.integers(0, 1))
    def sweep_lapses(self, which: int) -> None:
        row = Application.objects.get(pk=self.case.applications[which].pk)
        if row.pay_by and self.now >= row.pay_by:
            with self.act():
                try:
                    applications.lapse(row.pk, event_seq=row.event_seq)
                except outbox.Again:
                    assert Charge.objects.pending().exists()

    def picture(self) -> Any:
        rows = (Order, Charge, Application, Refund)
        states = [tuple(model.objects.order_by("pk").values_list("pk", "status")) for model in rows]
        return (*states, LedgerEntry.objects.count())

    def rest(self) -> None:
        """Let time enough pass for everything that waits, also for what was given up."""
        for hours in (1, 30):
            self.now += timedelta(hours=hours)
            with clock.set_to(self.now):
                for row in Promise.objects.dead().filter(topic__startswith="payments."):
                    outbox.revive(row)
                refunding.refund_unproducible()
                keep()

    def settle_everything(self) -> None:
        """With the faults gone and time enough nothing is left half done, and all messages once more change nothing."""
        for fault in cashier.FAULTS:
            cashier.books().arm(fault, 0)
        self.rest()
        assert not Charge.objects.pending().exists()
        if self.unheard:
            self.deliver_all_shuffled(seed=len(self.posted), again=True, times=1)
            self.rest()
        before = self.picture()
        if self.posted:
            self.deliver_all_shuffled(seed=len(self.posted), again=True, times=TIMES_AT_THE_END)
        assert self.picture() == before
        self.check()
        taken, returned = cashier.taken_and_returned()
        kept = sum(
            line.fen
            for order in Order.objects.filter(status="paid")
            for line in order.lines.select_related("application")
            if line.application.status == "paid"
        )
        assert sum(taken.values()) - sum(returned.values()) == kept
        with clock.set_to(START):
            assert list(audit.verify()) == []


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[int], Any]]:
    """Run so many histories; returns how many there were, and what became of their callbacks."""
    # The cashier's books in memory: opening the file anew for every look is a quarter of a history's time.
    books = sqlite3.connect(":memory:", isolation_level=None)
    books.executescript(simulation.SCHEMA)

    @contextmanager
    def look_up(ledger: simulation.Ledger) -> Iterator[sqlite3.Connection]:
        assert ledger.name == cashier.LEDGER
        yield books

    monkeypatch.setattr(simulation.Ledger, "_connect", look_up)
    # Every failed try is logged with its traceback, and all of them would be kept until the end.
    caplog.set_level("CRITICAL")
    with clock.set_to(START):
        case = approved()
    seen: Counter[str] = Counter()

    def histories(count: int) -> Counter[str]:
        # A failing history is printed as it is: making it shorter takes minutes, and hides which others fail.
        limits = hypothesis_settings(
            max_examples=QUICK,
            stateful_step_count=15,
            deadline=None,
            database=None,
            # The short count is the same every time; the long one is another on every run and in every share.
            derandomize=count == QUICK,
            phases=[Phase.generate],
        )
        # Histories that turn out too long are cut, settled and checked like the others, and counted.
        while seen["histories"] < count:
            run_state_machine_as_test(lambda: PaymentHistory(case, seen), settings=limits)  # type: ignore[arg-type]
        return seen

    yield histories
    books.close()


def test_no_history_loses_or_doubles_money(run: Callable[[int], Any]) -> None:
    assert {"booked", "surplus", "forged", "repeated"} <= run(QUICK).keys()


@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
def test_none_of_thousands_of_histories_loses_or_doubles_money(
    share: int, run: Callable[[int], Any], record_property: Callable[[str, object], None]
) -> None:
    seen = run(LONG // SHARES)
    assert set(VERDICTS) <= seen.keys()
    record_property("payment histories", seen["histories"])
    record_property("callbacks in them", sum(seen[verdict] for verdict in VERDICTS))

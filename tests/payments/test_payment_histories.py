"""Random histories of one form: callbacks repeated, shuffled, late, forged, with wrong amounts, after the end."""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from applications import services as applications
from applications.models import Application
from payments import callbacks, refunding, services
from payments.gateways.simulator import cashier, signing
from payments.models import Charge, LedgerEntry, Order
from portal.common import audit, clock, outbox
from portal.common.gateway import GatewayDown
from portal.common.models import Promise
from portal.common.simulation import Ledger
from portal.common.unmet import Refused
from tests.factories.payments import RETURN_URL, approved, keep
from tests.payments.conftest import breaches

pytestmark = pytest.mark.django_db

EXAMPLES = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 50
MOST_SHUFFLED = 15
Message = tuple[dict[str, str], bytes]


class PaymentHistory(RuleBasedStateMachine):
    """One form with two applications, its payer, the cashier, and a post that does what it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        Ledger("cashier").clear()
        self.now: datetime = clock.now()
        self.case = approved()
        self.posted: list[Message] = []

    def teardown(self) -> None:
        try:
            self.settle_everything()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def at_now(self) -> Any:
        return clock.set_to(self.now)

    def charges(self) -> list[Charge]:
        return list(Charge.objects.order_by("started_at", "pk"))

    @initialize()
    def begin(self) -> None:
        self.press_pay()

    @rule()
    def press_pay(self) -> None:
        with self.at_now():
            try:
                order = services.open_order(self.case.submission.pk, acting=self.case.acting)
                if order:
                    services.start_charge(order.pk, acting=self.case.acting, return_url=RETURN_URL)
            except (GatewayDown, Refused):
                return

    @precondition(lambda self: Charge.objects.exists())
    @rule(which=st.integers(0, 9), pays=st.booleans(), is_short=st.booleans())
    def decide_at_the_cashier(self, which: int, *, pays: bool, is_short: bool) -> None:
        charges = self.charges()
        charge = charges[which % len(charges)]
        cashier.books().arm("wrong_amount", int(is_short))
        with self.at_now():
            if cashier.decide(cashier.reference_of(charge.pk), pays=pays, code="declined").is_new:
                self.write(charge)

    @precondition(lambda self: Charge.objects.filter(status="failed").exists())
    @rule()
    def succeed_late(self) -> None:
        for charge in self.charges():
            if charge.status == "failed":
                cashier.turn_into_money(cashier.reference_of(charge.pk))
                with self.at_now():
                    self.write(charge)

    def write(self, charge: Charge) -> None:
        body = cashier.message_about(cashier.reference_of(charge.pk))
        self.posted.append((signing.signed_headers(body), body))

    @precondition(lambda self: self.posted)
    @rule(data=st.data(), again=st.booleans())
    def deliver_five_times_shuffled(self, data: st.DataObject, *, again: bool) -> None:
        messages = self.posted * 5
        for headers, body in data.draw(st.permutations(messages)) if len(messages) <= MOST_SHUFFLED else messages:
            with self.at_now():
                fresh = signing.signed_headers(body) if again else headers
                callbacks.receive("simulator", fresh, body, sender="test")

    @precondition(lambda self: Charge.objects.exists())
    @rule(which=st.integers(0, 9), fen=st.integers(-5, 40_000))
    def forge(self, which: int, fen: int) -> None:
        charges = self.charges()
        reference = cashier.reference_of(charges[which % len(charges)].pk)
        if cashier.books().get(reference) is None:
            return
        body = cashier.message_about(reference).replace(b'"pending"', b'"captured"')
        before = self.picture()
        with self.at_now():
            headers = {**signing.signed_headers(body), signing.SIGNATURE: "0" * 64}
            answer = callbacks.receive("simulator", headers, body + str(fen).encode(), sender=f"forger {fen}")
        assert answer.status == 401
        assert self.picture() == before

    @rule(fault=st.sampled_from(["down", "times_out", "refuses_refund"]))
    def disturb(self, fault: str) -> None:
        cashier.books().arm(fault)

    @rule(minutes=st.sampled_from([1, 4, 6, 31, 600, 60 * 24 * 8]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def work(self) -> None:
        with self.at_now():
            keep()
            refunding.refund_unproducible()

    @rule(some=st.sampled_from([(0,), (1,), (0, 1)]))
    def withdraw(self, some: tuple[int, ...]) -> None:
        for which in some:
            with self.at_now(), suppress(Refused):
                applications.withdraw(self.case.applications[which].pk, acting=self.case.acting)

    @rule(which=st.integers(0, 1))
    def sweep_lapses(self, which: int) -> None:
        row = Application.objects.get(pk=self.case.applications[which].pk)
        if row.pay_by and self.now >= row.pay_by:
            with self.at_now():
                try:
                    applications.lapse(row.pk, event_seq=row.event_seq)
                except outbox.Again:
                    assert Charge.objects.pending().exists()

    def picture(self) -> Any:
        rows = (Order, Charge, Application)
        states = [tuple(model.objects.order_by("pk").values_list("pk", "status")) for model in rows]  # type: ignore[attr-defined]
        return (*states, LedgerEntry.objects.count())

    @invariant()
    def money_is_right(self) -> None:
        with self.at_now():
            assert breaches() == []

    def settle_everything(self) -> None:
        """With the faults gone and time enough, nothing is left half done."""
        for fault in cashier.FAULTS:
            cashier.books().arm(fault, 0)
        for hours in (1, 2, 30):
            self.now += timedelta(hours=hours)
            with self.at_now():
                for row in Promise.objects.dead().filter(topic__startswith="payments."):
                    outbox.revive(row)
                keep()
        with self.at_now():
            assert breaches() == []
        assert not Charge.objects.pending().exists()
        taken, returned = cashier.taken_and_returned()
        kept = sum(
            line.fen
            for order in Order.objects.filter(status="paid")
            for line in order.lines.select_related("application")
            if line.application.status == "paid"
        )
        assert sum(taken.values()) - sum(returned.values()) == kept
        assert list(audit.verify()) == []


def test_no_history_loses_or_doubles_money() -> None:
    # A failing history is printed as it is: making it shorter takes minutes, and hides which others fail.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    limits = hypothesis_settings(max_examples=EXAMPLES, stateful_step_count=20, deadline=None, phases=phases)
    run_state_machine_as_test(PaymentHistory, settings=limits)

"""However an endorsement ends, with its permit or alone, nothing was charged for it or all of it goes back, once."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from django.db.models import F, Sum

from applications import casework, services
from applications.gateways.plant.simulator import SimulatedPlant
from applications.invariants import endorsements_have_a_permit
from applications.models import Application
from documents.models import IssuedEndorsement
from payments import invariants
from payments.ledger import FEES, OWED
from payments.models import Charge, LedgerEntry, Refund
from payments.services import open_order, refund_unproducible, start_charge
from portal.accounts.models import Person
from portal.common import clock
from portal.common.acting import Acting
from portal.common.models import Promise
from tests.factories import cases
from tests.factories.payments import RETURN_URL, keep, pay_at_the_cashier
from tests.factories.work import run_for

pytestmark = pytest.mark.django_db

TRIP = {"MO": {"letter": "L", "option": "3m1"}}
FEE = 1500
Rows = Mapping[str, Application]


@pytest.fixture
def holder() -> Person:
    cases.ground()
    return cases.person("赵测试", phone="13900000007")


@pytest.fixture
def officer(holder: Person) -> Acting:
    return cases.officer(holder.hukou_code)


def supervisor(holder: Person) -> Acting:
    return cases.officer(holder.hukou_code, role="supervisor")


def approve(row: Application, officer: Acting) -> None:
    services.claim(row.pk, acting=officer)
    services.approve(row.pk, acting=officer)


def start(row: Application, holder: Person) -> Charge:
    order = open_order(row.submission_id, acting=holder.acting)
    assert order is not None
    return start_charge(order.pk, acting=holder.acting, return_url=RETURN_URL).charge


def pay_both(rows: Rows, holder: Person, officer: Acting) -> None:
    for row in rows.values():
        approve(row, officer)
    cases.pay(rows[""].submission_id, holder)


# Before any money.


def permit_refused(rows: Rows, holder: Person, officer: Acting) -> None:
    services.claim(rows[""].pk, acting=officer)
    services.refuse(rows[""].pk, acting=officer, code="HKM", note="不符合规定的事由")


def refused(rows: Rows, holder: Person, officer: Acting) -> None:
    services.claim(rows["MO"].pk, acting=officer)
    services.refuse(rows["MO"].pk, acting=officer, code="HKM", note="不符合规定的事由")


def permit_withdrawn(rows: Rows, holder: Person, officer: Acting) -> None:
    for row in rows.values():
        approve(row, officer)
    services.withdraw(rows[""].pk, acting=holder.acting)


def withdrawn(rows: Rows, holder: Person, officer: Acting) -> None:
    services.withdraw(rows["MO"].pk, acting=holder.acting)


def permit_lapsed(rows: Rows, holder: Person, officer: Acting) -> None:
    approve(rows[""], officer)
    with clock.set_to(clock.now() + timedelta(days=9)):
        run_for(0)


def lapsed(rows: Rows, holder: Person, officer: Acting) -> None:
    pay_both({"": rows[""]}, holder, officer)
    approve(rows["MO"], officer)
    with clock.set_to(clock.now() + timedelta(days=9)):
        run_for(0)


# With money on its way, or taken.


def permit_withdrawn_while_paying(rows: Rows, holder: Person, officer: Acting) -> None:
    for row in rows.values():
        approve(row, officer)
    charge = start(rows[""], holder)
    services.withdraw(rows[""].pk, acting=holder.acting)
    pay_at_the_cashier(charge)
    keep()


def permit_rejected(rows: Rows, holder: Person, officer: Acting) -> None:
    SimulatedPlant.ledger.arm("reject")
    pay_both(rows, holder, officer)


def permit_spoiled(rows: Rows, holder: Person, officer: Acting) -> None:
    SimulatedPlant.ledger.arm("spoil")
    pay_both(rows, holder, officer)


def permit_stopped(rows: Rows, holder: Person, officer: Acting) -> None:
    pay_both(rows, holder, officer)
    casework.declare_unproducible(rows[""].pk, acting=supervisor(holder), note="卡体缺货。")


def stopped(rows: Rows, holder: Person, officer: Acting) -> None:
    pay_both(rows, holder, officer)
    casework.declare_unproducible(rows["MO"].pk, acting=supervisor(holder), note="设备停用。")


def permit_lapsed_after_it_was_paid(rows: Rows, holder: Person, officer: Acting) -> None:
    """The permit's term is over and its lapse is late; only the endorsement can still be paid for."""
    approve(rows[""], officer)
    with clock.set_to(clock.now() + timedelta(days=5)):
        approve(rows["MO"], officer)
    with clock.set_to(clock.now() + timedelta(days=9)):
        cases.pay(rows[""].submission_id, holder)
        assert Application.objects.get(pk=rows["MO"].pk).status == "paid"
        run_for(0)
        assert Application.objects.get(pk=rows[""].pk).status == "lapsed"


def end_of(row: Application) -> str:
    """Let the background finish; where it ended, and that nothing is held for it, and what was taken went back once."""
    with clock.set_to(clock.now() + timedelta(days=10)):
        run_for(60)
        refund_unproducible()
        keep()
        ended = Application.objects.get(pk=row.pk)
        entries = LedgerEntry.objects.filter(application=ended, account__in=(FEES, OWED))
        assert (entries.aggregate(fen=Sum(F("credit_fen") - F("debit_fen")))["fen"] or 0) == 0
        back = list(Refund.objects.filter(application=ended).values_list("status", "amount_fen"))
        taken = entries.filter(account=FEES, credit_fen__gt=0).exists()
        assert back == ([("refunded", FEE)] if taken else [])
        assert not IssuedEndorsement.objects.filter(application_id=row.pk).exists()
        for check in (*invariants.ALL.values(), endorsements_have_a_permit):
            assert list(check()) == []
    return f"{ended.status} {'and paid back' if taken else 'unpaid'}"


@pytest.mark.parametrize(
    ("act", "end"),
    [
        (permit_refused, "refused unpaid"),
        (refused, "refused unpaid"),
        (permit_withdrawn, "refused unpaid"),
        (withdrawn, "withdrawn unpaid"),
        (permit_lapsed, "refused unpaid"),
        (lapsed, "lapsed unpaid"),
        (permit_withdrawn_while_paying, "refused unpaid"),
        (permit_rejected, "unproducible and paid back"),
        (permit_spoiled, "unproducible and paid back"),
        (permit_stopped, "unproducible and paid back"),
        (stopped, "unproducible and paid back"),
        (permit_lapsed_after_it_was_paid, "unproducible and paid back"),
    ],
)
def test_asked_for_with_its_permit(
    holder: Person, officer: Acting, act: Callable[[Rows, Person, Acting], None], end: str
) -> None:
    rows = {row.destination: row for row in cases.filed(holder, {"HKM_PERMIT": "damaged"}, endorsements=TRIP)}
    act(rows, holder, officer)
    assert end_of(rows["MO"]) == end


@pytest.mark.parametrize("when", ["before the payment", "after the payment"])
def test_alone_on_a_card_that_is_lost(holder: Person, officer: Acting, when: str) -> None:
    [row] = cases.approved(holder, officer, requests={}, endorsements=TRIP)
    if when == "after the payment":
        cases.pay(row.submission_id, holder)
    cases.filed(holder, {"HKM_PERMIT": "lost"}, endorsements={})
    if when == "before the payment":
        cases.pay(row.submission_id, holder)
    assert end_of(row) == "unproducible and paid back"


def damaged(holder: Person, officer: Acting) -> Application:
    """A paid endorsement whose permit ended without it, as no service leaves one."""
    rows = {row.destination: row for row in cases.filed(holder, {"HKM_PERMIT": "damaged"}, endorsements=TRIP)}
    pay_both(rows, holder, officer)
    run_for(0)
    assert list(endorsements_have_a_permit()) == []
    return rows["MO"]


def test_one_that_hangs_on_a_permit_that_was_not_made_is_named(holder: Person, officer: Acting) -> None:
    row = damaged(holder, officer)
    Application.objects.filter(dependants=row).update(status="refused")
    assert list(endorsements_have_a_permit()) == [f"application {row.pk}: its permit was not made"]


def test_one_that_nobody_will_write_is_named(holder: Person, officer: Acting) -> None:
    row = damaged(holder, officer)
    Application.objects.filter(pk=row.pk).update(depends_on=None)
    named = [f"application {row.pk}: paid, and there is no permit to write it on"]
    assert list(endorsements_have_a_permit()) == named
    Promise.objects.filter(topic="applications.order_production", key=str(row.pk)).update(done_at=None)
    assert list(endorsements_have_a_permit()) == []

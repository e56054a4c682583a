"""Approved cases for tests of money, walked through the lifecycle without pictures, which money never looks at.

Thousands of them are paid in one test, by as many people: more than the register's twin knows, so they are written
down as proven instead of proving themselves. `tests.factories.cases` walks the whole way.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from uuid import UUID

from applications import receipts
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Submission
from documents import catalog
from payments import services
from payments.gateways.simulator import cashier, delivery
from payments.models import Charge, Order
from portal.accounts.models import Person, User
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.models import Promise
from tests.factories import accounts

AUTHORITY = "330100"
FEES = {catalog.PASSPORT: 12000, catalog.HKM_PERMIT: 6000, catalog.TWN_PERMIT: 6000}
RETURN_URL = "/pay/x/return/"
_numbers = count(1)


@dataclass
class Case:
    """One filed form whose applications wait for payment."""

    person: Person
    submission: Submission
    applications: list[Application]

    @property
    def acting(self) -> Acting:
        return self.person.acting

    def order(self) -> Order:
        order = services.open_order(self.submission.pk, acting=self.acting)
        assert order is not None
        return order

    def start(self) -> Charge:
        return services.start_charge(self.order().pk, acting=self.acting, return_url=RETURN_URL).charge

    def statuses(self) -> list[str]:
        rows = Application.objects.filter(submission=self.submission).order_by("position")
        return list(rows.values_list("status", flat=True))


def approved(*kinds: str, days: int = 7) -> Case:
    """A form with one approved application for each kind; `days` to pay."""
    number = next(_numbers)
    person = Person.objects.create(
        user=User.objects.create_citizen(phone=f"137{number:08d}", password="an-even-longer-secret"),
        citizen_number=f"3301061990010{number:05d}",
        name="测试人",
        sex="M",
        born="1990-01-01",
        hukou_code=AUTHORITY,
        proved_at=clock.now(),
        proved_by="face",
    )
    now = clock.now()
    assert person.user is not None
    submission = Submission.objects.create(
        filer=person.user, beneficiary=person, authority=AUTHORITY, created_at=now, saved_at=now, filed_at=now
    )
    case = Case(person, submission, [])
    approve_more(case, *(kinds or (catalog.PASSPORT, catalog.TWN_PERMIT)), days=days)
    return case


def approve_more(case: Case, *kinds: str, days: int = 7) -> None:
    """Approve further applications on the form of a case."""
    now, officer = clock.now(), accounts.official(authority=AUTHORITY).acting
    rows = [
        Application(
            submission=case.submission,
            person=case.person,
            authority=AUTHORITY,
            kind=kind,
            category="replace",
            reason="expiring",
            receipt=receipt,
            position=len(case.applications) + position,
            revision="test",
            fee_fen=FEES[kind],
            filed_at=now,
            accepted_at=now,
            pay_by=now + timedelta(days=days),
            claimed_by_id=UUID(officer.id),
            claimed_until=now + timedelta(minutes=30),
            decided_by=UUID(officer.id),
            decided_at=now,
        )
        for position, (kind, receipt) in enumerate(
            zip(kinds, receipts.take(AUTHORITY, clock.today(), len(kinds)), strict=True), start=1
        )
    ]
    filing = [("file", case.acting), ("accept_at_filing", Acting.system("filing")), ("approve", officer)]
    LIFECYCLE.begin(rows, actions=filing)
    # The approval needed the claim and ends it.
    for row in rows:
        row.claimed_by = row.claimed_until = None
        row.save(update_fields=["claimed_by", "claimed_until"])
    case.applications += rows


def pay_at_the_cashier(charge: Charge, *, pays: bool = True) -> None:
    """Press the cashier's button, as its page does; the callback is promised, not yet delivered."""
    reference = cashier.reference_of(charge.pk)
    if cashier.decide(reference, pays=pays, code="" if pays else "declined").is_new:
        delivery.announce(reference)


def keep(*topics: str) -> int:
    """Keep the due promises of payments and of the cashier (or of these topics alone), until none is due."""
    wanted = topics or ("cashier.callback", "payments.reconcile", "payments.refund", "payments.order_due")
    done = 0
    for _ in range(20):
        rows = Promise.objects.open().filter(topic__in=wanted, due_at__lte=clock.now())
        # Where the clock stands still many are due at once: a history told again keeps them in the same order.
        ids = list(rows.order_by("due_at", "created_at", "topic").values_list("pk", flat=True))
        if not ids:
            break
        done += sum(outbox.attempt(pk) for pk in ids)
    return done


def paid(*kinds: str) -> Case:
    """A case whose order is paid through the cashier."""
    case = approved(*kinds)
    pay_at_the_cashier(case.start())
    keep()
    return case

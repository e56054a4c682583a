"""Claims under concurrency: every case has one owner, whoever asks at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction

from applications import services
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Submission
from portal.accounts.models import Person, User
from portal.common import audit, clock
from portal.common.acting import Acting
from portal.common.models import AuditEntry
from portal.common.unmet import Refused
from tests.factories import cases
from tests.factories.work import together

pytestmark = pytest.mark.django_db(transaction=True)

CITY = "310000"
CASES = 300


@pytest.fixture
def queue() -> list[Application]:
    """As many filed cases as the wanted proof asks for, in bulk through the lifecycle.

    Not through the services: 300 people are more than the register's twin knows, and the inspection of their pictures
    would take minutes. Claims look at status, authority and due date alone.
    """
    now = clock.now()
    users = [User(phone=f"137{number:08d}") for number in range(CASES)]
    User.objects.bulk_create(users)
    people = [
        Person(
            user=user,
            citizen_number=f"{310000199001010000 + number:018d}",
            name=f"样例{number}",
            sex="F",
            born="1990-01-01",
            hukou_code=CITY,
            proved_at=now,
            proved_by="face",
        )
        for number, user in enumerate(users)
    ]
    Person.objects.bulk_create(people)
    forms = [
        Submission(
            filer=person.user,
            beneficiary=person,
            authority=CITY,
            answers={},
            facts={},
            created_at=now,
            saved_at=now,
            filed_at=now,
        )
        for person in people
    ]
    Submission.objects.bulk_create(forms)
    rows = [
        Application(
            submission=form,
            person=form.beneficiary,
            authority=CITY,
            kind="PASSPORT",
            category="replace",
            reason="expiring",
            receipt=f"{CITY}{number:010d}",
            revision="2025-11-20",
            filed_at=now,
        )
        for number, form in enumerate(forms)
    ]
    for row in rows:
        LIFECYCLE.begin([row], actions=[("file", row.person.acting)])
    return rows


def officers(count: int) -> list[Acting]:
    return [cases.officer(CITY, code=f"D{number:03d}") for number in range(count)]


def take_all(acting: Acting) -> list[UUID]:
    """Take the next case until the queue is empty."""
    taken = []
    while True:
        row = services.claim_next(acting=acting)
        if row is not None:
            taken.append(row.pk)
        elif not Application.objects.to_review().filter(claimed_by=None).exists():
            return taken


@pytest.mark.parametrize("count", [2, 20])
def test_officers_who_empty_the_queue_own_no_case_twice(queue: list[Application], count: int) -> None:
    actors = officers(count)
    taken = together(lambda place: take_all(actors[place]), count)
    owned = Counter(pk for of_one in taken for pk in of_one)
    assert len(owned) == CASES
    assert set(owned.values()) == {1}
    written = {pk: str(owner) for pk, owner in Application.objects.values_list("pk", "claimed_by_id")}
    assert written == {pk: acting.id for acting, of_one in zip(actors, taken, strict=True) for pk in of_one}
    assert AuditEntry.objects.filter(action="claimed").count() == CASES
    assert list(audit.verify()) == []


@pytest.mark.postgres
def test_the_next_case_is_not_waited_for(queue: list[Application]) -> None:
    """While a colleague's claim is being written, the next officer gets the case behind it at once."""
    one, other = officers(2)

    def take_another() -> Application | None:
        try:
            return services.claim_next(acting=other)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        first = services.claim_next(acting=one)
        second = pool.submit(take_another).result(timeout=20)
    assert first
    assert second
    assert first.pk != second.pk


def test_one_case_asked_for_by_twenty_has_one_owner(queue: list[Application]) -> None:
    row, actors = queue[0], officers(20)

    def ask(place: int) -> bool:
        try:
            services.claim(row.pk, acting=actors[place])
        except Refused:
            return False
        return True

    won = together(ask, len(actors))
    assert won.count(True) == 1
    row.refresh_from_db()
    assert str(row.claimed_by_id) == actors[won.index(True)].id
    assert AuditEntry.objects.filter(action="claimed").count() == 1


def test_a_case_of_another_authority_is_never_taken(queue: list[Application]) -> None:
    stranger = cases.officer("330100", code=f"E{uuid4().hex[:6]}")
    assert services.claim_next(acting=stranger) is None
    with pytest.raises(Refused):
        services.claim(queue[0].pk, acting=stranger)
    assert not Application.objects.exclude(claimed_by=None).exists()
    assert not AuditEntry.objects.filter(action="claimed").exists()

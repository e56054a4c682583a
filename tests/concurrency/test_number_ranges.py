"""Numbers and documents under concurrency: real connections, on whichever database the suite runs on."""

import uuid
from datetime import date

import pytest
from django.db import transaction

from documents import numbers, services
from documents.models import IssuedDocument, NumberRange
from portal.accounts.models import Person
from portal.common import audit, clock
from portal.common.acting import Acting
from portal.common.models import Event
from tests.factories.work import THREADS, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person() -> Person:
    return Person.objects.create(
        citizen_number="11010519900101001X",
        name="测试人",
        sex="M",
        born="1990-01-01",
        hukou_code="110000",
        proved_at=clock.now(),
        proved_by="face",
    )


def issue(person: Person, application_id: uuid.UUID, replaces: IssuedDocument | None = None) -> IssuedDocument:
    return services.issue(
        person,
        kind="PASSPORT",
        application_id=application_id,
        surname="LYU",
        given="XIAOMING",
        born=date(1990, 1, 1),
        sex="M",
        authority="110000",
        acting=Acting.system("test"),
        replaces=replaces,
    )


def test_no_number_is_given_out_twice_and_none_is_lost_at_the_end_of_a_range() -> None:
    services.open_range("PASSPORT", first="E00000001", last="E00000073")
    services.open_range("PASSPORT", first="EA0000001", last="EA0000127")

    def take(_: int) -> list[str]:
        return [services.take_number("PASSPORT") for _ in range(25)]

    given = [number for numbers_of_one in together(take) for number in numbers_of_one]
    expected = {f"E{n:08d}" for n in range(1, 74)} | {f"EA{n:07d}" for n in range(1, 128)}
    assert len(given) == 200
    assert set(given) == expected
    with pytest.raises(services.RangeExhausted):
        services.take_number("PASSPORT")


def test_whoever_waited_for_a_range_that_ran_out_gets_a_number_of_the_next() -> None:
    for place in range(THREADS):
        services.open_range("PASSPORT", first=f"E0000{place}000", last=f"E0000{place}000")
    given = together(lambda _: services.take_number("PASSPORT"))
    assert sorted(given) == [f"E0000{place}000" for place in range(THREADS)]


def test_everybody_is_told_when_the_last_number_is_gone() -> None:
    services.open_range("PASSPORT", first="E00000001", last="E00000005")

    def take(_: int) -> str | None:
        try:
            return services.take_number("PASSPORT")
        except services.RangeExhausted:
            return None

    given = together(take)
    assert sorted(number for number in given if number) == [f"E{n:08d}" for n in range(1, 6)]
    assert given.count(None) == THREADS - 5


def test_numbers_of_failed_transactions_are_given_out_again_once() -> None:
    services.open_range("PASSPORT", first="E00000001", last="E00000100")

    def take(place: int) -> list[str]:
        kept = []
        for step in range(10):
            with transaction.atomic():
                number = services.take_number("PASSPORT")
                if (place + step) % 2:
                    transaction.set_rollback(True)
                else:
                    kept.append(number)
        return kept

    kept = [number for numbers_of_one in together(take) for number in numbers_of_one]
    assert sorted(kept) == [f"E{n:08d}" for n in range(1, 41)]


def test_parallel_issues_for_one_application_give_one_document(person: Person) -> None:
    services.open_range("PASSPORT", first="E00000001", last="E00000100")
    old = services.import_held(
        person,
        [
            services.Held(
                kind="PASSPORT",
                number="E90000001",
                surname="LYU",
                given="XIAOMING",
                issued_on=date(2017, 3, 3),
                expires_on=date(2027, 3, 2),
                authority="110000",
            )
        ],
        acting=person.acting,
    ).adopted[0]
    key = uuid.uuid4()
    issued = together(lambda _: issue(person, key, old))
    assert len({document.pk for document in issued}) == 1
    assert IssuedDocument.objects.filter(application_id=key).count() == 1
    assert Event.objects.filter(action="register").count() == 1
    assert Event.objects.filter(action="invalidate").count() == 1
    assert NumberRange.objects.get().next == numbers.position("E00000002")
    assert list(audit.verify()) == []


def test_parallel_adoptions_give_each_document_once(person: Person) -> None:
    held = [
        services.Held(
            kind="PASSPORT",
            number=f"E9000000{n}",
            surname="LYU",
            given="XIAOMING",
            issued_on=date(2017, 3, 3),
            expires_on=date(2027, 3, 2),
            authority="110000",
        )
        for n in range(3)
    ]
    done = together(lambda _: services.import_held(person, held, acting=person.acting))
    assert sorted(len(one.adopted) for one in done) == [0] * (THREADS - 1) + [3]
    assert IssuedDocument.objects.count() == 3
    assert Event.objects.count() == 3

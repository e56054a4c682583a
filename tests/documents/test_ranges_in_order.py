"""Number ranges: numbers in order, ranges that end, and those that are refused."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from documents import services
from documents.models import NumberRange
from portal.accounts.models import Person
from tests.documents.test_document_register import adopt, held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ranges")]


def test_numbers_come_in_order_and_end_with_the_range() -> None:
    NumberRange.objects.all().delete()
    services.open_range("PASSPORT", first="E00000008", last="E00000009")
    services.open_range("PASSPORT", first="EA9999999", last="EB0000001")
    given = [services.take_number("PASSPORT") for _ in range(4)]
    # The all-zero number of a letter block is not printed.
    assert given == ["E00000008", "E00000009", "EA9999999", "EB0000001"]
    with pytest.raises(services.RangeExhausted) as caught:
        services.take_number("PASSPORT")
    assert caught.value.kind == "PASSPORT"
    assert services.numbers_left("PASSPORT") == 0


def test_a_number_somebody_holds_already_is_passed_by(person: Person) -> None:
    adopt(person, held("EJ0000001"))
    assert services.take_number("PASSPORT") == "EJ0000002"


def test_a_range_is_over_when_somebody_holds_its_last_number(person: Person) -> None:
    NumberRange.objects.filter(kind="PASSPORT").delete()
    services.open_range("PASSPORT", first="E00000008", last="E00000009")
    services.open_range("PASSPORT", first="E00000020", last="E00000020")
    adopt(person, held("E00000009"))
    assert [services.take_number("PASSPORT") for _ in range(2)] == ["E00000008", "E00000020"]
    with pytest.raises(services.RangeExhausted):
        services.take_number("PASSPORT")


def test_a_number_goes_back_when_the_transaction_fails() -> None:
    with transaction.atomic():
        assert services.take_number("PASSPORT") == "EJ0000001"
        transaction.set_rollback(True)
    assert services.take_number("PASSPORT") == "EJ0000001"


@pytest.mark.parametrize(
    ("kind", "first", "last", "code"),
    [
        ("PASSPORT", "C00000001", "C00000009", "wrong_kind"),
        ("PASSPORT", "G00000001", "G00000009", "wrong_kind"),
        ("PASSPORT", "E00000001", "C00000009", "wrong_kind"),
        ("PASSPORT", "", "", "wrong_kind"),
        ("PASSPORT", "E00000009", "E00000001", "wrong_order"),
        ("PASSPORT", "EJ0000100", "EJ0000200", "overlap"),
        ("PASSPORT", "EH0000001", "EK0000001", "overlap"),
        ("PASSPORT", "EH0000001", "EJ0000001", "overlap"),
    ],
)
def test_a_wrong_range_is_refused(kind: str, first: str, last: str, code: str) -> None:
    with pytest.raises(services.RangeRefused) as caught:
        services.open_range(kind, first=first, last=last)
    assert caught.value.code == code
    assert NumberRange.objects.count() == 3


def test_opening_a_range_again_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    services.take_number("PASSPORT")
    call_command("open_number_range", "PASSPORT", "EJ0000001", "EJ0000100")
    assert "EJ0000001 - EJ0000100, 99 left" in capsys.readouterr().out
    assert NumberRange.objects.count() == 3
    with pytest.raises(CommandError, match="another range"):
        call_command("open_number_range", "PASSPORT", "EJ0000050", "EJ0000060")

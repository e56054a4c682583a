"""Numbers: formats R1 to R6 of the reference, and the order in which numbers are given out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import numbers
from documents.ranges import RangeExhausted, open_range, take_number


@pytest.mark.parametrize(
    ("number", "series", "kind"),
    [
        ("E12345678", "E", "PASSPORT"),
        ("EA1234567", "E", "PASSPORT"),
        ("EZ0000001", "E", "PASSPORT"),
        ("G12345678", "G", "PASSPORT"),
        ("141234567", "14", "PASSPORT"),
        ("151234567", "14", "PASSPORT"),
        ("C00000000", "C", "HKM_PERMIT"),
        ("CA0000001", "C", "HKM_PERMIT"),
        ("L12345678", "L", "TWN_PERMIT"),
        ("T12345678", "T", "TWN_PERMIT"),
        ("H12345678", "HM", "HRP"),
        ("M12345678", "HM", "HRP"),
        ("12345678", "8", "TBZ"),
    ],
)
def test_a_number_tells_its_kind(number: str, series: str, kind: str) -> None:
    found = numbers.recognise(number)
    assert found is not None
    assert (found.code, found.kind) == (series, kind)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "E1234567",
        "E123456789",
        "EI1234567",
        "EO1234567",
        "EAA123456",
        "LA1234567",
        "GA1234567",
        "X12345678",
        "E１２３４５６７",
    ],
)
def test_other_texts_are_no_numbers(text: str) -> None:
    assert numbers.recognise(text) is None


@pytest.mark.parametrize("typed", [" e1234 5678 ", "E-12345678", "Ｅ１２３４５６７８", "e12345678\n"])
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert numbers.normalise(typed) == "E12345678"
    found = numbers.recognise(typed)
    assert found is not None
    assert found.code == "E"


@pytest.mark.parametrize(
    ("number", "following"),
    [
        ("E00000001", "E00000002"),
        ("E99999998", "E99999999"),
        ("E99999999", "EA0000001"),
        ("EA9999999", "EB0000001"),
        ("EH9999999", "EJ0000001"),
        ("EN9999999", "EP0000001"),
        ("C99999999", "CA0000001"),
        ("L00000009", "L00000010"),
    ],
)
@pytest.mark.django_db
def test_the_next_number(number: str, following: str) -> None:
    series = numbers.recognise(number)
    assert series is not None
    open_range(series.kind, first=number, last=following)
    assert [take_number(series.kind), take_number(series.kind)] == [number, following]
    with pytest.raises(RangeExhausted):
        take_number(series.kind)


@pytest.mark.parametrize("last", ["EZ9999999", "CZ9999999", "L99999999"])
def test_a_series_ends(last: str) -> None:
    with pytest.raises(numbers.SeriesEnded):
        numbers.number_at(last[0], numbers.position(last) + 1)


@pytest.mark.parametrize("number", ["G12345678", "H12345678", "12345678", "nonsense"])
def test_series_that_are_not_given_out_have_no_order(number: str) -> None:
    with pytest.raises(numbers.NumberInvalid) as caught:
        numbers.position(number)
    assert number not in str(caught.value)


@given(code=st.sampled_from(["E", "C"]), place=st.integers(0, 10**8 + 24 * 10**7 - 1))
def test_place_and_number_are_each_others_reverse(code: str, place: int) -> None:
    number = numbers.number_at(code, place)
    assert numbers.position(number) == place
    found = numbers.recognise(number)
    assert found is not None
    assert found.code == code


def test_no_two_series_share_a_number() -> None:
    samples = [
        "E12345678",
        "EA1234567",
        "G12345678",
        "141234567",
        "C12345678",
        "CA1234567",
        "L12345678",
        "T12345678",
        "H12345678",
        "12345678",
    ]
    for sample in samples:
        assert sum(series.matches(sample) for series in numbers.SERIES.values()) == 1

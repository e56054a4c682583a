"""The citizen number: what is read from a good one and what is said about a bad one."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric

from portal.accounts.citizen_number import check_character, read
from portal.common.unmet import Refused

AS_OF = date(2026, 11, 22)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Any number with a real birth date up to AS_OF and the check character that belongs to it."""
    division = draw(st.from_regex(r"[1-8][0-9]{5}", fullmatch=True))
    born = draw(st.dates(min_value=date(1890, 1, 1), max_value=AS_OF))
    order = draw(st.integers(0, 999))
    body = f"{division}{born:%Y%m%d}{order:03d}"
    return body + check_character(body)


def codes(text: str) -> list[str]:
    """Return the codes with which a text is refused."""
    with pytest.raises(Refused) as refused:
        read(text, as_of=AS_OF)
    assert all(reason.field == "citizen_number" and reason.text and reason.remedy for reason in refused.value.unmet)
    assert not text or text not in str(refused.value)
    return [reason.code for reason in refused.value.unmet]


@pytest.mark.parametrize(
    ("number", "born", "sex", "permit"),
    [
        ("11010519491231002X", date(1949, 12, 31), "F", None),
        ("440308199901101512", date(1999, 1, 10), "M", None),
        ("810000199408230021", date(1994, 8, 23), "F", "HK"),
        ("830000199201300022", date(1992, 1, 30), "F", "TW"),
    ],
)
def test_published_vectors_are_read(number: str, born: date, sex: str, permit: str | None) -> None:
    found = read(number, as_of=AS_OF)
    assert (found.number, found.division, found.born, found.sex, found.residence_permit) == (
        number,
        number[:6],
        born,
        sex,
        permit,
    )
    assert found.warnings == ()


@given(numbers())
def test_every_well_made_number_is_read_back(number: str) -> None:
    found = read(number, as_of=AS_OF)
    assert found.number == number
    assert f"{found.born:%Y%m%d}" == number[6:14]
    assert (found.sex == "M") is (int(number[16]) % 2 == 1)


@given(numbers())
def test_check_character_agrees_with_an_independent_implementation(number: str) -> None:
    assert check_character(number[:17]) == ric.calc_check_digit(number)


@given(numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_no_single_wrong_character_passes(number: str, place: int, wrong: str) -> None:
    assume(number[place] != wrong)
    assume(place == 17 or wrong != "X")
    assert codes(number[:place] + wrong + number[place + 1 :])


@given(numbers(), st.integers(0, 16))
def test_no_two_neighbours_may_be_swapped(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assume(swapped != number)
    assert codes(swapped)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_reasons(text: str) -> None:
    try:
        read(text, as_of=AS_OF)
    except Refused as refused:
        reasons = refused.unmet
    else:
        return
    assert reasons


@given(numbers())
def test_the_way_it_is_typed_does_not_matter(number: str) -> None:
    full_width = number.translate(str.maketrans("0123456789X", "０１２３４５６７８９ｘ"))
    assert read(full_width, as_of=AS_OF).number == number
    assert read(f" {number[:6]} {number[6:14]}-{number[14:].lower()}\n", as_of=AS_OF).number == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["citizen_number.missing"]),
        (" - ", ["citizen_number.missing"]),
        ("1101051949123100", ["citizen_number.length"]),
        ("11010519491231002X0", ["citizen_number.length"]),
        ("110105491231002", ["citizen_number.old_length"]),
        ("11010519491231OO2X", ["citizen_number.characters"]),
        ("X1010519491231002X", ["citizen_number.characters"]),
        # Digits of other scripts count as digits for Python, not for an identity card.
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢٠", ["citizen_number.characters"]),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", ["citizen_number.characters"]),
        ("²²²²²²²²²²²²²²²²²²", ["citizen_number.characters"]),
        ("110105194912310021", ["citizen_number.check"]),
        ("110105194902300021", ["citizen_number.date", "citizen_number.check"]),
    ],
)
def test_each_fault_is_named(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_a_birth_date_of_tomorrow_is_refused_and_of_today_is_not() -> None:
    today, tomorrow = "11010120261122999", "11010120261123999"
    assert read(today + check_character(today), as_of=AS_OF).born == AS_OF
    assert codes(tomorrow + check_character(tomorrow)) == ["citizen_number.future"]


@pytest.mark.parametrize("division", ["999999", "371203", "132100", "810101"])
def test_an_unknown_or_abolished_division_only_warns(division: str) -> None:
    body = f"{division}19900101999"
    found = read(body + check_character(body), as_of=AS_OF)
    assert [warning.code for warning in found.warnings] == ["citizen_number.division"]


def test_the_field_of_the_form_is_named() -> None:
    with pytest.raises(Refused) as refused:
        read("1", as_of=AS_OF, field="guardian_number")
    assert refused.value.unmet[0].field == "guardian_number"


def test_a_number_is_not_shown_by_repr() -> None:
    assert "11010519491231002X" not in repr(read("11010519491231002X", as_of=AS_OF))

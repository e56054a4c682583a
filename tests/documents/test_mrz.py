"""Machine readable zones: the tested sample, the rules of ICAO 9303, and every corruption the digits can show."""

import string
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from documents import mrz

SAMPLE = "POCHNLYU<<XIAOMING<<<<<<<<<<<<<<<<<<<<<<<<<<\nE123456782CHN9001011M3405053<<<<<<<<<<<<<<<0"
# The specimen printed in ICAO Doc 9303 part 4.
ICAO = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
AS_OF = date(2026, 11, 21)
# Second line: the places a check digit covers, its own place included.
CHECKED = [*range(10), *range(13, 20), *range(21, 44)]
SIGNS = string.ascii_uppercase + string.digits + "<"

letters = st.text(string.ascii_uppercase, min_size=1, max_size=20)
names = st.lists(letters, min_size=1, max_size=5).map(" ".join)


def worth(sign: str) -> int:
    return 0 if sign == "<" else int(sign, 36)


def passport(surname: str = "LYU", given: str = "XIAOMING") -> str:
    return mrz.write_td3(
        number="E12345678",
        surname=surname,
        given=given,
        born=date(1990, 1, 1),
        sex="M",
        expires_on=date(2034, 5, 5),
    )


def test_the_sample_is_written() -> None:
    assert passport() == SAMPLE


def test_the_sample_is_read() -> None:
    assert mrz.read_td3(SAMPLE, as_of=AS_OF) == mrz.Td3(
        document_code="PO",
        issuer="CHN",
        surname="LYU",
        given="XIAOMING",
        number="E12345678",
        nationality="CHN",
        born=date(1990, 1, 1),
        sex="M",
        expires_on=date(2034, 5, 5),
        personal_number="",
        is_name_cut=False,
    )


def test_the_specimen_of_the_standard_is_read_and_written() -> None:
    read = mrz.read_td3(ICAO, as_of=AS_OF)
    assert (read.surname, read.given, read.personal_number) == ("ERIKSSON", "ANNA MARIA", "ZE184226B")
    assert read.born == date(1974, 8, 12)
    assert read.expires_on == date(2012, 4, 15)
    written = mrz.write_td3(
        number=read.number,
        surname=read.surname,
        given=read.given,
        born=read.born,
        sex=read.sex,
        expires_on=read.expires_on,
        issuer=read.issuer,
        nationality=read.nationality,
        document_code=read.document_code,
        personal_number=read.personal_number,
    )
    assert written == ICAO


@pytest.mark.parametrize(("field", "digit"), [("E12345678", "2"), ("520727", "3"), ("D23145890", "7"), ("<<<<", "0")])
def test_check_digits(field: str, digit: str) -> None:
    assert mrz.check_digit(field) == digit


@pytest.mark.parametrize(
    ("surname", "given", "field"),
    [
        ("LYU", "XIAOMING", "LYU<<XIAOMING<<<<<<<<<<<<<<<<<<<<<<<<<<"),
        ("OUYANG", "XIU", "OUYANG<<XIU<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
        # One name only: it is the primary identifier.
        ("TENZIN", "", "TENZIN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
        ("O'NEIL-SMITH", "ANNE MARIE", "ONEIL<SMITH<<ANNE<MARIE<<<<<<<<<<<<<<<<"),
        ("ABULAITI", "MAIMAITI·TUERXUN", "ABULAITI<<MAIMAITI<TUERXUN<<<<<<<<<<<<<"),
        # 39 places exactly: nothing is lost.
        ("NILAVADHANANANDA", "ARNPOL PETCH CHARONGU", "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"),
        # Cut inside a part.
        ("NILAVADHANANANDA", "ARNPOL PETCH CHARONGUANG", "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"),
        # The cut would fall between two parts: the one before gives a letter up for the next initial.
        ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONGA KRASUANG", "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        # A long surname leaves one letter of the given names.
        ("A" * 50, "BCD", "A" * 36 + "<<B"),
        ("A" * 50, "", "A" * 39),
    ],
)
def test_names(surname: str, given: str, field: str) -> None:
    assert mrz.name_field(surname, given) == field.ljust(39, "<")


@given(surname=names, given=names)
def test_a_name_field_always_fits_and_keeps_both_names(surname: str, given: str) -> None:
    field = mrz.name_field(surname, given)
    assert len(field) == 39
    primary, _, secondary = field.rstrip("<").partition("<<")
    assert primary
    assert secondary
    assert primary[0] == surname[0]
    assert secondary[0] == given[0]
    whole = len(surname) + 2 + len(given)
    if whole <= 39:
        assert (primary, secondary) == (surname.replace(" ", "<"), given.replace(" ", "<"))
    elif all(len(part) > 1 for part in [*surname.split(), *given.split()]):
        assert field[-1] != "<", "a cut name ends in a letter"


@given(
    number=st.from_regex(r"E([0-9]{8}|[A-HJ-NP-Z][0-9]{7})", fullmatch=True),
    surname=names,
    given=st.one_of(st.just(""), names),
    born=st.dates(date(1927, 1, 1), date(2026, 11, 21)),
    sex=st.sampled_from("MFX"),
    expires_on=st.dates(date(2026, 11, 22), date(2046, 1, 1)),
    personal_number=st.from_regex(r"[A-Z0-9]{0,14}", fullmatch=True),
)
def test_what_is_written_is_read_back(
    *, number: str, surname: str, given: str, born: date, sex: str, expires_on: date, personal_number: str
) -> None:
    zone = mrz.write_td3(
        number=number,
        surname=surname,
        given=given,
        born=born,
        sex=sex,
        expires_on=expires_on,
        personal_number=personal_number,
    )
    assert [len(line) for line in zone.split("\n")] == [44, 44]
    read = mrz.read_td3(zone, as_of=AS_OF)
    assert (read.number, read.born, read.sex, read.expires_on) == (number, born, sex, expires_on)
    assert read.personal_number == personal_number
    # A name cut before a part of one letter ends in a filler: only one that fits is sure to come back whole.
    if len(surname) + len("<<") + len(given) <= 39:
        assert (read.surname, read.given) == (surname, given)


def test_every_single_corruption_the_scheme_can_see_is_seen() -> None:
    first, second = SAMPLE.split("\n")
    seen = 0
    for place in CHECKED:
        for sign in SIGNS:
            # Modulo 10, signs whose values are equal modulo 10 cannot be told apart: K (20) reads like 0 or A.
            if (worth(sign) - worth(second[place])) % 10 == 0:
                continue
            corrupted = second[:place] + sign + second[place + 1 :]
            with pytest.raises(mrz.MrzError):
                mrz.read_td3(f"{first}\n{corrupted}", as_of=AS_OF)
            seen += 1
    assert seen > 1200


@given(place=st.sampled_from(CHECKED), sign=st.sampled_from(SIGNS), digits=st.integers(0, 99999999))
def test_corruptions_of_other_passports_are_seen(place: int, sign: str, digits: int) -> None:
    zone = mrz.write_td3(
        number=f"E{digits:08d}",
        surname="NYU",
        given="YUE",
        born=date(2000, 2, 29),
        sex="F",
        expires_on=date(2036, 2, 28),
        personal_number="AB12",
    )
    first, second = zone.split("\n")
    assume((worth(sign) - worth(second[place])) % 10 != 0)
    with pytest.raises(mrz.MrzError):
        mrz.read_td3(f"{first}\n{second[:place]}{sign}{second[place + 1 :]}", as_of=AS_OF)


@given(first=st.integers(0, 42))
def test_swapped_neighbours_in_the_number_are_seen(first: int) -> None:
    lines = SAMPLE.split("\n")
    second = lines[1]
    place = first % 8
    one, two = second[place], second[place + 1]
    assume((worth(one) - worth(two)) % 5 != 0)
    swapped = second[:place] + two + one + second[place + 2 :]
    with pytest.raises(mrz.MrzError) as caught:
        mrz.read_td3(f"{lines[0]}\n{swapped}", as_of=AS_OF)
    assert "number" in caught.value.fields


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"surname": "吕"}, "surname"),
        ({"surname": ""}, "surname"),
        ({"surname": "LYU<"}, "surname"),
        ({"given": "xiaoming"}, "given"),
        ({"number": "E1234567890"}, "number"),
        ({"number": "E-1234"}, "number"),
        ({"sex": "Z"}, "sex"),
        ({"expires_on": date(1989, 1, 1)}, "born"),
        ({"issuer": "CN"}, "issuer"),
        ({"document_code": "ID"}, "document_code"),
        ({"personal_number": "A" * 15}, "personal_number"),
    ],
)
def test_a_field_that_does_not_fit_is_named_and_not_shown(changed: dict[str, object], field: str) -> None:
    fields: dict[str, object] = {
        "number": "E12345678",
        "surname": "LYU",
        "given": "XIAOMING",
        "born": date(1990, 1, 1),
        "sex": "M",
        "expires_on": date(2034, 5, 5),
    }
    with pytest.raises(mrz.MrzError) as caught:
        mrz.write_td3(**{**fields, **changed})  # type: ignore[arg-type]
    assert caught.value.fields == (field,)
    assert "LYU" not in str(caught.value)
    assert "E12345678" not in str(caught.value)


@pytest.mark.parametrize("zone", ["", "x", SAMPLE.replace("\n", ""), SAMPLE + "\n", SAMPLE.lower(), SAMPLE[:-1] + "é"])
def test_another_shape_is_refused(zone: str) -> None:
    with pytest.raises(mrz.MrzError) as caught:
        mrz.read_td3(zone, as_of=AS_OF)
    assert caught.value.fields == ("lines",)


def test_an_impossible_day_with_right_digits_is_refused() -> None:
    second = "E123456782CHN" + "900231" + mrz.check_digit("900231") + "M3405053<<<<<<<<<<<<<<<"
    second += mrz.check_digit(second[:10] + second[13:20] + second[21:43])
    with pytest.raises(mrz.MrzError) as caught:
        mrz.read_td3(f"{SAMPLE[:44]}\n{second}", as_of=AS_OF)
    assert caught.value.fields == ("born",)


@given(st.text(max_size=120))
def test_nothing_but_a_zone_error_comes_of_any_text(text: str) -> None:
    with pytest.raises(mrz.MrzError):
        mrz.read_td3(text, as_of=AS_OF)

"""Zones of cards: TD1 of ICAO 9303 written and read, and the line of a HK/Macao or Taiwan permit, read only."""

import string
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from documents import mrz, mrz_cards

AS_OF = date(2026, 11, 21)
# The specimen printed in ICAO Doc 9303 part 5.
ICAO = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
# A home return permit: code C, issuer CHN, number H and eight digits; the digits were counted apart from the code.
HOME_RETURN = "C<CHNH123456783<<<<<<<<<<<<<<<\n9001011F3405053CHN<<<<<<<<<<<8\nCHAN<<TAI<MAN<<<<<<<<<<<<<<<<<"
HKM_LINE = "CSC000000004<3405053<9001011<0"
TWN_LINE = "CDL123456781<3405053<9001011<0"
SIGNS = string.ascii_uppercase + string.digits + "<"

letters = st.text(string.ascii_uppercase, min_size=1, max_size=18)
names = st.lists(letters, min_size=1, max_size=4).map(" ".join)


def worth(sign: str) -> int:
    return 0 if sign == "<" else int(sign, 36)


def card(**changes: object) -> str:
    usual: dict[str, object] = {
        "number": "H12345678",
        "surname": "CHAN",
        "given": "TAI MAN",
        "born": date(1990, 1, 1),
        "sex": "F",
        "expires_on": date(2034, 5, 5),
    }
    return mrz_cards.write_td1(**{**usual, **changes})  # type: ignore[arg-type]


def test_a_home_return_permit_is_written() -> None:
    assert card() == HOME_RETURN


def test_a_home_return_permit_is_read() -> None:
    assert mrz_cards.read_td1(HOME_RETURN, as_of=AS_OF) == mrz_cards.Td1(
        document_code="C",
        issuer="CHN",
        surname="CHAN",
        given="TAI MAN",
        number="H12345678",
        nationality="CHN",
        born=date(1990, 1, 1),
        sex="F",
        expires_on=date(2034, 5, 5),
        optional=("", ""),
        is_name_cut=False,
    )


def test_the_specimen_of_the_standard_is_read_and_written() -> None:
    read = mrz_cards.read_td1(ICAO, as_of=AS_OF)
    assert (read.document_code, read.number, read.surname, read.given) == ("I", "D23145890", "ERIKSSON", "ANNA MARIA")
    assert (read.born, read.expires_on) == (date(1974, 8, 12), date(2012, 4, 15))
    written = mrz_cards.write_td1(
        number=read.number,
        surname=read.surname,
        given=read.given,
        born=read.born,
        sex=read.sex,
        expires_on=read.expires_on,
        issuer=read.issuer,
        nationality=read.nationality,
        document_code=read.document_code,
        optional=read.optional,
    )
    assert written == ICAO


def test_initials_that_are_cut_end_in_a_letter_as_every_cut_name_does() -> None:
    zone = card(surname="ABCD EFGH IJKLMNOPQRSTUV", given="A B C")
    assert zone.split("\n")[2] == "ABCD<EFGH<IJKLMNOPQRSTU<<A<B<C"
    assert mrz_cards.read_td1(zone, as_of=AS_OF).is_name_cut


@given(
    number=st.from_regex(r"[HM][0-9]{8}", fullmatch=True),
    surname=names,
    given=st.one_of(st.just(""), names),
    born=st.dates(date(1927, 1, 1), date(2026, 11, 21)),
    sex=st.sampled_from("MFX"),
    expires_on=st.dates(date(2026, 11, 22), date(2046, 1, 1)),
    first=st.from_regex(r"[A-Z0-9]{0,15}", fullmatch=True),
    second=st.from_regex(r"[A-Z0-9]{0,11}", fullmatch=True),
)
def test_what_is_written_is_read_back(
    *, number: str, surname: str, given: str, born: date, sex: str, expires_on: date, first: str, second: str
) -> None:
    zone = card(
        number=number,
        surname=surname,
        given=given,
        born=born,
        sex=sex,
        expires_on=expires_on,
        optional=(first, second),
    )
    assert [len(line) for line in zone.split("\n")] == [30, 30, 30]
    read = mrz_cards.read_td1(zone, as_of=AS_OF)
    assert (read.number, read.born, read.sex, read.expires_on) == (number, born, sex, expires_on)
    assert read.optional == (first, second)
    if not read.is_name_cut and len(surname) <= 27:
        assert (read.surname, read.given) == (surname, given)


def test_every_single_corruption_the_digits_can_show_is_seen() -> None:
    first, second, third = HOME_RETURN.split("\n")
    seen = 0
    for line, places in ((0, range(5, 30)), (1, [*range(7), *range(8, 15), *range(18, 30)])):
        for place in places:
            whole = (first, second)[line]
            for sign in SIGNS:
                # Signs whose values are equal modulo 10 cannot be told apart.
                if (worth(sign) - worth(whole[place])) % 10 == 0:
                    continue
                lines = [first, second, third]
                lines[line] = whole[:place] + sign + whole[place + 1 :]
                with pytest.raises(mrz.MrzError):
                    mrz_cards.read_td1("\n".join(lines), as_of=AS_OF)
                seen += 1
    assert seen > 1500


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"surname": "陈"}, "surname"),
        ({"given": "tai"}, "given"),
        ({"number": "H1234567801"}, "number"),
        ({"number": ""}, "number"),
        ({"sex": "Z"}, "sex"),
        ({"expires_on": date(1989, 1, 1)}, "born"),
        ({"issuer": "CN"}, "issuer"),
        ({"nationality": "Chn"}, "nationality"),
        ({"document_code": "P"}, "document_code"),
        ({"document_code": "IV"}, "document_code"),
        ({"optional": ("A" * 16, "")}, "optional"),
        ({"optional": ("", "A" * 12)}, "optional"),
        ({"optional": ("", "A<")}, "optional"),
    ],
)
def test_a_field_that_does_not_fit_is_named_and_not_shown(changes: dict[str, object], field: str) -> None:
    with pytest.raises(mrz.MrzError) as caught:
        card(**changes)
    assert caught.value.fields == (field,)
    assert "H12345678" not in str(caught.value)
    assert "CHAN" not in str(caught.value)


def test_every_wrong_field_is_named() -> None:
    zone = "P<CHNH123456780<<<<<<<<<<<<<<<\n9001012F3405053CHN<<<<<<<<<<<2\nCHAN<TAI<<<MAN<<<<<<<<<<<<<<<<"
    with pytest.raises(mrz.MrzError) as caught:
        mrz_cards.read_td1(zone, as_of=AS_OF)
    assert caught.value.fields == ("document_code", "number", "born", "name", "composite")


@pytest.mark.parametrize("zone", ["", HOME_RETURN[:-1], HOME_RETURN + "\n", HOME_RETURN.lower(), HOME_RETURN[:61]])
def test_another_shape_is_refused(zone: str) -> None:
    with pytest.raises(mrz.MrzError) as caught:
        mrz_cards.read_td1(zone, as_of=AS_OF)
    assert caught.value.fields == ("lines",)


@given(st.text(max_size=100))
def test_nothing_but_a_zone_error_comes_of_any_text(text: str) -> None:
    for read in (mrz_cards.read_td1, mrz_cards.read_permit_line):
        with pytest.raises(mrz.MrzError):
            read(text, as_of=AS_OF)


@pytest.mark.parametrize(
    ("line", "kind", "number"),
    [
        (HKM_LINE, "HKM_PERMIT", "C00000000"),
        ("CSCA00000015<3405053<9001011<0", "HKM_PERMIT", "CA0000001"),
        (TWN_LINE, "TWN_PERMIT", "L12345678"),
    ],
)
def test_the_line_of_a_permit_card_is_read(line: str, kind: str, number: str) -> None:
    assert mrz_cards.read_permit_line(line, as_of=AS_OF) == mrz_cards.PermitLine(
        kind=kind, number=number, born=date(1990, 1, 1), expires_on=date(2034, 5, 5)
    )


def test_the_last_digit_of_a_permit_card_is_not_held_against_it() -> None:
    for sign in SIGNS:
        assert mrz_cards.read_permit_line(HKM_LINE[:-1] + sign, as_of=AS_OF).number == "C00000000"


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("CX" + HKM_LINE[2:], ("document_code",)),
        # A number of the other permit, and one of neither.
        ("CD" + HKM_LINE[2:], ("number",)),
        ("CSE123456782<3405053<9001011<0", ("number",)),
        ("CSC000000002<3405053<9001011<0", ("number",)),
        ("CSC000000004<3405054<9001011<0", ("expires_on",)),
        ("CSC000000004<3405053<9001012<0", ("born",)),
        ("CSC000000004A3405053<9001011<0", ("fillers",)),
        ("CSC000000004<34050A3<90010<1<0", ("expires_on", "born")),
        (HKM_LINE[:-1], ("lines",)),
        (HKM_LINE + "0", ("lines",)),
    ],
)
def test_a_wrong_line_names_its_fields(line: str, fields: tuple[str, ...]) -> None:
    with pytest.raises(mrz.MrzError) as caught:
        mrz_cards.read_permit_line(line, as_of=AS_OF)
    assert caught.value.fields == fields
    assert "C0000" not in str(caught.value)


@given(place=st.sampled_from([*range(2, 12), *range(13, 20), *range(21, 28)]), sign=st.sampled_from(SIGNS))
def test_a_corruption_of_a_permit_line_is_seen(place: int, sign: str) -> None:
    assume((worth(sign) - worth(HKM_LINE[place])) % 10 != 0)
    with pytest.raises(mrz.MrzError):
        mrz_cards.read_permit_line(HKM_LINE[:place] + sign + HKM_LINE[place + 1 :], as_of=AS_OF)

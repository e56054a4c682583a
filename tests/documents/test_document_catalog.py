"""The catalogue: kinds, categories, reasons, validity with its boundary days, terms and data files."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import catalog, numbers

SIXTEEN = date(2010, 11, 20)


def test_the_three_kinds_of_the_pilot() -> None:
    assert list(catalog.FORM_KINDS) == ["PASSPORT", "HKM_PERMIT", "TWN_PERMIT"]
    assert [(kind.form, kind.zone) for kind in catalog.FORM_KINDS.values()] == [
        ("booklet", "TD3"),
        ("card", ""),
        ("card", ""),
    ]
    assert [str(kind.name) for kind in catalog.FORM_KINDS.values()] == ["普通护照", "往来港澳通行证", "往来台湾通行证"]


def test_every_kind_names_series_that_belong_to_it_and_starts_with_one_given_out() -> None:
    for kind in catalog.FORM_KINDS.values():
        assert {numbers.SERIES[code].kind for code in kind.series} == {kind.code}
        assert numbers.SERIES[kind.series[0]].is_assigned


def test_every_fact_has_a_source() -> None:
    grounds = [
        row.ground
        for rows in (catalog.FORM_KINDS, catalog.CATEGORIES, catalog.REASONS, catalog.terms())
        for row in rows.values()
    ]
    grounds += [row.ground for kind in catalog.FORM_KINDS.values() for row in kind.validity]
    assert all(ground.source and ground.confidence for ground in grounds)


@pytest.mark.parametrize(
    ("reason", "category", "kinds", "voids_old"),
    [
        ("expiring", "replace", {"PASSPORT", "HKM_PERMIT", "TWN_PERMIT"}, False),
        ("pages_used", "replace", {"PASSPORT"}, False),
        ("damaged", "reissue", {"PASSPORT", "HKM_PERMIT", "TWN_PERMIT"}, False),
        ("lost", "reissue", {"PASSPORT", "HKM_PERMIT", "TWN_PERMIT"}, True),
        ("stolen", "reissue", {"PASSPORT", "HKM_PERMIT", "TWN_PERMIT"}, True),
    ],
)
def test_reasons(reason: str, category: str, kinds: set[str], *, voids_old: bool) -> None:
    found = catalog.reason(reason)
    assert (found.category, found.kinds, found.voids_old, found.is_online) == (category, kinds, voids_old, True)


def test_reasons_are_offered_by_kind_and_only_while_the_pilot_runs() -> None:
    on = date(2026, 11, 21)
    assert [row.code for row in catalog.reasons_for("PASSPORT", on=on)] == [
        "expiring",
        "pages_used",
        "damaged",
        "lost",
        "stolen",
    ]
    assert "pages_used" not in [row.code for row in catalog.reasons_for("HKM_PERMIT", on=on)]
    assert catalog.reasons_for("PASSPORT", on=date(2024, 5, 5)) == ()


def test_only_replacement_and_reissue_are_online() -> None:
    assert [code for code, row in catalog.CATEGORIES.items() if row.is_online] == ["replace", "reissue"]
    assert {row.category for row in catalog.REASONS.values()} <= set(catalog.CATEGORIES)


@pytest.mark.parametrize("code", ["PASSPORT", "HKM_PERMIT", "TWN_PERMIT"])
@pytest.mark.parametrize(
    ("issued_on", "years"),
    [(date(2026, 11, 19), 5), (date(2026, 11, 20), 10)],
)
def test_the_sixteenth_birthday_decides_the_years(code: str, issued_on: date, years: int) -> None:
    end = catalog.validity_end(code, issued_on, SIXTEEN)
    assert end == issued_on.replace(year=issued_on.year + years) - timedelta(days=1)


def test_the_age_on_the_day_of_application_counts() -> None:
    day_before, birthday = date(2026, 11, 19), date(2026, 11, 20)
    assert catalog.validity_end("PASSPORT", date(2026, 11, 30), SIXTEEN, applied_on=day_before) == date(2031, 11, 29)
    assert catalog.validity_end("PASSPORT", date(2026, 11, 30), SIXTEEN, applied_on=birthday) == date(2036, 11, 29)


@pytest.mark.parametrize(
    ("issued_on", "born", "end"),
    [
        (date(2017, 3, 3), date(1985, 1, 1), date(2027, 3, 2)),
        (date(2024, 5, 6), date(1990, 1, 1), date(2034, 5, 5)),
        (date(2024, 2, 29), date(1990, 1, 1), date(2034, 2, 28)),
        (date(2024, 2, 29), date(2015, 1, 1), date(2029, 2, 28)),
        (date(2022, 3, 1), date(1990, 1, 1), date(2032, 2, 29)),
        (date(2023, 3, 1), date(1990, 1, 1), date(2033, 2, 28)),
        (date(2026, 1, 1), date(1990, 1, 1), date(2035, 12, 31)),
    ],
)
def test_the_last_day_of_validity(issued_on: date, born: date, end: date) -> None:
    assert catalog.validity_end("PASSPORT", issued_on, born) == end


@given(st.dates(date(2015, 7, 1), date(2060, 1, 1)))
def test_validity_is_never_shorter_than_its_years(issued_on: date) -> None:
    end = catalog.validity_end("PASSPORT", issued_on, date(1990, 1, 1))
    after = end + timedelta(days=1)
    assert 3652 <= (after - issued_on).days <= 3653
    assert after.year - issued_on.year == 10


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2010, 11, 20), date(2026, 11, 19), 15),
        (date(2010, 11, 20), date(2026, 11, 20), 16),
        (date(2008, 2, 29), date(2024, 2, 28), 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2008, 2, 29), date(2025, 2, 27), 16),
        (date(2008, 2, 29), date(2025, 2, 28), 17),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_ages(born: date, on: date, age: int) -> None:
    assert catalog.age_on(born, on) == age


@pytest.mark.parametrize(
    ("expires_on", "first_day"),
    [
        (date(2027, 3, 2), date(2026, 9, 3)),
        (date(2027, 8, 31), date(2027, 3, 1)),
        (date(2028, 8, 29), date(2028, 3, 1)),
        (date(2027, 5, 21), date(2026, 11, 22)),
        (date(2027, 1, 31), date(2026, 8, 1)),
        # Six months from 31 August end on the last day of February.
        (date(2027, 2, 28), date(2026, 9, 1)),
        (date(2028, 2, 28), date(2027, 8, 29)),
        (date(2028, 2, 29), date(2027, 9, 1)),
        (date(2027, 6, 30), date(2027, 1, 1)),
    ],
)
def test_exactly_six_months_ahead_is_not_yet_under_six_months(expires_on: date, first_day: date) -> None:
    assert catalog.renewable_from(expires_on) == first_day
    assert not catalog.is_expiring(expires_on, on=first_day - timedelta(days=1))
    assert catalog.is_expiring(expires_on, on=first_day)
    assert catalog.is_expiring(expires_on, on=expires_on)
    assert not catalog.is_expiring(expires_on, on=expires_on + timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "category", "item"),
    [
        ("PASSPORT", "replace", "PASSPORT"),
        ("PASSPORT", "reissue", "PASSPORT"),
        ("PASSPORT", "annotate", "PASSPORT_ANNOTATION"),
        ("HKM_PERMIT", "reissue", "HKM_PERMIT"),
        ("TWN_PERMIT", "replace", "TWN_PERMIT"),
    ],
)
def test_tariff_items(kind: str, category: str, item: str) -> None:
    assert catalog.tariff_item(kind, category) == item


def test_unknown_codes_are_named() -> None:
    for ask in (catalog.kind, catalog.category, catalog.reason, catalog.term):
        with pytest.raises(catalog.NotInCatalogue) as caught:
            ask("NONE")
        assert caught.value.code == "NONE"
    with pytest.raises(catalog.NotInCatalogue):
        catalog.tariff_item("HKM_PERMIT", "annotate")
    with pytest.raises(catalog.NotInCatalogue):
        catalog.validity_row("PASSPORT", born=date(1950, 1, 1), on=date(1999, 1, 1))


@pytest.mark.parametrize(
    ("code", "amount", "unit"),
    [
        ("online", 7, "working_day"),
        ("production", 3, "working_day"),
        ("correction", 7, "day"),
        ("payment", 7, "day"),
        ("acceptance", 5, "working_day"),
        ("out_of_area", 20, "day"),
        ("service_extended", 20, "working_day"),
        ("passport_statutory", 15, "day"),
        ("passport_statutory_extended", 30, "day"),
        ("passport_express", 5, "working_day"),
        ("twn_statutory", 30, "day"),
        ("twn_statutory_remote", 60, "day"),
    ],
)
def test_terms(code: str, amount: int, unit: str) -> None:
    term = catalog.term(code)
    assert (term.amount, term.unit) == (amount, unit)


def test_the_pilot_cities_are_those_confirmed_and_no_others() -> None:
    rows = json.loads((catalog.DATA / "scope.json").read_text(encoding="utf-8"))
    by_day = {row["effective_from"]: set(row["cities"]) for row in rows if row["channel"] == "online"}
    assert {tuple(row["groups"]) for row in rows} == {("adult",)}
    assert by_day["2024-05-06"] == {
        "110000",
        "120000",
        "210100",
        "230100",
        "310000",
        "320100",
        "330100",
        "330200",
        "340100",
        "350200",
        "370100",
        "370200",
        "410100",
        "440100",
        "440300",
        "440400",
        "500000",
        "510100",
        "530100",
        "610100",
    }
    assert by_day["2025-11-20"] == {
        "130100",
        "140100",
        "150100",
        "210200",
        "220100",
        "320200",
        "320300",
        "320400",
        "320500",
        "420100",
        "450100",
    }
    assert len(by_day) == 2


def test_the_tariff_is_section_four_in_fen() -> None:
    rows = json.loads((catalog.DATA / "tariff.json").read_text(encoding="utf-8"))
    now = {row["item"]: row["fen"] for row in rows if row["effective_to"] is None}
    assert now == {
        "PASSPORT": 12000,
        "PASSPORT_ANNOTATION": 0,
        "HKM_PERMIT": 6000,
        "HKM_ENDORSEMENT_1": 1500,
        "HKM_ENDORSEMENT_2": 3000,
        "HKM_ENDORSEMENT_M_1Y": 8000,
        "HKM_ENDORSEMENT_M_2Y": 12000,
        "HKM_ENDORSEMENT_M_UNDER_3Y": 16000,
        "HKM_ENDORSEMENT_M_3Y_AND_OVER": 24000,
        "TWN_PERMIT": 6000,
        "TWN_PERMIT_ONCE": 1500,
        "TWN_ENDORSEMENT_1": 1500,
        "TWN_ENDORSEMENT_M": 8000,
        "EXIT_ENTRY_PERMIT_1": 1500,
        "EXIT_ENTRY_PERMIT_M": 8000,
        "TBZ": 20000,
        "TBZ_REISSUE": 20000,
        "TBZ_1": 4000,
    }
    for kind in catalog.FORM_KINDS.values():
        assert set(kind.tariff.values()) <= now.keys()

"""Every row of the reference on endorsements is in the catalogue, under its own name; transcribed by hand."""

from datetime import date, timedelta

import pytest

from documents import catalog

NOW = date(2026, 6, 1)
AS_APPROVED = frozenset({"as approved"})


def options(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOUR = {"HK": options("3m1 3m2 1y1 1y2"), "MO": options("3m1 1y1")}
ONCE = {"HK": options("3m1"), "MO": options("3m1")}
THREE_MONTHS = {"HK": options("3mM"), "MO": options("3mM")}
A_YEAR = {"HK": options("1yM"), "MO": options("1yM")}
THREE_YEARS = {"HK": options("3yM"), "MO": options("3yM")}
REGISTERED = {"HK": options("3m1 3mM 1yM"), "MO": options("3m1 3mM 1yM")}
AS_MAIN = {"HK": options("3m1 3mM 1yM"), "MO": options("3m1 3mM 1yM")}
DRIVERS = {"HK": options("3mM 1yM"), "MO": options("3mM 1yM")}
APPROVED = {"HK": AS_APPROVED, "MO": AS_APPROVED}
TALENT = {"HK": options("1yM 2yM 3yM 4yM 5yM"), "MO": options("1yM 2yM 3yM 4yM 5yM")}
ONCE_OR_TWICE = {"HK": options("3m1 3m2"), "MO": options("3m1 3m2")}
FAMILY, STAFF = {"kinship", "relative_document"}, {"licence", "employment", "dispatch_letter"}

# Row, letter, options by place, stay each time in days, papers, list of places it is for, first day.
HK_AND_MACAO = [
    ("L", "L", TOUR, 7, set(), "", None),
    ("L Hengqin-Macao tour", "L", {"MO": options("7dM")}, 7, {"tour_papers"}, "", None),
    ("G", "G", TOUR, 7, {"residence_permit"}, "visit_cities", None),
    ("G multi, Shenzhen", "G", {"HK": options("1yM")}, 7, {"residence_permit"}, "shenzhen", date(2024, 12, 1)),
    ("G weekly, Zhuhai", "G", {"MO": options("1yW")}, 7, set(), "zhuhai", date(2025, 1, 1)),
    ("G multi, Hengqin", "G", {"MO": options("1yM")}, 7, {"zone_residence"}, "hengqin", date(2025, 1, 1)),
    ("T a, siblings and grandparents", "T", ONCE, 14, FAMILY, "", None),
    ("T b, spouse, parents, children", "T", THREE_MONTHS, 90, FAMILY, "", None),
    ("T, accompanying", "T", AS_MAIN, None, {"kinship", "main_applicant"}, "", None),
    ("T c, 60 and over or hardship", "T", A_YEAR, 90, FAMILY | {"hardship"}, "", None),
    ("S, unregistered firm", "S", ONCE, 14, STAFF, "", date(2024, 5, 6)),
    ("S, registered firm", "S", REGISTERED, 14, {"registered_firm"}, "", date(2024, 5, 6)),
    ("S, registered firm in Guangdong", "S", THREE_YEARS, 14, {"registered_firm"}, "guangdong", None),
    ("S, drivers of Guangdong", "S", DRIVERS, 14, {"driver_papers"}, "guangdong", None),
    ("D", "D", APPROVED, None, {"entry_permission"}, "", None),
    ("R", "R", TALENT, 30, {"talent_certificate"}, "talent_areas", date(2023, 2, 20)),
    ("Q", "Q", ONCE_OR_TWICE, 14, {"reason_proof"}, "", None),
    ("Q, special cases", "Q", THREE_MONTHS, 14, {"reason_proof"}, "", None),
    ("Q Macao 1y", "Q", {"MO": options("1yM")}, 14, {"reason_proof"}, "", date(2024, 5, 6)),
]
FIRST_49 = (
    "440100 440200 440300 440400 440500 440600 440700 440800 440900 441200 441300 441400 441500 441600 "
    "441700 441800 441900 442000 445100 445200 445300 110000 120000 310000 500000 320100 320200 320500 "
    "330100 330200 331000 350100 350200 350500 210100 210200 370100 510100 360100 430100 450100 460100 "
    "520100 530100 130100 220100 340100 410100 420100"
)
INVITED = options("6m1 6mM 1yM 2yM 3yM")
TAIWAN = [
    ("L", "L", options("6m1"), None, {"tour_papers"}, "taiwan_group_tour"),
    ("L, tour leaders", "L", options("1yM"), None, {"tour_papers"}, "taiwan_group_tour"),
    ("T", "T", options("6m1 1yM 2yM 3yM"), None, {"taiwan_kinship", "taiwan_entry_permit"}, ""),
    ("D", "D", options("6m1"), None, {"settlement_proof"}, ""),
    ("Y", "Y", INVITED, None, {"taiwan_affairs_approval"}, ""),
    ("F", "F", INVITED, None, {"project_approval"}, ""),
    ("X", "X", AS_APPROVED, None, {"study_certificate"}, ""),
    ("C", "C", options("1yM 2yM 3yM"), None, {"crew_approval"}, ""),
    ("Q", "Q", options("6m1 1yM"), None, {"reason_proof"}, ""),
]


# Row: first day (None: no source names one), first day it no longer holds, first day of the rule its source is about
# where the type is older, and how sure it is.
DATED = {
    "HKM-L": (None, None, date(2023, 5, 15), "H"),
    "HKM-L-HENGQIN": (date(2024, 5, 6), None, None, "H"),
    "HKM-G": (date(2003, 7, 28), None, date(2024, 5, 27), "H"),
    "HKM-G-SHENZHEN": (date(2024, 12, 1), None, None, "H"),
    "HKM-G-SHENZHEN-WEEKLY": (None, date(2024, 12, 1), None, "H"),
    "HKM-G-ZHUHAI": (date(2025, 1, 1), None, None, "H"),
    "HKM-G-HENGQIN": (date(2025, 1, 1), None, None, "H"),
    "HKM-T-A": (None, None, date(2023, 5, 15), "H"),
    "HKM-T-B": (None, None, date(2023, 5, 15), "H"),
    "HKM-T-C": (None, None, date(2023, 5, 15), "H"),
    "HKM-T-ACCOMPANYING": (None, None, date(2023, 5, 15), "H"),
    "HKM-S-STAFF": (date(2024, 5, 6), None, None, "H"),
    "HKM-S-STAFF-2023": (None, date(2024, 5, 6), None, "H"),
    "HKM-S-REGISTERED": (date(2024, 5, 6), None, None, "H"),
    "HKM-S-REGISTERED-2023": (None, date(2024, 5, 6), None, "H"),
    "HKM-S-GUANGDONG": (date(2024, 5, 6), None, None, "M"),
    "HKM-S-DRIVER": (None, None, None, "M"),
    "HKM-D": (None, None, date(2023, 5, 15), "H"),
    "HKM-R": (date(2023, 2, 20), None, date(2025, 11, 5), "H"),
    "HKM-R-HETAO": (date(2025, 11, 5), None, None, "H"),
    "HKM-Q": (None, None, date(2023, 5, 15), "H"),
    "HKM-Q-SPECIAL": (None, None, date(2023, 5, 15), "H"),
    "HKM-Q-MACAO": (date(2024, 5, 6), None, None, "H"),
    "TWN-L": (None, None, None, "H"),
    "TWN-L-LEADER": (None, None, None, "H"),
    "TWN-G": (None, date(2019, 8, 1), None, "H"),
    "TWN-T": (None, None, date(2025, 11, 5), "H"),
    "TWN-D": (None, None, None, "H"),
    "TWN-Y": (None, None, None, "H"),
    "TWN-F": (None, None, None, "H"),
    "TWN-X": (None, None, None, "H"),
    "TWN-C": (None, None, None, "H"),
    "TWN-Q": (None, None, None, "H"),
    "TWN-J": (None, date(2019, 8, 1), None, "M"),
}


@pytest.mark.parametrize(("code", "dated"), DATED.items(), ids=DATED)
def test_a_row_says_since_when_and_how_surely(
    code: str, dated: tuple[date | None, date | None, date | None, str]
) -> None:
    ground = catalog.ENDORSEMENTS[code].ground
    assert (ground.effective_from, ground.effective_to, ground.amended_on, ground.confidence) == dated
    # A day that a row gives stands in what it rests on, as people read it.
    for day in (ground.effective_from, ground.amended_on):
        if day and code not in ("HKM-G", "HKM-S-GUANGDONG"):
            assert f"{day.year} 年 {day.month} 月 {day.day} 日" in ground.source


def test_the_stay_of_a_year_in_macao_is_less_sure_than_the_row() -> None:
    unsure = {code: row.stay_confidence for code, row in catalog.ENDORSEMENTS.items() if row.stay_confidence}
    assert unsure == {"HKM-Q-MACAO": "L"}


def by_place(row: catalog.Endorsement) -> dict[str, frozenset[str]]:
    found = {place: frozenset(codes) for place, codes in row.options.items()}
    return found | dict.fromkeys(row.approved_destinations, AS_APPROVED)


def found_in(kind: str, letter: str, offered: dict[str, frozenset[str]], *, on: date) -> list[catalog.Endorsement]:
    place = next(iter(offered))
    return [row for row in catalog.endorsements_for(kind, place, on=on, letter=letter) if by_place(row) == offered]


@pytest.mark.parametrize(
    ("letter", "offered", "stay", "papers", "places", "since"),
    [row[1:] for row in HK_AND_MACAO],
    ids=[f"3.1 {row[0]}" for row in HK_AND_MACAO],
)
def test_an_endorsement_for_hong_kong_or_macao(
    *,
    letter: str,
    offered: dict[str, frozenset[str]],
    stay: int | None,
    papers: set[str],
    places: str,
    since: date | None,
) -> None:
    [row] = [one for one in found_in("HKM_PERMIT", letter, offered, on=NOW) if set(one.materials) == papers]
    assert (row.stay_days, row.places) == (stay, places)
    assert row.ground.source
    assert all(catalog.material(code).ground.source for code in papers)
    if since:
        assert row.ground.effective_from == since


def test_3_1_business_was_for_seven_days_before_2024_05_06() -> None:
    stays = {
        day: {row.stay_days for row in catalog.endorsements_for("HKM_PERMIT", "HK", on=day, letter="S")}
        for day in (date(2024, 5, 5), date(2024, 5, 6))
    }
    assert 7 in stays[date(2024, 5, 5)]
    assert stays[date(2024, 5, 6)] == {14}


def test_3_1_zhuhai_counts_the_household_alone_and_shenzhen_leaves_out_the_registered() -> None:
    [zhuhai] = found_in("HKM_PERMIT", "G", {"MO": options("1yW")}, on=NOW)
    [shenzhen] = found_in("HKM_PERMIT", "G", {"HK": options("1yM")}, on=NOW)
    assert zhuhai.is_hukou_only
    assert not zhuhai.excludes_registered
    assert shenzhen.excludes_registered
    assert not shenzhen.is_hukou_only


def test_3_1_one_trip_a_week_to_hong_kong_is_over() -> None:
    weekly = {"HK": options("1yW")}
    assert found_in("HKM_PERMIT", "G", weekly, on=date(2024, 11, 30))
    assert not found_in("HKM_PERMIT", "G", weekly, on=date(2024, 12, 1))


@pytest.mark.parametrize(
    ("day", "division", "name"),
    [
        *((date(2023, 2, 20), code, "Greater Bay Area") for code in ("440100", "440300", "440400", "440600", "440700")),
        *((date(2023, 2, 20), code, "Greater Bay Area") for code in ("441200", "441300", "441900", "442000")),
        (date(2024, 5, 6), "110000", "Beijing"),
        (date(2024, 5, 6), "310000", "Shanghai"),
        *((date(2025, 11, 5), code, "Yangtze River Delta") for code in ("320300", "331100", "341200")),
        *((date(2025, 11, 5), code, "Beijing-Tianjin-Hebei") for code in ("120101", "130900")),
        *((date(2025, 11, 5), code, "free trade zones") for code in ("460100", "510100", "350200", "650100")),
    ],
    ids=lambda value: f"3.2 {value}",
)
def test_a_talent_area(day: date, division: str, name: str) -> None:
    assert catalog.is_in("talent_areas", division, on=day)
    assert not catalog.is_in("talent_areas", division, on=day - timedelta(days=1))


def test_3_2_hetao_needs_a_filing_and_no_certificate() -> None:
    [row] = found_in("HKM_PERMIT", "R", THREE_YEARS, on=NOW)
    assert (row.materials, row.places) == (("zone_filing",), "hetao")
    assert row.ground.effective_from == date(2025, 11, 5)


@pytest.mark.parametrize(
    ("group", "name", "years"),
    [
        ("outstanding", "杰出", 5),
        ("research", "科研", 3),
        ("culture", "文教", 3),
        ("health", "卫健", 3),
        ("legal", "法律", 1),
        ("other", "其他", 1),
    ],
    ids=lambda value: f"3.2 {value}",
)
def test_a_talent_group(group: str, name: str, years: int) -> None:
    found = catalog.TALENTS[group]
    assert name in str(found.name)
    assert found.years == years


@pytest.mark.parametrize(
    ("day", "count"),
    [(date(2024, 3, 5), 49), (date(2024, 3, 6), 51), (date(2024, 5, 26), 51), (date(2024, 5, 27), 59), (NOW, 59)],
    ids=lambda value: f"3.3 {value}",
)
def test_the_cities_of_the_individual_visit_by_stage(day: date, count: int) -> None:
    found = [place.code for place in catalog.places("visit_cities", on=day)]
    assert len(found) == len(set(found)) == count


@pytest.mark.parametrize(
    ("stage", "codes"),
    [
        (
            date(2007, 1, 1),
            FIRST_49,
        ),
        (date(2024, 3, 6), "610100 370200"),
        (date(2024, 5, 27), "140100 150100 230100 540100 620100 630100 640100 650100"),
    ],
    ids=["3.3 start to 2007", "3.3 Xi'an, Qingdao", "3.3 eight more"],
)
def test_the_cities_of_a_stage(stage: date, codes: str) -> None:
    places = catalog.places("visit_cities", on=NOW)
    assert {place.code for place in places if place.ground.effective_from == stage} == set(codes.split())
    assert [place.code for place in places if place.urban_only] == ["350100"]


@pytest.mark.parametrize(
    ("letter", "offered", "stay", "papers", "places"),
    [row[1:] for row in TAIWAN],
    ids=[f"3.4 {row[0]}" for row in TAIWAN],
)
def test_an_endorsement_for_taiwan(
    letter: str, offered: frozenset[str], stay: int | None, papers: set[str], places: str
) -> None:
    [row] = found_in("TWN_PERMIT", letter, {"TW": offered}, on=NOW)
    assert (row.stay_days, set(row.materials), row.places) == (stay, papers, places)
    assert row.ground.source


def test_3_4_the_individual_visit_is_suspended() -> None:
    visit = {"TW": options("6m1")}
    [row] = found_in("TWN_PERMIT", "G", visit, on=date(2019, 7, 31))
    assert row.stay_days == 15
    assert not found_in("TWN_PERMIT", "G", visit, on=date(2019, 8, 1))


def test_3_4_residence_is_in_older_lists_only() -> None:
    assert catalog.ENDORSEMENTS["TWN-J"].options["TW"] == ("3yM",)
    assert not found_in("TWN_PERMIT", "J", {"TW": options("3yM")}, on=NOW)


def test_3_4_group_tours_are_open_to_two_provinces() -> None:
    assert {place.code for place in catalog.places("taiwan_group_tour", on=NOW)} == {"350000", "310000"}


def test_3_there_are_no_other_endorsements() -> None:
    now = [row for row in catalog.ENDORSEMENTS.values() if row.ground.holds_on(NOW)]
    # Hetao is a row of 3.2.
    assert len(now) == len(HK_AND_MACAO) + len(TAIWAN) + 1
    assert set(catalog.ENDORSEMENTS) == set(DATED)

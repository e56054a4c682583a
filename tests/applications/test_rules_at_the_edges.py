"""The rules beside each other: a group open in another city, the papers that are needed, and what goes along."""

from dataclasses import replace
from datetime import date

import pytest

from applications import eligibility, facts
from applications.eligibility import Channel, Facts, Held, Want
from documents.services import Opening, Scope, current_revision, scope
from tests.factories import cases

pytestmark = pytest.mark.django_db

BEIJING, SHANGHAI, GUIYANG = "110101", "310115", "520102"
FUZHOU, PINGTAN = "350102", "350128"
ADULT = Facts(
    on=date(2026, 6, 1),
    born=date(1990, 6, 15),
    hukou_code=BEIJING,
    state_employee=False,
    military=False,
    fingerprints=True,
    exit_barred=False,
    in_mainland=True,
    holds=(Held("PASSPORT", date(2026, 10, 1)), Held("HKM_PERMIT", date(2034, 6, 1))),
)
RENEWAL = Want("PASSPORT", "expiring", category="replace")


@pytest.fixture
def opened() -> Scope:
    cases.ground()
    return scope(current_revision(ADULT.on))


def endorse(letter: str, option: str, *, is_accompanying: bool = False) -> Want:
    return Want(
        "HKM_PERMIT",
        category="endorse",
        destination="HK",
        letter=letter,
        option=option,
        is_accompanying=is_accompanying,
    )


@pytest.mark.parametrize(
    ("code", "group", "who"),
    [
        ("E2", "minor", {"born": date(2015, 1, 1)}),
        ("X1", "state_employee", {"state_employee": True}),
        ("X2", "military", {"military": True}),
    ],
)
def test_a_group_open_in_one_city_is_not_open_in_another(opened: Scope, code: str, group: str, who: object) -> None:
    shanghai = Opening("310000", "PASSPORT", "replace", group)
    wider = replace(opened, openings=opened.openings | {shanghai})
    person = replace(ADULT, **who)  # type: ignore[arg-type]
    codes = {
        home: set(eligibility.judge(replace(person, hukou_code=home), [RENEWAL], wider).codes)
        for home in (SHANGHAI, BEIJING, GUIYANG)
    }
    assert codes == {SHANGHAI: set(), BEIJING: {code}, GUIYANG: {"E1", code}}


@pytest.mark.parametrize(
    ("hukou", "residence", "asked"),
    [
        (BEIJING, "", False),
        # The household counts already, wherever else one lives.
        (BEIJING, SHANGHAI, False),
        (BEIJING, GUIYANG, False),
        # Only the residence permit opens the visit.
        (GUIYANG, BEIJING, False),
        ("522701", BEIJING, True),
        # Fuzhou counts with its urban districts alone.
        (PINGTAN, FUZHOU, True),
        (FUZHOU, PINGTAN, False),
    ],
)
def test_a_residence_permit_is_asked_for_where_the_household_does_not_count(
    opened: Scope, hukou: str, residence: str, *, asked: bool
) -> None:
    person = replace(ADULT, hukou_code=hukou, residence_code=residence)
    verdict = eligibility.judge(person, [endorse("G", "3m1")], opened)
    assert verdict.channel in (Channel.ONLINE, Channel.DEVICE)
    assert ("residence_permit" in {paper.code for paper in verdict.materials}) is asked


def test_whoever_goes_along_brings_the_papers_of_the_main_applicant(opened: Scope) -> None:
    for option in ("3m1", "3mM", "1yM"):
        along, main = (
            {paper.code for paper in eligibility.judge(ADULT, [want], opened).materials}
            for want in (endorse("T", option, is_accompanying=True), endorse("T", option))
        )
        assert along == {"kinship", "main_applicant"}
        assert "main_applicant" not in main
    verdict = eligibility.judge(ADULT, [endorse("L", "3m1", is_accompanying=True)], opened)
    assert verdict.channel is Channel.NONE


def test_a_device_asks_for_no_photo(opened: Scope) -> None:
    verdict = eligibility.judge(replace(ADULT, hukou_code=GUIYANG), [endorse("L", "3m1")], opened)
    assert (verdict.channel, [paper.code for paper in verdict.materials]) == (Channel.DEVICE, ["identity_card"])


def test_a_price_comes_with_what_it_rests_on(opened: Scope) -> None:
    verdict = eligibility.judge(ADULT, [RENEWAL, endorse("L", "3m1")], opened)
    assert verdict.fee_fen == 12000 + 1500
    assert [("914号" in text, "1186号" in text) for text in verdict.fee_sources] == [(True, False), (False, True)]
    barred = eligibility.judge(replace(ADULT, exit_barred=True), [RENEWAL], opened)
    assert (barred.fee_fen, barred.fee_sources) == (None, ())


def test_a_form_asks_for_one_document_of_a_kind(opened: Scope) -> None:
    for channel in Channel.ONLINE, Channel.WINDOW:
        reasons = eligibility.unmet(ADULT, [RENEWAL, RENEWAL], opened, channel=channel)
        assert {reason.code for reason in reasons} == {"document_twice"}
        assert not eligibility.unmet(ADULT, [RENEWAL], opened, channel=channel)


def test_the_rules_look_at_the_document_that_filing_ends() -> None:
    cases.ground()
    person = cases.person("张示例")
    known = facts.gather(person)
    taken = known.documents["PASSPORT"]
    held = known.facts.held("PASSPORT")
    assert max(held, key=lambda one: one.rank(known.facts.on)).expires_on == taken.expires_on


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        # One reported lost can still be replaced; one that ran out cannot.
        (("lost", 2030), ("valid", 2026)),
        (("valid", 2027), ("lost", 2030)),
        (("valid", 2034), ("valid", 2030)),
        (("valid", 2034), ("damaged", 2030)),
        (("lost", 2027), ("void", 2034)),
    ],
)
def test_which_of_two_documents_is_the_one_to_be_replaced(better: tuple[str, int], worse: tuple[str, int]) -> None:
    first, second = (Held("PASSPORT", date(year, 5, 1), state) for state, year in (better, worse))
    assert first.rank(ADULT.on) > second.rank(ADULT.on)

"""Staff of registered enterprises: which business endorsements they see, file and need papers for; nobody else."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from applications import eligibility, facts, services
from applications.eligibility import ENDORSE, Facts, Held, Want
from applications.models import Application, Submission
from portal.accounts.enterprises import registering
from portal.accounts.models import Person
from portal.common.acting import Acting
from portal.common.models import Event
from portal.common.unmet import Refused
from tests.factories import accounts, cases, enterprises

pytestmark = pytest.mark.django_db

OPTIONS = ("3m1", "3mM", "1yM", "3yM")
TRIP = {"HK": {"letter": "S", "option": "1yM"}}
WITH_PERMIT = {"HKM_PERMIT": "expiring"}


def known(firms: tuple[str, ...] | None) -> Facts:
    return Facts(
        on=date(2026, 11, 9),
        born=date(1990, 1, 1),
        hukou_code="310000",
        state_employee=False,
        military=False,
        fingerprints=True,
        exit_barred=False,
        in_mainland=True,
        holds=(Held("HKM_PERMIT", date(2035, 1, 1)),),
        firms=firms,
    )


def wanted(option: str) -> Want:
    return Want("HKM_PERMIT", category=ENDORSE, destination="HK", letter="S", option=option)


@pytest.mark.parametrize(
    ("firms", "open_options"),
    [
        # Nobody has looked: taken as given, three years by where the person lives.
        (None, ("3m1", "3mM", "1yM")),
        # On no list: a single entry, with the papers of the firm.
        ((), ("3m1",)),
        (("310000",), ("3m1", "3mM", "1yM")),
        # The firm's place decides about three years, wherever its people live.
        (("440300",), OPTIONS),
        (("310000", "440100"), OPTIONS),
    ],
)
def test_the_options_follow_from_the_firm(firms: tuple[str, ...] | None, open_options: tuple[str, ...]) -> None:
    facts_of = known(firms)
    assert tuple(one for one in OPTIONS if eligibility.variants(facts_of, wanted(one))) == open_options


def test_three_years_by_home_alone_only_while_nobody_has_looked() -> None:
    of_shenzhen = replace(known(None), hukou_code="440300")
    assert eligibility.variants(of_shenzhen, wanted("3yM"))
    assert not eligibility.variants(replace(of_shenzhen, firms=("310000",)), wanted("3yM"))


def test_somebody_listed_needs_no_papers_of_the_firm() -> None:
    papers = {firms: eligibility.variants(known(firms), wanted("3m1"))[0].materials for firms in (("310000",), ())}
    assert papers[("310000",)] == ("registered_firm",)
    assert papers[()] == ("licence", "employment", "dispatch_letter")


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person("王演示")


@pytest.fixture
def officer() -> Acting:
    return accounts.official(authority=enterprises.HANGZHOU).acting


def choices(client: Client, form: Submission) -> str:
    return client.get(f"/apply/{form.pk}/option-hk/").content.decode()


def test_the_page_offers_the_longer_ones_to_those_on_a_list(person: Person, officer: Acting) -> None:
    form = cases.draft(person, WITH_PERMIT, pictures=False, endorsements={"HK": {"letter": "S", "option": ""}})
    client = accounts.sign_in(Client(), person)
    assert 'value="3m1"' in choices(client, form)
    assert 'value="1yM"' not in choices(client, form)
    before = Submission.objects.get(pk=form.pk).answers
    client.post(f"/apply/{form.pk}/option-hk/", {"option": "1yM"})
    assert Submission.objects.get(pk=form.pk).answers == before
    row = enterprises.registered(accounts.proven("张示例", phone="13911112222"), officer)
    enterprises.listed(row, "王演示")
    assert 'value="1yM"' in choices(client, form)
    assert 'value="3yM"' not in choices(client, form)
    client.post(f"/apply/{form.pk}/option-hk/", {"option": "1yM"})
    assert Submission.objects.get(pk=form.pk).answers["endorsements"] == TRIP


def test_filing_asks_the_list_again_and_a_case_keeps_what_it_was_filed_with(person: Person, officer: Acting) -> None:
    form = cases.draft(person, WITH_PERMIT, endorsements=TRIP)
    with pytest.raises(Refused) as refused:
        services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert [reason.code for reason in refused.value.unmet] == ["firm_not_registered"]
    assert not Application.objects.exists()
    assert not Event.objects.filter(subject_kind="application").exists()
    agent = accounts.proven("张示例", phone="13911112222")
    row = enterprises.registered(agent, officer)
    enterprises.listed(row, "王演示")
    services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    registering.cancel(
        row, note="材料是伪造的。", acting=accounts.official("supervisor", authority=enterprises.HANGZHOU).acting
    )
    assert services.gather(person).facts.firms == ()
    filed = facts.from_json(Submission.objects.get(pk=form.pk).facts)
    assert services.gather(person).facts.as_filed(filed).firms == (enterprises.HANGZHOU,)

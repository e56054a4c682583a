"""The pages about endorsements: what is offered depends on where one lives; prices and stays stand beside options."""

import re

import pytest
from django.test import Client

from applications import services
from applications.models import Application, Submission
from portal.accounts.models import Person
from tests.factories import cases
from tests.factories.work import run_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person("王演示")


@pytest.fixture
def signed_in(person: Person) -> Client:
    client = Client()
    assert person.user is not None
    client.force_login(person.user)
    return client


@pytest.fixture
def form(person: Person) -> Submission:
    return cases.draft(person, {"HKM_PERMIT": "expiring"}, pictures=False)


def address(form: Submission, slug: str) -> str:
    return f"/apply/{form.pk}/{slug}/"


def test_a_permit_and_an_endorsement_are_asked_for_together(signed_in: Client, form: Submission) -> None:
    answer = signed_in.post(address(form, "documents"), {"kinds": ["HKM_PERMIT", "HK"]})
    assert answer["Location"] == address(form, "reason-hkm-permit")
    purpose = signed_in.get(address(form, "endorse-hk")).content.decode()
    assert "您去香港做什么" in purpose
    assert "团队旅游" in purpose
    answer = signed_in.post(address(form, "endorse-hk"), {"letter": "G"})
    assert answer["Location"] == address(form, "option-hk")
    options = signed_in.get(address(form, "option-hk")).content.decode()
    assert "30 元，每次最多停留 7 天" in options
    assert "1 年多次" not in options
    signed_in.post(address(form, "option-hk"), {"option": "1y2"})
    assert Submission.objects.get(pk=form.pk).answers["endorsements"] == {"HK": {"letter": "G", "option": "1y2"}}


def test_another_type_forgets_an_option_it_does_not_come_with(signed_in: Client, form: Submission) -> None:
    services.save_page(
        form.pk, "endorsements", {"HK": {"letter": "G", "option": "1y2"}}, acting=form.beneficiary.acting
    )
    signed_in.post(address(form, "endorse-hk"), {"letter": "T"})
    assert Submission.objects.get(pk=form.pk).answers["endorsements"] == {"HK": {"letter": "T", "option": ""}}
    signed_in.post(address(form, "endorse-hk"), {"letter": "L"})
    signed_in.post(address(form, "option-hk"), {"option": "3m1"})
    signed_in.post(address(form, "endorse-hk"), {"letter": "G"})
    assert Submission.objects.get(pk=form.pk).answers["endorsements"] == {"HK": {"letter": "G", "option": "3m1"}}


def test_a_permit_that_ends_first_is_said_at_the_option(signed_in: Client, form: Submission) -> None:
    services.save_parts(
        form.pk, {"requests": {}, "endorsements": {"HK": {"letter": "L", "option": ""}}}, acting=form.beneficiary.acting
    )
    answer = signed_in.post(address(form, "option-hk"), {"option": "1y1"})
    assert answer.status_code == 200
    assert "通行证会比签注先到期" in answer.content.decode()
    assert Submission.objects.get(pk=form.pk).answers["endorsements"]["HK"]["option"] == ""


def test_nothing_chosen_is_said_at_the_choice(signed_in: Client, form: Submission) -> None:
    before = form.answers
    answer = signed_in.post(address(form, "documents"), {})
    assert "还没有选要办的证件或签注" in answer.content.decode()
    assert Submission.objects.get(pk=form.pk).answers == before


def test_a_page_about_an_endorsement_not_asked_for_leads_to_the_choice(signed_in: Client, form: Submission) -> None:
    assert signed_in.get(address(form, "option-tw"))["Location"] == address(form, "documents")


def written(holder: Person, *, is_handed_over: bool) -> Application:
    """An endorsement for Macao on the holder's card, in their hands or still at the office."""
    officer = cases.officer(holder.hukou_code)
    [row] = cases.paid(holder, officer, requests={}, endorsements={"MO": {"letter": "L", "option": "3m1"}})
    run_for(6)
    return services.collect(row.pk, acting=officer) if is_handed_over else row


@pytest.mark.parametrize("is_handed_over", [True, False], ids=["on the card", "not handed over yet"])
def test_who_replaces_a_card_is_told_what_ends_with_it_and_may_ask_again(
    client: Client, *, is_handed_over: bool
) -> None:
    cases.ground()
    holder = cases.person("赵测试", phone="13900000007")
    written(holder, is_handed_over=is_handed_over)
    form = cases.draft(holder, {"HKM_PERMIT": "damaged"})
    assert holder.user is not None
    client.force_login(holder.user)
    told = "换发、补发通行证，证上的签注一起作废"
    assert (told in client.get(address(form, "documents")).content.decode()) is is_handed_over
    checked = client.get(f"/apply/{form.pk}/check/").content.decode()
    assert ("随旧证作废，这张表没有重新申请" in checked) is is_handed_over
    client.post(address(form, "documents"), {"kinds": ["HKM_PERMIT", "MO"]})
    purpose = client.get(address(form, "endorse-mo")).content.decode()
    assert bool(re.search(r'value="L"[^>]* checked', purpose)) is is_handed_over
    client.post(address(form, "endorse-mo"), {"letter": "L"})
    options = client.get(address(form, "option-mo")).content.decode()
    assert bool(re.search(r'value="3m1"[^>]* checked', options)) is is_handed_over


def test_an_endorsement_beside_no_replacement_starts_from_nothing(client: Client) -> None:
    cases.ground()
    holder = cases.person("赵测试", phone="13900000007")
    written(holder, is_handed_over=True)
    form = cases.draft(holder, requests={}, endorsements={"MO": {"letter": "", "option": ""}}, pictures=False)
    assert holder.user is not None
    client.force_login(holder.user)
    assert " checked" not in client.get(address(form, "endorse-mo")).content.decode()

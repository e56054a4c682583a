"""Sessions that end at a bad moment: nothing saved is lost, and who may no longer come in is out at once."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from applications import services
from applications.models import Submission
from portal.accounts import officials
from portal.accounts.models import Officer, Person
from portal.common import clock
from portal.common.acting import Acting
from tests.factories import accounts, cases
from tests.hostile.world import HANGZHOU

pytestmark = pytest.mark.django_db
PHONE = "13900000001"
CONTACT = {"phone": PHONE, "emergency_name": "王示例", "emergency_phone": "13900000002"}
PERSONAL = cases.ANSWERS["personal"] | {"identity_changed": "no"}


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person("张示例", phone=PHONE)


@pytest.fixture
def form(person: Person) -> Submission:
    assert person.user is not None
    return services.start(person.user, person)


def sign_in(browser: Client, address: str, **more: str) -> Any:
    return browser.post(address, {"phone": PHONE, "password": accounts.PASSWORD, **more})


def end_every_session() -> None:
    Session.objects.all().delete()
    cache.clear()


def saved(form: Submission) -> Any:
    return Submission.objects.get(pk=form.pk).answers


def test_a_session_that_ends_on_a_page_leads_back_to_it_with_everything_saved(form: Submission) -> None:
    browser = Client()
    sign_in(browser, "/account/sign-in/")
    here = f"/apply/{form.pk}/contact/"
    assert browser.post(f"/apply/{form.pk}/personal/", PERSONAL).status_code == 302
    before = saved(form)
    end_every_session()
    sent_away = browser.post(here, CONTACT, headers={"referer": f"http://testserver{here}"})
    assert (sent_away.status_code, sent_away.url) == (302, f"/account/sign-in/?next={here}")
    assert saved(form) == before
    page = browser.get(sent_away.url).content.decode()
    assert f'name="next" value="{here}"' in page
    assert "王示例" not in page
    back = sign_in(browser, sent_away.url, next=here)
    assert (back.status_code, back.url) == (302, here)
    assert browser.get(here).status_code == 200
    assert cases.ANSWERS["personal"]["address"] in browser.get(f"/apply/{form.pk}/personal/").content.decode()


def test_nobody_else_sees_the_form_that_was_left_open(form: Submission) -> None:
    end_every_session()
    neighbour = accounts.sign_in(Client(), accounts.signed_up("13966667777"))
    assert neighbour.get(f"/apply/{form.pk}/contact/").status_code == 404
    assert neighbour.post(f"/apply/{form.pk}/contact/", CONTACT).status_code == 404
    assert saved(form) == {}


@pytest.mark.parametrize("address", ["/messages/read/", "/account/identity/by-hand/"])
def test_a_button_pressed_after_the_session_leads_back_to_its_page_not_to_a_dead_end(
    person: Person, address: str
) -> None:
    browser = Client()
    answer = browser.post(address, headers={"referer": "http://testserver/messages/?page=2"})
    assert answer.url == "/account/sign-in/?next=/messages/%3Fpage%3D2"
    answer = browser.post(address, headers={"referer": "http://evil.example/messages/"})
    assert answer.url == f"/account/sign-in/?next={address}"


def test_an_address_for_buttons_alone_says_so_to_somebody_who_opens_it(person: Person) -> None:
    browser = accounts.sign_in(Client(), person)
    answer = browser.get("/messages/read/", headers={"accept": "text/html"})
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "这一步不能这样打开" in answer.content.decode()


def test_an_expired_form_token_is_explained_and_what_was_saved_stays(form: Submission) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(form.filer)
    services.save_page(form.pk, "contact", CONTACT, acting=form.beneficiary.acting)
    for token in ("", "x" * 64):
        changed = CONTACT | {"emergency_name": "李样本", "csrfmiddlewaretoken": token}
        answer = browser.post(f"/apply/{form.pk}/contact/", changed)
        said = answer.content.decode()
        assert answer.status_code == 403
        assert "页面打开太久了" in said
        assert "以前保存的都还在" in said
        assert "李样本" not in said
    assert saved(form)["contact"] == CONTACT


def test_signing_out_ends_the_session_on_the_server(person: Person) -> None:
    browser, thief = Client(), Client()
    sign_in(browser, "/account/sign-in/")
    thief.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert thief.get("/documents/").status_code == 200
    browser.post("/account/sign-out/")
    for client in (browser, thief):
        assert client.get("/documents/").url.startswith("/account/sign-in/")
    cache.clear()
    assert thief.get("/documents/").url.startswith("/account/sign-in/")


def test_signing_in_changes_the_key_of_the_session(person: Person) -> None:
    browser = Client()
    browser.post("/apply/checker/city/", {"answer": "杭州市"})
    before = browser.cookies["sessionid"].value
    sign_in(browser, "/account/sign-in/")
    assert browser.cookies["sessionid"].value != before


def test_a_deactivated_citizen_is_out_at_the_next_request(person: Person) -> None:
    browser = accounts.sign_in(Client(), person)
    assert browser.get("/documents/").status_code == 200
    assert person.user is not None
    person.user.is_active = False
    person.user.save()
    assert browser.get("/documents/").url.startswith("/account/sign-in/")
    assert sign_in(browser, "/account/sign-in/").status_code == 200


def test_a_new_password_ends_every_other_session(person: Person) -> None:
    browser = accounts.sign_in(Client(), person)
    assert person.user is not None
    person.user.set_password("another-long-secret")
    person.user.save()
    assert browser.get("/documents/").url.startswith("/account/sign-in/")


def test_a_deactivated_official_is_out_at_the_next_request() -> None:
    officer = accounts.official(authority=HANGZHOU)
    browser = accounts.sign_in(Client(), officer)
    assert browser.get("/desk/").status_code == 200
    officer.user.is_active = False
    officer.user.save()
    assert browser.get("/desk/", follow=True).request["PATH_INFO"] == "/account/staff/"


def test_an_official_whose_term_ended_has_neither_desk_nor_citizens_pages() -> None:
    officer = accounts.official(authority=HANGZHOU)
    browser = accounts.sign_in(Client(), officer)
    Officer.objects.filter(pk=officer.pk).update(ends_on=clock.today())
    assert browser.get("/desk/", follow=True).request["PATH_INFO"] == "/account/staff/"
    assert browser.post("/desk/cases/next/").status_code in (302, 403)
    assert browser.get("/documents/").status_code == 403


def test_a_role_taken_away_acts_at_once() -> None:
    supervisor = accounts.official("supervisor", authority=HANGZHOU)
    browser = accounts.sign_in(Client(), supervisor)
    assert browser.get("/statistics/").status_code == 200
    assert browser.get("/desk/accounts/officer/").status_code == 200
    officials.change_office(
        supervisor, role="auditor", authority=supervisor.authority, ends_on=None, acting=Acting.system("tests")
    )
    assert browser.get("/statistics/").status_code == 403
    assert browser.post("/desk/cases/next/").status_code == 403
    officials.change_office(
        supervisor, role="officer", authority=supervisor.authority, ends_on=None, acting=Acting.system("tests")
    )
    assert browser.get("/desk/accounts/officer/").status_code == 403


def test_a_second_factor_taken_away_closes_the_desk_at_once() -> None:
    officer = accounts.official(authority=HANGZHOU)
    browser = accounts.sign_in(Client(), officer)
    officials.reset_second_factor(officer, note="手机丢失", acting=Acting.system("tests"))
    assert browser.get("/desk/", follow=True).request["PATH_INFO"] == "/account/staff/"

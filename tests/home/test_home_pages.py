"""The front door: the start page speaks from the catalogue, and a person sees what they hold and what is next."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from documents import services as services_of_documents
from documents.models import IssuedDocument, Tariff
from documents.services import open_cities
from portal.accounts.models import Person, User
from portal.common import clock
from portal.common.acting import Acting
from tests.factories import accounts, cases, scope

pytestmark = pytest.mark.django_db

PLAIN = ("start", "cities", "help", "privacy", "accessibility", "source")


@pytest.fixture(autouse=True)
def _ground() -> None:
    cases.ground()


def client_of(user: User | None) -> Client:
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, name: str, **headers: Any) -> str:
    answer = client.get(reverse(f"home:{name}"), **headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_plain_pages_answer_everybody_in_every_language(name: str, language: str) -> None:
    page = text_of(Client(), name, headers={"accept-language": language})
    assert f'<html lang="{language}"' in page
    assert page.count("<h1") == 1
    assert ' style="' not in page
    assert "<script>" not in page


def test_prices_and_terms_come_from_the_catalogue() -> None:
    page = text_of(Client(), "start")
    assert "60 元到 120 元" in page
    assert "7 个工作日" in page
    assert page.count('class="p-price"') == 3
    Tariff.objects.filter(item="PASSPORT", effective_to=None).update(fen=15000)

    cache.clear()
    assert "60 元到 150 元" in text_of(Client(), "start")


def test_cities_come_from_the_data_by_day() -> None:
    page = text_of(Client(), "cities")
    today = open_cities(clock.today())
    assert f"现在有 {len(today)} 个城市" in page
    assert all(city.label in page for city in today)
    assert page.index("2024年5月6日起") < page.index(f"{today[-1].since:%Y年}")
    english = text_of(Client(), "cities", headers={"accept-language": "en"})
    assert "Shanghai" in english
    assert "上海市" not in english


def test_a_city_that_opens_or_closes_is_seen_without_a_release() -> None:
    scope.in_force(scope.WENZHOU)
    page = text_of(Client(), "cities")
    assert "温州市" in page
    assert "测试公告第 1 号" in page
    assert "Wenzhou" in text_of(Client(), "cities", headers={"accept-language": "en"})
    with clock.set_to(clock.now() + timedelta(days=2)):
        scope.in_force(scope.SHANGHAI, act="close")
        assert "上海市" not in text_of(Client(), "cities")


def test_a_fresh_sign_up_sees_the_next_step() -> None:
    user = accounts.signed_up()
    page = text_of(client_of(user), "documents")
    assert "先核验身份" in page
    assert reverse("accounts:identity") in page


def test_a_person_sees_what_they_hold_masked() -> None:
    person = cases.person()
    page = text_of(client_of(person.user), "documents")
    held = IssuedDocument.objects.filter(person=person).exclude(status="invalid")
    assert page.count('class="p-doc"') == held.count() > 0
    for document in held:
        assert document.number not in page
        assert document.number[:-4] + "****" in page
    assert person.citizen_number not in page


def test_endorsements_stand_on_their_permit_while_both_are_in_force() -> None:
    person = cases.person()
    permit = IssuedDocument.objects.get(person=person, kind="HKM_PERMIT")
    facts = {"destination": "MO", "letter": "L", "option": "3m1"}
    services_of_documents.endorse(permit, application_id=uuid4(), acting=Acting.system("test"), **facts)
    assert "澳门 团队旅游 3 个月一次" in text_of(client_of(person.user), "documents")
    services_of_documents.invalidate(permit, code="replaced", acting=Acting.system("test"))
    assert "澳门 团队旅游" not in text_of(client_of(person.user), "documents")


def test_what_runs_out_is_offered_for_renewal() -> None:
    person = cases.person()
    IssuedDocument.objects.filter(person=person, kind="PASSPORT").update(
        expires_on=clock.today() + timedelta(days=90), issued_on=clock.today() - timedelta(days=3000)
    )
    page = text_of(client_of(person.user), "documents")
    assert "不足 6 个月，可以换发" in page
    assert "换发，120 元" in page
    assert reverse("applications:start") in page
    scope.in_force(scope.SHANGHAI, act="close")
    assert "请到窗口换发" in text_of(client_of(person.user), "documents")


def test_what_waits_for_the_person_comes_first() -> None:
    person = cases.person()
    client = client_of(person.user)
    assert person.user is not None
    draft = services.start(person.user, person)
    assert reverse("applications:tasks", args=[draft.pk]) in text_of(client, "documents")
    row = cases.approved(person, cases.officer())[0]
    page = text_of(client, "documents")
    assert "请缴费 120 元" in page
    assert reverse("payments:pay", args=[row.submission.reference]) in page
    assert "正在办新的，旧的现在还能用" in page


def test_a_form_under_review_shows_its_way() -> None:
    person = cases.person()
    cases.filed(person)
    page = text_of(client_of(person.user), "documents")
    assert "现在由<i>审核人员</i>办理" in page
    assert page.count("p-way__dot") == 5


def test_the_page_of_documents_stays_lean() -> None:
    person = cases.person()
    cases.filed(person, {"PASSPORT": "expiring", "HKM_PERMIT": "damaged", "TWN_PERMIT": "damaged"})
    client = client_of(person.user)
    text_of(client, "documents")
    with CaptureQueriesContext(connection) as spent:
        text_of(client, "documents")
    assert len(spent) <= 18, "\n".join(one["sql"] for one in spent.captured_queries)


def test_officials_have_no_documents_page() -> None:
    official = User.objects.get(pk=cases.officer().id)
    assert client_of(official).get(reverse("home:documents")).status_code == 403


def test_a_stranger_signs_in_first() -> None:
    assert Client().get(reverse("home:documents")).status_code == 302


def test_people_do_not_see_each_other() -> None:
    first = cases.person()
    name = next(one.record.name for one in cases.list_people() if one.record.name != first.name and one.record.holds)
    second: Person = cases.person(name, phone="13800000009")
    row = cases.filed(first)[0]
    page = text_of(client_of(second.user), "documents")
    assert row.submission.reference not in page
    assert first.name not in page

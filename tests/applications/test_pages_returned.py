"""A returned form: only what was named opens again, with reasons and remedies, and it is handed in again."""

import pytest
from django.test import Client

from applications import services
from applications.models import Application
from documents.models import IssuedDocument
from portal.accounts.models import Authority, Person
from portal.common.models import Event
from tests.factories import accounts, cases, counters

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person("张示例")


@pytest.fixture
def returned(client: Client, person: Person) -> Application:
    row, _ = cases.filed(person, {cases.PASSPORT: "expiring", cases.HKM_PERMIT: "expiring"})
    officer = accounts.official().acting
    services.claim(row.pk, acting=officer)
    assert person.user is not None
    client.force_login(person.user)
    return services.return_for_correction(row.pk, acting=officer, codes=["C06", "C08"])


def test_only_the_named_pages_are_listed_and_open(client: Client, returned: Application) -> None:
    base = f"/apply/{returned.submission_id}/"
    shown = client.get(base).content.decode()
    assert "申请原因和证件状况不符。请重新选择原因，写明情况。" in shown
    assert "收件地址不完整" in shown
    assert "24:00" in shown
    assert f'href="{base}reason-passport/"' in shown
    assert f'href="{base}delivery/"' in shown
    assert f'href="{base}contact/"' not in shown
    assert "审核人员只请您改另外几处" in client.get(f"{base}contact/").content.decode()
    # The other document was not returned: its reason stays closed, and so does the choice of documents.
    for slug in ("reason-hkm-permit", "documents", "photo"):
        assert "这一页现在不能改" in client.get(f"{base}{slug}/").content.decode()
        assert client.post(f"{base}{slug}/", {"kinds": [], "reason": "lost"}).status_code == 409


def test_the_mended_form_is_handed_in_again_once(client: Client, returned: Application) -> None:
    base = f"/apply/{returned.submission_id}/"
    page = client.post(f"{base}delivery/", {"method": "pickup"})
    assert page["Location"] == base
    page = client.post(base)
    assert page["Location"] == f"{base}filed/"
    returned.refresh_from_db()
    assert returned.status in ("filed", "accepted")
    assert returned.submission.answers["delivery"]["method"] == "pickup"
    events = Event.objects.count()
    assert client.post(base)["Location"] == f"{base}filed/"
    assert Event.objects.count() == events


def test_what_is_still_wrong_is_named_and_nothing_moves(client: Client, returned: Application) -> None:
    submission = returned.submission
    submission.answers = {**submission.answers, "delivery": {"method": "courier"}}
    submission.save(update_fields=["answers"])
    events = Event.objects.count()
    shown = client.post(f"/apply/{submission.pk}/").content.decode()
    assert "还不能再提交" in shown
    assert "还没有填收件地址" in shown
    assert Event.objects.count() == events


def test_a_document_found_lost_is_sworn_to_on_the_page_and_ends_with_the_press(
    client: Client, person: Person, returned: Application
) -> None:
    base = f"/apply/{returned.submission_id}/"
    assert 'name="loss_sworn"' not in client.get(base).content.decode()
    client.post(f"{base}reason-passport/", {"reason": "lost", "statement": "在地铁上丢了，没有找到，已经挂失。"})
    assert 'name="loss_sworn"' in client.get(base).content.decode()
    events = Event.objects.count()
    shown = client.post(base).content.decode()
    assert "错误：" in shown
    assert 'href="#id_loss_sworn"' in shown
    assert "还没有确认遗失或被盗的声明" in shown
    old = IssuedDocument.objects.get(person=person, kind=cases.PASSPORT)
    assert (Event.objects.count(), old.status) == (events, "valid")
    assert client.post(base, {"loss_sworn": "on"})["Location"] == f"{base}filed/"
    old.refresh_from_db()
    returned.refresh_from_db()
    assert (old.status, old.end_code, returned.reason) == ("invalid", "lost", "lost")


def test_what_came_in_at_a_counter_is_picked_up_at_that_counter(client: Client) -> None:
    cases.ground()
    person = cases.person("华外地")
    taker = cases.officer(counters.HALL)
    assert person.hukou_code != counters.HALL
    [row] = counters.taken_in(counters.opened(person, taker, {cases.PASSPORT: "expiring"}), taker).applications
    reviewer = cases.officer(counters.HALL)
    services.claim(row.pk, acting=reviewer)
    services.return_for_correction(row.pk, acting=reviewer, codes=["C08"])
    assert person.user is not None
    client.force_login(person.user)
    shown = client.get(f"/apply/{row.submission_id}/delivery/").content.decode()
    assert f"{Authority.objects.get(pk=counters.HALL).name}的窗口，不收邮费" in shown
    assert "户口所在地的出入境窗口" not in shown

"""A returned form: only what was named opens again, with reasons and remedies, and it is handed in again."""

import pytest
from django.test import Client

from applications import services
from applications.models import Application
from portal.accounts.models import Person
from portal.common.models import Event
from tests.factories import accounts
from tests.factories import applications as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    make.ground()
    return make.proven()


@pytest.fixture
def returned(client: Client, person: Person) -> Application:
    filed = make.filed(person, make.PASSPORT, make.HKM_PERMIT)
    officer = accounts.official().acting
    row = filed.applications[0]
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

"""The whole path without scripts: from the checker to the confirmation."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applications.models import Application, Submission
from photos import shots
from photos.models import Shot
from portal.accounts.models import Person
from portal.common.models import Promise
from tests.factories import cases

pytestmark = pytest.mark.django_db

CHECKER = {
    "city": "杭州市",
    "age": "yes",
    "kinds": ["PASSPORT", "HKM_PERMIT"],
    "held-passport": "valid",
    "reason-passport": "expiring",
    "held-hkm-permit": "valid",
    "reason-hkm-permit": "lost",
    "fingerprints": "yes",
    "mainland": "yes",
    "identity": "other",
    "changed": "no",
}


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person("张示例")


def walk_checker(client: Client, answers: Mapping[str, Any] = CHECKER) -> str:
    """Answer question after question as the pages ask them; returns the address of the last page."""
    page = client.get("/apply/checker/", follow=True)
    for _ in range(30):
        path = page.request["PATH_INFO"]
        if path.endswith("/result/"):
            return str(path)
        slug = path.rstrip("/").rpartition("/")[2]
        page = client.post(path, {"answer": answers[slug]}, follow=True)
        assert page.status_code == 200
    raise AssertionError("the checker never ended")


def without_tokens(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


def inspect_all() -> None:
    for promise in Promise.objects.filter(topic=shots.TOPIC, done_at=None):
        shots.keep_promise(promise)


def test_somebody_renews_a_passport_and_a_lost_permit_without_scripts(client: Client, person: Person) -> None:
    assert walk_checker(client) == "/apply/checker/result/"
    page = client.get("/apply/checker/result/")
    assert "您可以在网上换发护照、补发港澳通行证" in page.content.decode()

    page = client.post("/apply/start/")
    assert page.status_code == 302
    assert page["Location"].startswith("/account/sign-in/?next=/apply/start/")
    assert person.user is not None
    client.force_login(person.user)
    assert "您要换：护照、港澳通行证" in client.get("/apply/start/").content.decode()
    page = client.post("/apply/start/", follow=True)
    submission = Submission.objects.get()
    assert submission.answers["requests"]["HKM_PERMIT"]["reason"] == "lost"
    base = f"/apply/{submission.pk}/"
    assert page.request["PATH_INFO"] == base

    personal = cases.ANSWERS["personal"] | {"identity_changed": "no"}
    pages: list[tuple[str, dict[str, object]]] = [
        ("documents", {"kinds": ["PASSPORT", "HKM_PERMIT"]}),
        ("reason-passport", {"reason": "expiring"}),
        ("reason-hkm-permit", {"reason": "lost", "statement": "上周在火车站丢失，报案后仍然没有找到。"}),
        ("personal", personal),
        ("name", {"choice": "ZHANG/SHILI", "confirmed": "on"}),
        ("contact", cases.ANSWERS["contact"]),
    ]
    following = [slug for slug, _ in pages[1:]] + ["photo"]
    for (slug, data), after in zip(pages, following, strict=True):
        assert client.get(f"{base}{slug}/").status_code == 200
        page = client.post(f"{base}{slug}/", data)
        assert (page.status_code, page.get("Location")) == (302, f"{base}{after}/"), page.content.decode()

    for slug, picture in (("photo", cases.portrait()), ("signature", cases.signature())):
        sent = SimpleUploadedFile("a.jpg", picture, "image/jpeg")
        page = client.post(f"{base}{slug}/", {"file": sent}, follow=True)
        assert "正在检查" in page.content.decode()
        inspect_all()
        page = client.get(page.request["PATH_INFO"])
        assert "可以用" in page.content.decode()
    page = client.post(f"{base}delivery/", cases.ANSWERS["delivery"], follow=True)
    assert page.request["PATH_INFO"] == base
    assert f'href="{base}check/"' in page.content.decode()

    page = client.get(f"{base}check/")
    shown = page.content.decode()
    assert "180.00" in shown
    assert "138****0001" in shown
    assert cases.PHONE not in shown
    page = client.post(f"{base}check/", {"agreed": "on", "loss_sworn": "on"}, follow=True)
    assert page.request["PATH_INFO"] == f"{base}filed/"
    receipts = [row.receipt for row in Application.objects.order_by("position")]
    shown = page.content.decode()
    assert [number.replace(" ", "") for number in re.findall(r'<dd class="num">([\d ]+)</dd>', shown)] == receipts

    # A second press, a back button: the same confirmation, nothing written.
    again = client.post(f"{base}check/", {"agreed": "on", "loss_sworn": "on"}, follow=True)
    assert without_tokens(again.content.decode()) == without_tokens(shown)
    assert Application.objects.count() == 2
    assert Shot.objects.filter(is_chosen=True).count() == 2

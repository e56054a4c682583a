"""A draft thrown away in another tab while a page of it is at work: it is not there, and nothing is written."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client

from applications import drafts, facts, materials
from applications.models import Attachment, Submission
from applications.views import filing, own, wizard
from photos.models import Shot
from portal.common.models import Promise
from tests.factories import cases, papers

pytestmark = pytest.mark.django_db
FAMILY = {"HK": {"letter": "T", "option": "3m1"}}
CONTACT = {"phone": "13812345678", "emergency_name": "李样本", "emergency_phone": "13812345679"}


def a_file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("样例.pdf", data)


def files() -> list[str]:
    """Every file kept; those of earlier tests lie there as well."""
    folders = [folder for folder in ("attachments", "shots") if default_storage.exists(folder)]
    return sorted(f"{folder}/{name}" for folder in folders for name in default_storage.listdir(folder)[1])


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("contact", CONTACT),
        ("contact", {**CONTACT, "later": "1"}),
        ("photo", {"file": cases.portrait()}),
        ("materials", {"material": "relative_document", "relative_document-file": papers.pdf()}),
        ("materials", {"remove": "11111111-1111-1111-1111-111111111111"}),
        ("check", None),
    ],
    ids=["save", "later", "picture", "paper", "removal", "look"],
)
def test_a_form_thrown_away_meanwhile_is_not_there(
    client: Client, monkeypatch: pytest.MonkeyPatch, page: str, typed: Mapping[str, Any] | None
) -> None:
    cases.ground()
    person = cases.person("孙示范")
    assert person.user is not None
    client.force_login(person.user)
    form = cases.draft(person, {cases.HKM_PERMIT: "expiring"}, endorsements=FAMILY, pictures=False)
    if page == "materials":
        materials.refresh(form, facts.gather(person))

    def found_then_gone(request: HttpRequest, submission_id: Any) -> Submission:
        found = own.own_submission(request, submission_id)
        drafts.discard(found.pk, acting=person.acting)
        return found

    for view in (wizard, filing):
        monkeypatch.setattr(view, "own_submission", found_then_gone)
    path, before = f"/apply/{form.pk}/{page}/", files()
    sent = {name: a_file(told) if isinstance(told, bytes) else told for name, told in (typed or {}).items()}
    answer = client.get(path) if typed is None else client.post(path, sent)
    assert answer.status_code == 404
    assert not Submission.objects.exists()
    assert not Shot.objects.exclude(status="removed").exists()
    assert not Attachment.objects.exists()
    assert not Promise.objects.filter(topic__in=("photos.inspect", "applications.scan")).exists()
    assert files() == before

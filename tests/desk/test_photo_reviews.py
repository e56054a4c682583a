"""Pictures that wait for a person: seen and judged by officers of the jurisdiction, before the case is approved."""

from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from applications import services
from applications.models import Application
from photos import shots
from photos.lifecycle import LIFECYCLE
from photos.models import Shot
from photos.reading import write_jpeg
from photos.services import PORTRAIT
from photos.specs import NIA_ONLINE
from portal.accounts.models import Officer
from portal.common import audit
from portal.common.acting import Acting
from portal.common.models import Event
from tests.desk.conftest import CITY, SignIn
from tests.factories import accounts, cases

LIST = reverse("admin:photos_shot_changelist")


def text(response: Any) -> str:
    return str(response.content.decode())


def finished() -> str:
    """The name of a stored picture in the document's size."""
    image = Image.open(cases.PORTRAIT_FILE).convert("RGB").resize(NIA_ONLINE.output)
    return shots._store(write_jpeg(np.asarray(image)))


@pytest.fixture
def waiting() -> Shot:
    """The portrait of a filed case: the checker refused it, and its owner asked for a person."""
    person = cases.person()
    form = cases.draft(person)
    Shot.objects.filter(owner=form.pk, purpose=PORTRAIT).update(is_chosen=False)
    shot = shots.receive(
        cases.PORTRAIT_FILE.read_bytes(),
        owner=form.pk,
        purpose=PORTRAIT,
        authority=form.authority,
        acting=person.acting,
    )
    made = {"final": finished(), "preview": finished()}
    shot = LIFECYCLE.perform(shot, "refuse", acting=Acting.system("inspection"), sets=made)
    LIFECYCLE.perform(shot, "ask_human", acting=person.acting)
    shots.choose(shot.pk, owner=form.pk)
    services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    return Shot.objects.get(pk=shot.pk)


@pytest.fixture
def case(waiting: Shot) -> Application:
    return Application.objects.get(submission_id=waiting.owner)


def judge(client: Client, shot: Shot, **data: str) -> Any:
    return client.post(reverse("desk:shot", args=[shot.pk]), data)


def test_a_picture_is_passed_with_a_reason(waiting: Shot, case: Application, officer: Officer, enter: SignIn) -> None:
    client, events = enter(officer), Event.objects.count()
    assert reverse("desk:shot", args=[waiting.pk]) in text(client.get(LIST))
    assert judge(client, waiting, verdict="pass").status_code == 400
    assert judge(client, waiting, note="看过").status_code == 400
    assert Event.objects.count() == events
    assert judge(client, waiting, verdict="pass", note="五官清楚").url == reverse("desk:review", args=[case.pk])
    waiting.refresh_from_db()
    assert waiting.is_accepted
    size = Image.open(shots.default_storage.open(waiting.final)).size
    assert size == NIA_ONLINE.output
    assert Event.objects.get(action="pass").note == "五官清楚"
    assert reverse("desk:shot", args=[waiting.pk]) not in text(client.get(LIST))
    assert list(audit.verify()) == []


def test_a_case_is_not_approved_before_its_picture_is(
    waiting: Shot, case: Application, officer: Officer, enter: SignIn
) -> None:
    client = enter(officer)
    services.accept(case.pk, acting=officer.acting)
    services.claim(case.pk, acting=officer.acting)
    case.refresh_from_db()
    approve = reverse("desk:decide", args=[case.pk, "approve"])
    told = {"version": case.event_seq, "opinion": "consistent"}
    page = client.post(approve, told)
    assert page.status_code == 409
    assert "请先看照片" in text(page)
    judge(client, waiting, verdict="turn_down", note="戴着墨镜")
    assert client.post(approve, told).status_code == 409
    case.refresh_from_db()
    assert case.status == "accepted"
    assert not Event.objects.filter(subject_id=case.pk, action="approve").exists()


def test_what_cannot_be_printed_does_not_pass(waiting: Shot, officer: Officer, enter: SignIn) -> None:
    Shot.objects.filter(pk=waiting.pk).update(final="")
    client = enter(officer)
    page = judge(client, waiting, verdict="pass", note="五官清楚")
    assert page.status_code == 400
    assert "裁不出" in text(page)
    waiting.refresh_from_db()
    assert waiting.status == "human"
    assert judge(client, waiting, verdict="turn_down", note="太小").status_code == 302


def test_a_judged_picture_is_not_judged_again(waiting: Shot, officer: Officer, enter: SignIn) -> None:
    client = enter(officer)
    judge(client, waiting, verdict="turn_down", note="戴着墨镜")
    events = Event.objects.count()
    assert judge(client, waiting, verdict="pass", note="x").status_code == 404
    assert Event.objects.count() == events


def test_pictures_of_another_authority_do_not_exist(waiting: Shot, enter: SignIn) -> None:
    stranger = enter(accounts.official(authority="330100"))
    assert reverse("desk:shot", args=[waiting.pk]) not in text(stranger.get(LIST))
    assert judge(stranger, waiting, verdict="pass", note="x").status_code == 404
    assert stranger.get(reverse("desk:picture", args=[waiting.pk, "preview"])).status_code == 404
    auditor = enter(accounts.official("auditor", authority=CITY))
    assert judge(auditor, waiting, verdict="pass", note="x").status_code == 403
    waiting.refresh_from_db()
    assert waiting.status == "human"

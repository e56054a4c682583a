"""The second guardian who has no account: invited by text, signed up, proven, and heard before any money moves."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from applications import services
from applications.models import Application, GuardianConsent, Submission
from payments.models import Charge, Order
from portal.accounts.models import Person, PhoneCode
from portal.common import clock, outbox
from portal.common.models import Promise
from portal.common.simulation import Ledger
from portal.common.unmet import Refused
from tests.factories import accounts, cases, children
from tests.factories.children import CHILD, FATHER, MOTHER, OTHER_PHONE

pytestmark = pytest.mark.django_db
MOTHERS_PHONE = "13911112222"


@pytest.fixture
def mother() -> Person:
    cases.ground()
    children.open_to_children()
    return accounts.proven(MOTHER, phone=MOTHERS_PHONE)


@pytest.fixture
def child(mother: Person) -> Person:
    return children.in_care(mother)


def texts() -> list[dict[str, Any]]:
    """The text messages that invite to consent, the first one first."""
    outbox.run_due()
    return [dict(entry.body) for entry in Ledger("sms").entries() if "监护人同意" in str(entry.body["body"])]


def page_of(form: Submission) -> str:
    return reverse("applications:page", args=[form.pk, "contact"])


def told(form: Submission, **changed: str) -> dict[str, str]:
    return {**form.answers["contact"], **changed}


def signed_up(browser: Client, wanted: str) -> str:
    """Walk from a link through sign-in to a new account; returns where that ends."""
    ask = browser.get(wanted).url
    assert urlsplit(ask).path == reverse("accounts:sign_in")
    sign_up = f"{reverse('accounts:sign_up')}?{urlencode({'next': wanted})}"
    assert f'href="{sign_up}"' in browser.get(ask).content.decode()
    sent = browser.post(sign_up, {"phone": OTHER_PHONE, "next": wanted})
    code = PhoneCode.objects.latest("created_at").code
    return str(browser.post(sent.url, {"code": code, "password": accounts.PASSWORD, "next": wanted}).url)


def prove(browser: Client, name: str) -> None:
    """Prove who one is, with a face, over the pages."""
    record = accounts.record(name)
    browser.post(reverse("accounts:identity_way"), {"way": "face", "agree": "on"})
    browser.post(reverse("accounts:identity_face_consent"), {"agree_face": "on"})
    face = SimpleUploadedFile("face.png", accounts.picture(), "image/png")
    claim = {"name": record.name, "citizen_number": record.citizen_number, "picture": face}
    browser.post(reverse("accounts:identity_details"), claim)
    accounts.keep("accounts.compare")


def test_from_the_text_message_to_the_money(mother: Person, child: Person) -> None:
    form = children.drafted(mother, child)
    first = accounts.sign_in(Client(), mother)
    assert first.post(reverse("applications:check", args=[form.pk]), {"agreed": "on"}).status_code == 302
    form.refresh_from_db()
    row = form.applications.get()
    (text,) = texts()
    assert text["to"] == OTHER_PHONE
    body, consents = str(text["body"]), reverse("applications:consents")
    assert body.endswith(consents)
    father = accounts.record(FATHER)
    for secret in (CHILD, child.citizen_number, FATHER, father.citizen_number, MOTHER, MOTHERS_PHONE, row.receipt):
        assert secret not in body

    officer = cases.officer(row.authority)
    services.claim(row.pk, acting=officer)
    with pytest.raises(Refused, match="consent"):
        services.approve(row.pk, acting=officer)
    pay = reverse("payments:start", args=[form.reference])
    first.post(pay, {"amount_fen": "12000"})
    assert not Order.objects.exists()
    assert not Charge.objects.exists()

    second = Client()
    assert signed_up(second, consents) == consents
    unproven = second.get(consents).content.decode()
    assert f"{reverse('accounts:identity')}?next={consents}" in unproven
    asked = children.asked(form)
    consent = reverse("applications:consent", args=[asked.pk])
    assert second.get(consent).status_code == second.post(consent, {"give": "1"}).status_code == 404
    second.get(f"{reverse('accounts:identity')}?next={consents}")
    prove(second, FATHER)
    assert f'href="{consents}"' in second.get(reverse("accounts:identity")).content.decode()
    assert consent in second.get(consents).content.decode()
    assert second.post(consent, {"give": "1"}).url == consents
    assert set(form.consents.values_list("status", flat=True)) == {"given"}

    services.approve(row.pk, acting=officer)
    row.refresh_from_db()
    assert first.post(pay, {"amount_fen": str(row.fee_fen)}).status_code == 302
    assert Order.objects.get().person_id == child.pk
    assert len(texts()) == 1


def test_the_text_is_repeated_once_and_nothing_comes_after_the_end(mother: Person, child: Person) -> None:
    form = children.filed(mother, child)
    assert len(texts()) == 1
    with clock.set_to(clock.now() + timedelta(days=4)):
        assert len(texts()) == 2
    with clock.set_to(clock.now() + timedelta(days=6)):
        assert len(texts()) == 2
    with clock.set_to(children.asked(form).answer_by):
        assert len(texts()) == 2
        row = Application.objects.get()
        assert (row.status, row.reason_codes) == ("lapsed", [])
    assert not form.consents.filter(status="asked").exists()
    assert not Order.objects.exists()


def test_who_has_an_account_is_told_there_and_the_typed_phone_gets_nothing(mother: Person, child: Person) -> None:
    accounts.proven(FATHER, phone="13977778888")
    children.filed(mother, child)
    assert texts() == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "guardian.phone"), (MOTHERS_PHONE, "guardian.own_phone"), ("1393333", "phone")],
)
def test_the_phone_of_the_other_guardian_is_asked_for(mother: Person, child: Person, typed: str, code: str) -> None:
    contact = {**cases.ANSWERS["contact"], "guardian_phone": typed}
    form = children.drafted(mother, child, contact=contact)
    promises, acting, known = Promise.objects.count(), children.acting(mother, child), services.gather(child)
    with pytest.raises(Refused) as refused:
        services.file(form.pk, acting=acting, known=known, declared=cases.DECLARED)
    assert [(one.code, one.field) for one in refused.value.unmet] == [(code, "contact.guardian_phone")]
    assert not GuardianConsent.objects.exists()
    assert Promise.objects.count() == promises


@pytest.mark.parametrize(("typed", "said"), [(MOTHERS_PHONE, "您自己的手机号"), ("1393333", "要有 11 位数字")])
def test_a_wrong_phone_is_named_at_its_field_and_stays(mother: Person, child: Person, typed: str, said: str) -> None:
    form = children.drafted(mother, child)
    page = accounts.sign_in(Client(), mother).post(page_of(form), told(form, guardian_phone=typed))
    assert [said in str(error) for error in page.context["form"].errors["guardian_phone"]] == [True]
    assert f'value="{typed}"' in page.content.decode()
    assert Submission.objects.get(pk=form.pk).answers["contact"]["guardian_phone"] == OTHER_PHONE


def test_nobody_grown_up_is_asked_for_a_guardian(mother: Person) -> None:
    form = cases.draft(mother, pictures=False)
    page = accounts.sign_in(Client(), mother).get(page_of(form))
    assert "guardian_phone" not in page.context["form"].fields

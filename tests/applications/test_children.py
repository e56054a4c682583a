"""A child's form, from the guardian who files to the money: nothing is approved or paid without the other guardian."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications import consenting, services
from applications.models import Application, GuardianConsent, Submission
from payments.models import Order
from payments.services import open_order, quote
from portal.accounts.gateways.guardianship import simulator
from portal.accounts.models import Person
from portal.common import audit, clock, outbox
from portal.common.models import Event
from portal.common.templatetags.portal import deadline
from portal.common.unmet import Refused
from portal.notifications.models import Message
from tests.factories import accounts, cases, children
from tests.factories.children import CHILD, FATHER, MOTHER

pytestmark = pytest.mark.django_db

ABSENT, FORBIDDEN = 404, 403


@pytest.fixture
def mother() -> Person:
    cases.ground()
    children.open_to_children()
    return accounts.proven(MOTHER, phone="13911112222")


@pytest.fixture
def father(mother: Person) -> Person:
    return accounts.proven(FATHER, phone="13933334444")


@pytest.fixture
def child(mother: Person) -> Person:
    return children.in_care(mother)


def codes(refused: Any) -> list[str]:
    return [one.code for one in refused.value.unmet]


def file(form: Submission, guardian: Person, child: Person) -> services.Filed:
    acting = children.acting(guardian, child)
    return services.file(form.pk, acting=acting, known=services.gather(child), declared=cases.DECLARED)


def claimed(form: Submission) -> tuple[Application, Any]:
    row = form.applications.get()
    officer = cases.officer(row.authority)
    services.claim(row.pk, acting=officer)
    return row, officer


def messages(person: Person, code: str) -> int:
    outbox.run_due()
    return Message.objects.filter(user=person.user, code=code).count()


def test_a_childs_form_goes_all_the_way(mother: Person, father: Person, child: Person) -> None:
    form = children.filed(mother, child)
    assert (form.filer, form.answers["declaration"]["signer"]) == (mother.user, "guardian")
    row, officer = claimed(form)
    assert (row.person, row.status, row.accepted_at) == (child, "filed", None)
    assert sorted(form.consents.values_list("status", flat=True)) == ["asked", "given"]
    assert messages(father, "consent.asked") == messages(mother, "consent.asked") == 1

    with pytest.raises(Refused) as refused:
        services.approve(row.pk, acting=officer)
    assert codes(refused) == ["consent"]
    assert quote(form.pk) is None
    assert open_order(form.pk, acting=children.acting(mother, child)) is None
    assert not Order.objects.exists()

    consenting.give(children.asked(form), person=father)
    assert messages(mother, "consent.given") == 1
    services.approve(row.pk, acting=officer)
    order = open_order(form.pk, acting=children.acting(mother, child))
    assert order is not None
    assert order.person_id == child.pk
    cases.pay(form.pk, child)
    row.refresh_from_db()
    assert row.status in ("paid", "producing", "ready", "mailed", "delivered")
    assert messages(mother, "application.paid") == 1
    assert not list(audit.verify())


def test_no_money_without_the_consent_even_after_an_approval(mother: Person, father: Person, child: Person) -> None:
    form = children.filed(mother, child)
    consenting.give(children.asked(form), person=father)
    row, officer = claimed(form)
    services.approve(row.pk, acting=officer)
    form.consents.filter(relation="father").update(status="asked")
    assert quote(form.pk) is None
    assert open_order(form.pk, acting=children.acting(mother, child)) is None
    assert not Order.objects.exists()


@pytest.mark.parametrize("way", ["decline", "silence"])
def test_without_the_other_guardian_the_form_ends_unpaid(
    mother: Person, father: Person, child: Person, way: str
) -> None:
    form = children.filed(mother, child)
    row = form.applications.get()
    asked = children.asked(form)
    if way == "decline":
        consenting.decline(asked, person=father)
        outcome = "declined"
    else:
        with clock.set_to(asked.answer_by):
            outbox.run_due()
        outcome = "expired"
    asked.refresh_from_db()
    row.refresh_from_db()
    assert (asked.status, row.status) == (outcome, "lapsed")
    assert Event.objects.get(subject_id=row.pk, action="end_unconsented").codes == [f"consent_{outcome}"]
    assert row.old_document is not None
    assert not row.old_document.end_code
    with clock.set_to(asked.answer_by):
        assert messages(mother, f"consent.{outcome}") == messages(father, f"consent.{outcome}") == 1


def test_both_are_reminded_once(mother: Person, father: Person, child: Person) -> None:
    form = children.filed(mother, child)
    for days in (4, 5):
        with clock.set_to(clock.now() + timedelta(days=days)):
            assert messages(father, "consent.reminder") == messages(mother, "consent.reminder") == 1
    assert children.asked(form)


def test_who_has_answered_is_not_reminded(mother: Person, father: Person, child: Person) -> None:
    form = children.filed(mother, child)
    consenting.give(children.asked(form), person=father)
    with clock.set_to(clock.now() + timedelta(days=9)):
        assert messages(father, "consent.reminder") == 0
    assert set(form.consents.values_list("status", flat=True)) == {"given"}


def test_only_the_guardian_who_was_asked_consents(mother: Person, father: Person, child: Person) -> None:
    form = children.filed(mother, child)
    for person in (mother, accounts.proven("李样本")):
        for act in (consenting.give, consenting.decline):
            with pytest.raises(Refused) as refused:
                act(children.asked(form), person=person)
            assert codes(refused) == ["consent.stranger"]
    assert children.asked(form)


def test_a_guardian_revoked_meanwhile_cannot_consent(mother: Person, father: Person, child: Person) -> None:
    form = children.filed(mother, child)
    simulator.revoke(child.citizen_number, father.citizen_number)
    with pytest.raises(Refused) as refused:
        consenting.give(children.asked(form), person=father)
    assert codes(refused) == ["guardian.revoked"]
    assert children.asked(form)


def test_a_guardian_revoked_before_filing_files_nothing(mother: Person, child: Person) -> None:
    form = children.drafted(mother, child)
    simulator.revoke(child.citizen_number, mother.citizen_number)
    with pytest.raises(Refused) as refused:
        file(form, mother, child)
    assert codes(refused) == ["guardian.revoked"]
    assert "撤销" in str(refused.value.unmet[0].text)
    assert not Application.objects.exists()
    assert not GuardianConsent.objects.exists()


def test_a_guardian_revoked_before_the_decision_stops_it(mother: Person, father: Person, child: Person) -> None:
    form = children.filed(mother, child)
    consenting.give(children.asked(form), person=father)
    row, officer = claimed(form)
    simulator.revoke(child.citizen_number, father.citizen_number)
    with pytest.raises(Refused) as refused:
        services.approve(row.pk, acting=officer)
    assert codes(refused) == ["guardian.changed"]
    row.refresh_from_db()
    assert row.status == "filed"


def test_a_child_with_an_account_does_not_file_alone(mother: Person) -> None:
    child = cases.person(CHILD, phone="13955556666")
    form = cases.draft(child)
    with pytest.raises(Refused) as refused:
        services.file(form.pk, acting=child.acting, known=services.gather(child), declared=cases.DECLARED)
    assert codes(refused) == ["guardian.needed"]
    assert not Application.objects.exists()


def test_at_sixteen_the_guardian_no_longer_files(mother: Person, child: Person) -> None:
    form = children.drafted(mother, child)
    with clock.set_to(clock.now() + timedelta(days=365)):
        assert child.age_on(clock.today()) == 16
        with pytest.raises(Refused) as refused:
            file(form, mother, child)
    assert "guardian.of_age" in codes(refused)
    assert not Application.objects.exists()


def test_closed_as_shipped_a_child_is_sent_to_the_window(client: Client) -> None:
    cases.ground()
    mother = accounts.proven(MOTHER)
    accounts.sign_in(client, mother)
    page = client.post(reverse("applications:child"), {"name": CHILD, "citizen_number": "x"}).content.decode()
    assert "到出入境窗口办理" in page
    child = children.in_care(mother)
    form = children.drafted(mother, child)
    with pytest.raises(Refused) as refused:
        file(form, mother, child)
    assert "E2" in codes(refused)
    assert not any(code.startswith("guardian") for code in codes(refused))
    assert not Application.objects.exists()


def test_the_pages_lead_both_guardians_through(mother: Person, father: Person) -> None:
    client = accounts.sign_in(Client(), mother)
    claim = {"name": CHILD, "citizen_number": accounts.record(CHILD).citizen_number}
    assert client.post(reverse("applications:child"), claim).url == reverse("applications:start")
    child = Person.objects.get(user=None)
    children.in_care(mother)
    assert "您正在替 <strong>秦**</strong> 办理" in client.get(reverse("applications:start")).content.decode()
    form = children.drafted(mother, child)
    address = reverse("applications:check", args=[form.pk])
    assert "我是监护人，替未满 16 周岁的秦**填写并签名" in client.get(address).content.decode()
    assert client.post(address, {"agreed": "on"}).url == reverse("applications:filed", args=[form.pk])

    other = accounts.sign_in(Client(), father)
    consent = reverse("applications:consent", args=[children.asked(form).pk])
    assert consent in other.get(reverse("applications:consents")).content.decode()
    page = other.get(consent).content.decode()
    assert "您同意以前，不审批，也不收费" in page
    assert CHILD not in page
    stranger = accounts.sign_in(Client(), accounts.proven("李样本"))
    assert stranger.get(consent).status_code == stranger.post(consent, {"give": "1"}).status_code == ABSENT
    assert other.post(consent, {"give": "1"}).url == reverse("applications:consents")
    assert set(form.consents.values_list("status", flat=True)) == {"given"}
    assert "同意，申请失效" not in other.get(consent).content.decode()


def test_the_confirmation_says_that_the_other_guardian_comes_first(mother: Person, child: Person) -> None:
    form = children.filed(mother, child)
    client, address = accounts.sign_in(Client(), mother), reverse("applications:filed", args=[form.pk])
    asked = children.asked(form)
    page = client.get(address).content.decode()
    assert page.index("另一位监护人同意") < page.index("逐件审核")
    assert deadline(asked.answer_by) in page
    consenting.give(asked, person=accounts.proven(FATHER))
    assert "另一位监护人同意" not in client.get(address).content.decode()


def test_too_late_a_consent_is_no_longer_offered_and_not_taken(mother: Person, father: Person, child: Person) -> None:
    asked = children.asked(children.filed(mother, child))
    address, client = reverse("applications:consent", args=[asked.pk]), Client()
    accounts.sign_in(client, father)
    assert f"<strong>{deadline(asked.answer_by)}</strong>" in client.get(address).content.decode()
    with clock.set_to(asked.answer_by):
        accounts.sign_in(client, father)
        page = client.get(address).content.decode()
        assert "过期没有答复" in page
        assert 'name="give"' not in page
        assert "答复期限已经过了" in client.post(address, {"give": "1"}).content.decode()
    asked.refresh_from_db()
    assert asked.status == "asked"


@pytest.mark.parametrize(
    ("guardian", "name", "said"),
    [
        ("周虚构", "许明满", "监护期限已经过了"),
        ("吴样例", "许明满", "监护资格已经撤销"),
        (MOTHER, MOTHER, "您自己的公民身份号码"),
    ],
)
def test_who_is_no_guardian_is_told_at_the_number_and_nothing_is_lost(
    mother: Person, guardian: str, name: str, said: str
) -> None:
    person = mother if guardian == MOTHER else accounts.proven(guardian)
    number, before = accounts.record(name).citizen_number, Person.objects.count()
    claim = {"name": name, "citizen_number": number}
    page = accounts.sign_in(Client(), person).post(reverse("applications:child"), claim)
    assert said in page.context["form"].errors["citizen_number"][0]
    assert all(f'value="{text}"' in page.content.decode() for text in (name, number))
    assert Person.objects.count() == before


def test_revoked_in_the_middle_the_guardians_next_request_is_refused(mother: Person, child: Person) -> None:
    form = children.drafted(mother, child)
    client = accounts.sign_in(Client(), mother)
    page = reverse("applications:page", args=[form.pk, "personal"])
    assert client.get(page).status_code == 200
    simulator.revoke(child.citizen_number, mother.citizen_number)
    client.get(page)
    answer = client.get(page)
    assert answer.status_code == FORBIDDEN
    assert "代办已经结束" in answer.content.decode()
    assert Submission.objects.filter(pk=form.pk).exists()


def test_the_officer_sees_who_acts_beside_the_child(mother: Person, father: Person, child: Person) -> None:
    form = children.filed(mother, child)
    row = form.applications.get()
    page = accounts.sign_in(Client(), accounts.official(authority=row.authority)).get(
        reverse("desk:review", args=[row.pk])
    )
    assert "王**，已同意" in page.content.decode()
    assert "赵**，等监护人同意" in page.content.decode()

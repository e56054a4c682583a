"""A helper fills, files, pays and follows an older person's form; when the leave ends, the next request is refused."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications import services
from applications.models import Application, Submission
from portal.accounts import helping
from portal.accounts.models import Authorisation, Person
from portal.accounts.services import NoLeave
from portal.common import audit, outbox
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event
from portal.notifications.models import Message
from tests.factories import accounts, cases
from tests.factories.helping import HELPER, OLDER, authorised

pytestmark = pytest.mark.django_db

BANNER = "您正在替 <strong>吕**</strong> 办理"
FORBIDDEN, ABSENT = 403, 404


@pytest.fixture
def older() -> Person:
    cases.ground()
    return cases.person(OLDER, phone="13911112222")


@pytest.fixture
def helper(older: Person) -> Person:
    return accounts.proven(HELPER, phone="13933334444")


@pytest.fixture
def leave(older: Person, helper: Person) -> Authorisation:
    return authorised(older, helper)


def acting(older: Person, helper: Person) -> Acting:
    return Acting("citizen", str(helper.pk), behalf=str(older.pk))


def chosen(helper: Person, older: Person) -> Client:
    """The helper's browser, acting for the older person."""
    client = accounts.sign_in(Client(), helper)
    assert client.post(reverse("accounts:choose"), {"person": str(older.pk)}).status_code == 302
    return client


def page(form: Submission, slug: str = "contact") -> str:
    return reverse("applications:page", args=[form.pk, slug])


def text(answer: Any) -> str:
    return answer.content.decode()


def test_every_page_says_for_whom(older: Person, helper: Person, leave: Authorisation) -> None:
    client = chosen(helper, older)
    for name in ("home:documents", "applications:start", "applications:list", "home:help", "accounts:helpers"):
        assert BANNER in text(client.get(reverse(name))), name
    client.post(reverse("applications:start"))
    form = Submission.objects.get()
    assert (form.beneficiary, form.filer) == (older, helper.user)
    assert BANNER in text(client.get(page(form)))
    client.post(reverse("accounts:choose"), {"person": ""})
    assert BANNER not in text(client.get(reverse("home:documents")))


def test_opening_a_form_says_for_whom_one_acts(older: Person, helper: Person, leave: Authorisation) -> None:
    form = cases.draft(older, pictures=False)
    client = accounts.sign_in(Client(), helper)
    assert BANNER in text(client.get(page(form)))
    assert BANNER in text(client.get(reverse("home:documents")))


def test_the_form_begins_with_the_older_persons_phone(older: Person, helper: Person, leave: Authorisation) -> None:
    client = chosen(helper, older)
    client.post(reverse("applications:start"))
    shown = text(client.get(page(Submission.objects.get())))
    assert "13911112222" in shown
    assert "13933334444" not in shown


def test_both_see_the_draft_and_only_they(older: Person, helper: Person, leave: Authorisation) -> None:
    form = cases.draft(older, pictures=False)
    stranger = accounts.proven("李样本")
    for person, status in ((older, 200), (helper, 200), (stranger, ABSENT)):
        assert accounts.sign_in(Client(), person).get(page(form)).status_code == status


def test_a_helper_files_and_says_so(older: Person, helper: Person, leave: Authorisation) -> None:
    form = cases.draft(older)
    client = chosen(helper, older)
    address = reverse("applications:check", args=[form.pk])
    assert "我是代办人，替吕**填写" in text(client.get(address))
    assert client.post(address, {"agreed": "on"}).url == reverse("applications:filed", args=[form.pk])
    form.refresh_from_db()
    assert (form.filer, form.answers["declaration"]["signer"]) == (helper.user, "helper")
    row = form.applications.get()
    assert row.person == older
    event = Event.objects.get(subject_id=row.pk, action="file")
    assert (event.actor_id, event.behalf) == (str(helper.pk), str(older.pk))
    entry = AuditEntry.objects.get(chain=form.chain, action="status.file")
    assert entry.actor == f"citizen:{helper.pk} for {older.pk}"
    assert not list(audit.verify())
    outbox.run_due()
    for person in (older, helper):
        assert Message.objects.filter(user=person.user, code="submission.filed").count() == 1


def test_what_the_older_person_files_is_theirs(older: Person, helper: Person, leave: Authorisation) -> None:
    client = chosen(helper, older)
    client.post(reverse("applications:start"))
    form = cases.draft(older)
    services.file(form.pk, acting=older.acting, known=services.gather(older), declared=cases.DECLARED)
    form.refresh_from_db()
    assert (form.filer, form.answers["declaration"]["signer"]) == (older.user, "applicant")


def test_a_helper_pays_and_withdraws(older: Person, helper: Person, leave: Authorisation) -> None:
    form = cases.draft(older, {cases.PASSPORT: "expiring"})
    by_helper = acting(older, helper)
    services.file(form.pk, acting=by_helper, known=services.gather(older), declared=cases.DECLARED)
    row = form.applications.get()
    officer = cases.officer(row.authority)
    services.claim(row.pk, acting=officer)
    services.approve(row.pk, acting=officer)
    client = accounts.sign_in(Client(), helper)
    form.refresh_from_db()
    assert "去缴费" in text(client.get(reverse("applications:track", args=[form.reference])))
    assert BANNER in text(client.get(reverse("payments:pay", args=[form.reference])))
    assert client.post(reverse("applications:withdraw", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.status == "withdrawn"
    assert Event.objects.get(subject_id=row.pk, action="withdraw").behalf == str(older.pk)


def test_revoked_in_the_middle_the_next_request_is_refused_and_nothing_is_lost(
    older: Person, helper: Person, leave: Authorisation
) -> None:
    form = cases.draft(older, pictures=False)
    client = chosen(helper, older)
    client.get(page(form))
    before = Submission.objects.get().answers
    helping.revoke(leave, person=older)
    refused = client.post(
        page(form), {"phone": "13812345678", "emergency_name": "甲", "emergency_phone": "13812345679"}
    )
    assert refused.status_code == FORBIDDEN
    assert "代办已经结束" in text(refused)
    assert Submission.objects.get().answers == before
    assert client.get(page(form)).status_code == ABSENT
    assert BANNER not in text(client.get(reverse("home:documents")))
    assert accounts.sign_in(Client(), older).get(page(form)).status_code == 200


def test_a_form_already_open_stops_as_well(older: Person, helper: Person, leave: Authorisation) -> None:
    form = cases.draft(older)
    client = accounts.sign_in(Client(), helper)
    helping.revoke(leave, person=helper)
    for address in (page(form), reverse("applications:check", args=[form.pk])):
        assert client.get(address).status_code == client.post(address, {"agreed": "on"}).status_code == ABSENT
    assert not Application.objects.exists()


def test_the_act_itself_asks_once_more(older: Person, helper: Person, leave: Authorisation) -> None:
    form, known = cases.draft(older), services.gather(older)
    helping.revoke(leave, person=older)
    with pytest.raises(NoLeave) as refused:
        services.file(form.pk, acting=acting(older, helper), known=known, declared=cases.DECLARED)
    assert [reason.code for reason in refused.value.unmet] == ["representing.over"]
    assert not Application.objects.exists()
    assert not Event.objects.filter(action="file").exists()
    form.refresh_from_db()
    assert form.filed_at is None


def test_after_the_end_only_the_older_person_is_told(older: Person, helper: Person, leave: Authorisation) -> None:
    form = cases.draft(older)
    services.file(form.pk, acting=acting(older, helper), known=services.gather(older), declared=cases.DECLARED)
    helping.revoke(leave, person=older)
    outbox.run_due()
    services.withdraw(form.applications.get().pk, acting=older.acting)
    outbox.run_due()
    told = Message.objects.filter(code="application.withdrawn").values_list("user", flat=True)
    assert list(told) == [older.user_id]
    assert (
        accounts.sign_in(Client(), helper)
        .get(reverse("applications:track", args=[Submission.objects.get().reference]))
        .status_code
        == ABSENT
    )


def test_a_helpers_own_forms_stay_apart(older: Person, helper: Person, leave: Authorisation) -> None:
    own = cases.draft(helper, pictures=False)
    client = chosen(helper, older)
    assert reverse("applications:tasks", args=[own.pk]) not in text(client.get(reverse("applications:list")))
    client.post(reverse("accounts:choose"), {"person": ""})
    assert reverse("applications:tasks", args=[own.pk]) in text(client.get(reverse("applications:list")))

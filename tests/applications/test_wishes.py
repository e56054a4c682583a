"""Wishes: left by whoever was refused for the scope alone, told once when it opens, taken back with one button."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from applications import services, wishes
from applications.eligibility import Want
from documents.models import Wish
from documents.services import EFFECT_TOPIC, current_revision
from portal.accounts.models import Guardianship, Person
from portal.accounts.services import NoLeave
from portal.common import clock, outbox
from portal.common.models import Promise
from portal.common.simulation import Ledger
from portal.common.unmet import Refused
from portal.notifications.models import Message
from tests.factories import accounts, cases, children, scope

pytestmark = pytest.mark.django_db

LIST = reverse("applications:wishes")
_DAY = timedelta(days=1)
RENEWAL = Want("PASSPORT", "expiring")
# An adult in a city that is not open; a boy of fifteen and a state employee in Hangzhou, which is.
OUTSIDER, HOME = "华外地", "520100"
MINOR, EMPLOYEE, HANGZHOU = "秦少年", "戚公务", "330100"


@pytest.fixture(autouse=True)
def _ground() -> None:
    cases.ground()
    outbox.run_due()


@pytest.fixture
def outsider() -> Person:
    return cases.person(OUTSIDER)


def leave(person: Person, *wants: Want) -> list[Wish]:
    return wishes.leave(wants or [RENEWAL], known=services.gather(person), acting=person.acting)


def told(*people: Person) -> list[int]:
    return [Message.objects.filter(user=person.user, code=wishes.MESSAGE).count() for person in people]


def refused(person: Person, *wants: Want) -> None:
    before = Wish.objects.count()
    with pytest.raises(Refused):
        leave(person, *wants)
    assert Wish.objects.count() == before


def test_exactly_those_who_now_qualify_are_told_and_once() -> None:
    outsider, minor = cases.person(OUTSIDER), cases.person(MINOR, phone="13800000005")
    employee = cases.person(EMPLOYEE, phone="13800000006")
    others = [cases.person("金居住", phone="13800000007"), cases.person("魏直管", phone="13800000008")]
    for person in (outsider, minor, employee, *others):
        leave(person)
    assert {wish.group for wish in Wish.objects.all()} == {"adult", "minor", "state_employee"}
    people = (outsider, minor, employee, *others)
    assert told(*people) == [0, 0, 0, 0, 0]
    row = scope.in_force(HOME)
    assert told(*people) == [1, 0, 0, 0, 0]
    assert list(Wish.objects.exclude(told_at=None).values_list("person", flat=True)) == [outsider.pk]
    for promise in Promise.objects.filter(topic__in=(EFFECT_TOPIC, wishes.TOPIC, "message")):
        promise.done_at = None
        promise.save()
    outbox.run_due()
    wishes.look_for_wishes(Promise.objects.get(topic=EFFECT_TOPIC, key=str(row.pk)))
    outbox.run_due()
    assert told(*people) == [1, 0, 0, 0, 0]
    with clock.set_to(clock.now().replace(microsecond=0) + (clock.now() - row.effective_at) * 2 + _DAY * 2):
        scope.in_force(HANGZHOU, groups=("minor",))
    assert told(*people) == [1, 1, 0, 0, 0]


def test_the_message_says_what_opened_in_both_languages(outsider: Person) -> None:
    leave(outsider)
    scope.in_force(HOME)
    client = accounts.sign_in(Client(), outsider)
    message = Message.objects.get(user=outsider.user, code=wishes.MESSAGE)
    page = reverse("notifications:message", args=[message.pk])
    assert "普通护照换发，现在可以在网上办了" in client.get(page).content.decode()
    english = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert "you can now apply online" in english
    assert "华" not in str(message.params)


def test_nobody_is_told_before_the_moment_or_of_something_else(outsider: Person) -> None:
    leave(outsider)
    scope.enacted(HOME)
    outbox.run_due()
    assert told(outsider) == [0]
    scope.in_force(scope.WENZHOU)
    with clock.set_to(clock.now() + _DAY * 3):
        scope.in_force("130600", kinds=("PASSPORT",))
    assert told(outsider) == [1]


def test_a_process_that_has_not_heard_of_the_change_tells_all_the_same(outsider: Person) -> None:
    leave(outsider)
    row = scope.enacted(HOME)
    # Another process put it in force; this one keeps what it read a moment ago.
    assert current_revision(clock.today()).label != row.label
    with clock.set_to(row.effective_at):
        assert current_revision(clock.today()).label != row.label
        outbox.run_due()
    assert told(outsider) == [1]


def test_who_is_held_up_by_something_else_as_well_is_not_told() -> None:
    person = cases.person(OUTSIDER)
    leave(person, Want("PASSPORT", "expiring"))
    scope.in_force(HOME, kinds=("HKM_PERMIT",))
    assert told(person) == [0]
    with clock.set_to(clock.now() + _DAY * 200):
        # By now the passport itself has run out.
        scope.in_force(HOME, kinds=("PASSPORT",))
    assert told(person) == [0]
    assert Wish.objects.filter(told_at=None).count() == 1


def test_a_silent_register_only_delays(outsider: Person) -> None:
    leave(outsider)
    Ledger("register").arm("down")
    scope.in_force(HOME)
    assert told(outsider) == [0]
    with clock.set_to(clock.now() + _DAY / 24):
        outbox.run_due()
    assert told(outsider) == [1]


def test_a_wish_taken_back_leaves_nothing_and_is_not_told(outsider: Person) -> None:
    (wish,) = leave(outsider)
    neighbour = cases.person("王演示", phone="13800000009")
    assert not wishes.revoke(wish.pk, acting=neighbour.acting)
    assert wishes.revoke(wish.pk, acting=outsider.acting)
    assert not Wish.objects.exists()
    scope.in_force(HOME)
    assert told(outsider) == [0]


def test_a_wish_is_for_what_the_scope_alone_keeps_closed(outsider: Person) -> None:
    refused(outsider, Want("TWN_PERMIT", "expiring"))
    refused(outsider, Want("PASSPORT", "identity_changed"))
    refused(cases.person("王演示", phone="13800000009"))
    refused(cases.person("邹无纹", phone="13800000010"))
    assert [wish.reason for wish in leave(outsider, RENEWAL, Want("TWN_PERMIT", "expiring"))] == ["expiring"]


def test_the_same_wish_twice_is_one(outsider: Person) -> None:
    leave(outsider)
    leave(outsider, Want("PASSPORT", "pages_used"))
    assert [(wish.category, wish.reason) for wish in Wish.objects.all()] == [("replace", "pages_used")]
    leave(outsider, Want("PASSPORT", "lost"))
    assert Wish.objects.count() == 2


def test_an_endorsement_can_be_waited_for() -> None:
    person = cases.person("赵测试")
    refused(person, Want("HKM_PERMIT", category="endorse", destination="HK", letter="L", option="3m1"))
    scope.in_force("440100", act="close", categories=("endorse",), kinds=("HKM_PERMIT",))
    want = Want("HKM_PERMIT", category="endorse", destination="MO", letter="L", option="3m1")
    (wish,) = wishes.leave([want], known=services.gather(person), acting=person.acting)
    assert (wish.destination, wish.letter, wish.option) == ("MO", "L", "3m1")
    assert "签注" in accounts.sign_in(Client(), person).get(LIST).content.decode()
    with clock.set_to(clock.now() + _DAY * 2):
        scope.in_force("440100", categories=("endorse",), kinds=("HKM_PERMIT",))
    assert told(person) == [1]


def test_an_endorsement_waits_with_the_permit_it_goes_on() -> None:
    person = cases.person("孙示范")
    shenzhen, permit = "440300", {"kinds": ("HKM_PERMIT",)}
    tour = Want("HKM_PERMIT", category="endorse", destination="HK", letter="L", option="1y2")
    scope.in_force(shenzhen, act="close", categories=("replace", "endorse"), **permit)
    # The permit has a month left, less than the endorsement.
    leave(person, Want("HKM_PERMIT", "expiring"), tour)
    counts = []
    for days, category in ((2, "endorse"), (4, "replace")):
        with clock.set_to(clock.now() + _DAY * days):
            scope.in_force(shenzhen, categories=(category,), **permit)
        counts += told(person)
    assert counts == [0, 2]


def asked(client: Client, **answers: Any) -> str:
    """Answer the checker and return its result."""
    session = client.session
    session["checker"] = {
        "city": HOME,
        "age": "yes",
        "kinds": ["PASSPORT"],
        "held-passport": "valid",
        "reason-passport": "expiring",
        "fingerprints": "yes",
        "mainland": "yes",
        "identity": "other",
        "changed": "no",
        **answers,
    }
    session.save()
    return client.get(reverse("applications:result")).content.decode()


def test_one_button_on_the_result_of_the_checker(outsider: Person) -> None:
    client = accounts.sign_in(Client(), outsider)
    page = asked(client)
    assert "开通后告诉我" in page
    assert 'name="wants" value="PASSPORT:expiring"' in page
    answer = client.post(LIST, {"wants": ["PASSPORT:expiring"]}, follow=True)
    wish = Wish.objects.get()
    assert (wish.person, wish.city, wish.group, wish.kind) == (outsider, HOME, "adult", "PASSPORT")
    assert "记下了" in answer.content.decode()
    address = reverse("applications:revoke_wish", args=[wish.pk])
    assert address in answer.content.decode()
    neighbour = accounts.sign_in(Client(), cases.person("王演示", phone="13800000009"))
    assert neighbour.post(address).status_code == 404
    assert Wish.objects.exists()
    assert "已取消提醒" in client.post(address, follow=True).content.decode()
    assert not Wish.objects.exists()


@pytest.mark.parametrize(
    ("answers", "count"),
    [
        ({"city": "310000"}, 0),
        ({"city": "other"}, 1),
        ({"city": "310000", "age": "no"}, 1),
        ({"city": "310000", "identity": "military"}, 1),
        ({"city": "310000", "fingerprints": "no"}, 0),
        ({"changed": "yes"}, 0),
        ({"held-passport": "never"}, 0),
        ({"held-passport": "expired"}, 0),
    ],
)
def test_the_checker_offers_it_where_waiting_helps(answers: dict[str, str], count: int) -> None:
    page = asked(Client(), **answers)
    assert page.count("登录，开通后告诉我") == count


def test_what_is_not_to_be_waited_for_is_said_on_the_page() -> None:
    client = accounts.sign_in(Client(), cases.person())
    page = client.post(LIST, {"wants": ["PASSPORT:expiring"]}).content.decode()
    assert "不是因为还没开通才不能办" in page
    assert 'value="PASSPORT:expiring"' in page
    assert client.post(LIST, {"wants": ["PASSPORT:rubbish"]}).status_code == 200
    assert not Wish.objects.exists()


def test_who_is_not_proven_is_proven_first() -> None:
    client = accounts.sign_in(Client(), accounts.signed_up())
    answer = client.post(LIST, {"wants": ["PASSPORT:expiring"]})
    assert answer.url.startswith(reverse("accounts:identity"))
    assert client.post(reverse("applications:revoke_wish", args=[UUID(int=1)])).status_code == 404
    assert not Wish.objects.exists()


def test_a_guardian_leaves_a_wish_for_the_child_and_is_told_once() -> None:
    mother = accounts.proven(children.MOTHER)
    child = children.in_care(mother)
    browser = accounts.sign_in(Client(), mother)
    browser.post(reverse("accounts:choose"), {"person": str(child.pk)})
    assert browser.post(LIST, {"wants": ["PASSPORT:expiring"]}).url == LIST
    wish = Wish.objects.get()
    assert (wish.person, wish.group) == (child, "minor")
    browser.post(reverse("accounts:choose"), {"person": ""})
    assert reverse("applications:revoke_wish", args=[wish.pk]) not in browser.get(LIST).content.decode()
    assert browser.post(reverse("applications:revoke_wish", args=[wish.pk])).status_code == 404
    children.open_to_children()
    outbox.run_due()
    message = Message.objects.get(code=wishes.MESSAGE)
    assert (message.user, message.link) == (mother.user, "accounts:helpers")


def test_a_wish_left_for_the_child_is_taken_back_for_the_child() -> None:
    mother = accounts.proven(children.MOTHER)
    child = children.in_care(mother)
    acting = children.acting(mother, child)
    (wish,) = wishes.leave([RENEWAL], known=services.gather(child), acting=acting)
    browser = accounts.sign_in(Client(), mother)
    browser.post(reverse("accounts:choose"), {"person": str(child.pk)})
    assert browser.post(reverse("applications:revoke_wish", args=[wish.pk])).url == LIST
    assert not Wish.objects.exists()


def test_without_a_leave_no_wish_is_left_or_taken_back() -> None:
    mother = accounts.proven(children.MOTHER)
    child = children.in_care(mother)
    acting, known = children.acting(mother, child), services.gather(child)
    (wish,) = wishes.leave([RENEWAL], known=known, acting=acting)
    Guardianship.objects.update(is_revoked=True)
    with pytest.raises(NoLeave):
        wishes.leave([Want("PASSPORT", "damaged")], known=known, acting=acting)
    with pytest.raises(NoLeave):
        wishes.revoke(wish.pk, acting=acting)
    assert list(Wish.objects.values_list("reason", flat=True)) == ["expiring"]

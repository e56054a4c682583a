"""The public look-up: one query, one answer to everything wrong, nothing personal, nothing kept."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application, Submission
from applications.tracking import look_up, reference_in
from portal.accounts.models import Person
from portal.common.models import AuditEntry, Event
from tests.factories import cases

pytestmark = pytest.mark.django_db

ASK, ANSWER = "applications:lookup", "applications:public_status"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def owner() -> Person:
    cases.ground()
    return cases.person()


@pytest.fixture
def form(owner: Person) -> Submission:
    return cases.filed(owner, {"PASSPORT": "expiring", "HKM_PERMIT": "damaged"})[0].submission


def ask(reference: str, tail: str, client: Client | None = None) -> Any:
    return (client or Client()).post(reverse(ANSWER), {"reference": reference, "tail": tail})


def plain(answer: Any) -> bytes:
    return TOKEN.sub(b"", answer.content)


def tail_of(person: Person) -> str:
    return str(person.citizen_number)[-4:]


def other_tail(person: Person) -> str:
    return "0000" if tail_of(person) != "0000" else "1111"


def test_both_secrets_open_states_and_days_alone(owner: Person, form: Submission) -> None:
    page = ask(form.reference, tail_of(owner)).content.decode()
    assert page.count("已受理，审核中") == 2
    assert "往来港澳通行证" in page
    for secret in (owner.name, form.reference, tail_of(owner), *form.applications.values_list("receipt", flat=True)):
        assert str(secret) not in page


def test_the_answer_costs_one_query(owner: Person, form: Submission) -> None:
    for tail in (tail_of(owner), other_tail(owner)):
        with CaptureQueriesContext(connection) as spent:
            ask(form.reference, tail)
        assert len(spent) == 1, [one["sql"] for one in spent.captured_queries]


def test_wrong_secret_wrong_and_foreign_reference_give_the_same_bytes(owner: Person, form: Submission) -> None:
    name = next(one.record.name for one in cases.list_people() if one.record.name != owner.name and one.record.holds)
    foreign = cases.person(name, phone="13800000009")
    answers = [
        ask(form.reference, other_tail(owner)),
        ask("A" * 32, tail_of(owner)),
        ask(form.reference, tail_of(foreign)),
        ask("https://example.org/apply/track/" + "b" * 32 + "/", "123X"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({plain(answer) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert "没有查到" in answers[0].content.decode()


def test_the_tables_do_not_tell_which_forms_share_a_second_secret() -> None:
    one, other = (Submission.secret_of(letter * 32, "123X") for letter in "ab")
    assert one != other


def test_a_draft_cannot_be_found(owner: Person) -> None:
    draft = cases.draft(owner)
    assert "没有查到" in ask(draft.reference, tail_of(owner)).content.decode()
    assert not look_up(draft.reference, "")


def test_nothing_is_written_and_no_session_begins(owner: Person, form: Submission) -> None:
    before = (Event.objects.count(), AuditEntry.objects.count(), Session.objects.count())
    client = Client()
    ask(form.reference, tail_of(owner), client)
    ask(form.reference, other_tail(owner), client)
    assert (Event.objects.count(), AuditEntry.objects.count(), Session.objects.count()) == before
    assert "sessionid" not in client.cookies


def test_wrong_fields_name_themselves_and_keep_what_was_typed(form: Submission) -> None:
    answer = ask("太短", "12")
    page = answer.content.decode()
    assert "查询码是 32 位" in page
    assert "后四位是 4 个数字" in page
    assert 'value="太短"' in page
    assert "错误：" in page
    assert Client().get(reverse(ANSWER)).status_code == 302
    assert Client().get(reverse(ASK)).status_code == 200


def test_tries_are_limited_for_a_reference_real_or_not(owner: Person, form: Submission) -> None:
    for reference in (form.reference, "z" * 32):
        # Each try comes from an address of its own: only the reference counts.
        spent = [
            Client(REMOTE_ADDR=f"10.0.{reference == form.reference:d}.{n}").post(
                reverse(ANSWER), {"reference": reference, "tail": other_tail(owner)}
            )
            for n in range(11)
        ]
        assert [answer.status_code for answer in spent] == [200] * 10 + [429]
        assert int(spent[-1].headers["Retry-After"]) == 3600
    locked = Client(REMOTE_ADDR="10.9.9.9").post(reverse(ANSWER), {"reference": form.reference, "tail": tail_of(owner)})
    assert locked.status_code == 429


def test_the_right_secret_gives_all_tries_back(owner: Person, form: Submission) -> None:
    tails = [other_tail(owner)] * 9 + [tail_of(owner)] + [other_tail(owner)] * 10
    clients = [Client(REMOTE_ADDR=f"10.2.0.{n}") for n in range(len(tails))]
    assert {ask(form.reference, tail, client).status_code for tail, client in zip(tails, clients, strict=True)} == {200}


def test_tries_are_limited_for_an_address() -> None:
    client = Client(REMOTE_ADDR="10.1.1.1")
    statuses = [ask(f"{n:032d}", "1234", client).status_code for n in range(31)]
    assert statuses == [200] * 30 + [429]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a" * 32, "a" * 32),
        (f" https://example.org/apply/track/{'Ab-_' * 8}/?of=2 ", "Ab-_" * 8),
        (f"{'a' * 16}\n{'a' * 16}", "a" * 32),
        ("a" * 31, ""),
        ("a" * 33, ""),
        ("", ""),
    ],
)
def test_a_reference_is_found_in_what_was_pasted(typed: str, found: str) -> None:
    assert reference_in(typed) == found


def test_states_follow_the_application(owner: Person, form: Submission) -> None:
    row = Application.objects.get(submission=form, kind="PASSPORT")
    cases.services.withdraw(row.pk, acting=owner.acting)
    states = look_up(form.reference, tail_of(owner))
    assert [str(state.tag) for state in states] == ["已撤销", "已受理，审核中"]
    assert states[0].since == Event.objects.filter(subject_id=row.pk).latest("seq").at

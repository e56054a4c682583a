"""One event becomes one message for each reader, however often it is told, and never holds text."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from portal.accounts.models import User
from portal.common import outbox, registry
from portal.common.models import Promise
from portal.common.registry import MessageSpec, Told
from portal.common.simulation import Ledger
from portal.notifications import rules, telling
from portal.notifications.models import Delivery, Message
from tests.notifications.conftest import Change, Later, Tell


def test_an_event_fills_the_inbox_and_both_channels(
    tell: Tell, later: Later, reader: User, sms: Ledger, email: Ledger
) -> None:
    tell()
    outbox.run_due()
    message = Message.objects.get()
    assert message.user == reader
    assert message.params == {"number": "4201 0126 1109 017", "day": "2026-11-20"}
    later(seconds=20)
    assert {row.state for row in Delivery.objects.all()} == {Delivery.DELIVERED}
    (text,) = sms.entries()
    assert text.body["to"] == reader.phone
    assert text.body["title"] == "4201 0126 1109 017 已批准"
    (mail,) = email.entries()
    assert mail.body["to"] == "reader@example.com"


def test_the_handler_run_five_times_makes_one_row_and_one_acceptance(tell: Tell, later: Later, sms: Ledger) -> None:
    tell()
    row = Promise.objects.get(topic="message")
    for _ in range(5):
        telling.tell(row)
    assert Message.objects.count() == 1
    assert Delivery.objects.count() == 2
    later(seconds=20)
    for _ in range(5):
        telling.tell(row)
    later(seconds=20)
    assert Message.objects.count() == 1
    (entry,) = sms.entries()
    assert sms.count(entry.key) == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_told_at_once_are_one(tell: Tell) -> None:
    tell()
    row = Promise.objects.get(topic="message")

    def tell_in_a_thread(_: int) -> None:
        try:
            telling.tell(row)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tell_in_a_thread, range(20)))
    assert (Message.objects.count(), Delivery.objects.count()) == (1, 2)
    assert Promise.objects.filter(topic="notifications.deliver").count() == 2


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"number": "您好", "day": "2026-11-20"}, "text_in_message"),
        ({"number": "13800000001", "day": "2026-11-20"}, "text_in_message"),
        ({"number": "110101199003070038", "day": "2026-11-20"}, "text_in_message"),
        ({"number": 110101199003070038, "day": "2026-11-20"}, "text_in_message"),
        ({"number": ["4201"], "day": "2026-11-20"}, "text_in_message"),
        ({"number": "4201"}, "parameter_missing"),
    ],
)
def test_text_personal_data_and_gaps_are_refused_and_nothing_is_told(
    params: dict[str, str | int], code: str, tell: Tell, change_spec: Change, reader: User
) -> None:
    change_spec(find=lambda _subject, _payload: Told((reader.pk,), params))
    tell()
    outbox.run_due()
    dead = Promise.objects.dead().get()
    assert dead.last_code == code
    assert not Message.objects.exists()
    assert not Ledger("sms").entries()


def test_personal_data_in_a_link_is_refused(tell: Tell, change_spec: Change, spec: MessageSpec, reader: User) -> None:
    params = dict(spec.sample)
    change_spec(find=lambda _subject, _payload: Told((reader.pk,), params, "home:start", ("13800000001",)))
    tell()
    outbox.run_due()
    assert Promise.objects.dead().get().last_code == "text_in_message"
    assert not Message.objects.exists()


def test_a_message_nobody_registered_is_a_dead_letter(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    tell()
    monkeypatch.setattr(registry, "messages", {})
    outbox.run_due()
    assert Promise.objects.dead().get().last_code == "unknown_message"


def test_a_subject_that_is_gone_is_a_dead_letter(tell: Tell, change_spec: Change) -> None:
    def find(_subject: uuid.UUID, _payload: object) -> Told:
        raise ObjectDoesNotExist

    change_spec(find=find)
    tell()
    outbox.run_due()
    assert Promise.objects.dead().get().last_code == "subject_gone"
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "value",
    [
        "passport",
        "2026-11-20",
        12000,
        "4201 0126 1109 017",
        "",
        "4201002611090017,4201002611090018,4201002611090019",
        "3f2504e0-4f89-41d3-9a0c-ab13812345678",
    ],
)
def test_codes_dates_sums_and_receipt_numbers_may_be_stored(value: object) -> None:
    assert rules.is_code(value)


@pytest.mark.parametrize(
    "value",
    [None, True, 1.5, {}, "x" * 201, "张三", "line\nbreak", "E12345678", "a  b", "k1,13800000001", "+8613800000001"],
)
def test_everything_else_may_not(value: object) -> None:
    assert not rules.is_code(value)


@pytest.mark.parametrize("value", ["E12345678", "k1,13800000001", "+8613800000001", "110101199003070038"])
def test_numbers_of_people_and_documents_may_not_either(value: object) -> None:
    assert not rules.is_code(value)


def test_the_law_of_one_message_is_in_the_database(told: Message, reader: User) -> None:
    again = Promise(payload={"code": told.code, "subject": str(uuid.uuid4()), "event": str(told.event)})
    telling.tell(again)
    assert Message.objects.count() == 1
    assert Ledger("sms").entries() == []

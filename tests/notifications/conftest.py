"""What the tests of notifications share: a reader, a message to tell, a way to tell it."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils.functional import lazystr

from portal.accounts.models import User
from portal.common import clock, outbox, registry
from portal.common.lifecycle import MESSAGE_TOPIC
from portal.common.models import Promise
from portal.common.registry import MessageSpec, Told
from portal.common.simulation import Ledger
from portal.notifications.models import Message

PHONE = "13800000001"
CODE = "test_ready"
Tell = Callable[..., uuid.UUID]
Change = Callable[..., None]
Later = Callable[..., int]


@pytest.fixture
def reader(db: None) -> User:
    user = User.objects.create_citizen(phone=PHONE, password="correct horse battery")
    user.email = "reader@example.com"
    user.save()
    return user


@pytest.fixture
def spec(reader: User, monkeypatch: pytest.MonkeyPatch) -> MessageSpec:
    made = MessageSpec(
        CODE,
        lazystr("%(number)s 已批准"),
        lazystr("请在 %(day)s 前缴费。"),
        lambda _subject, _payload: Told((reader.pk,), {"number": "4201 0126 1109 017", "day": "2026-11-20"}),
        sample={"number": "4201 0126 1109 017", "day": "2026-11-20"},
    )
    monkeypatch.setitem(registry.messages, CODE, made)
    return made


@pytest.fixture
def change_spec(spec: MessageSpec, monkeypatch: pytest.MonkeyPatch) -> Change:
    def change(**changes: Any) -> None:
        monkeypatch.setitem(registry.messages, CODE, replace(spec, **changes))

    return change


@pytest.fixture
def tell(spec: MessageSpec) -> Tell:
    """Promise a message as a transition would, and return the id of its event."""

    def promise(event: uuid.UUID | None = None) -> uuid.UUID:
        event = event or uuid.uuid4()
        payload = {"code": CODE, "subject": str(uuid.uuid4()), "event": str(event)}
        with transaction.atomic():
            outbox.promise(MESSAGE_TOPIC, key=str(event), payload=payload)
        return event

    return promise


@pytest.fixture
def told(tell: Tell) -> Message:
    """A message that was told; nothing of it has left the house yet."""
    event = tell()
    outbox.attempt(Promise.objects.get(topic=MESSAGE_TOPIC).pk)
    return Message.objects.get(event=event)


@pytest.fixture
def sms() -> Ledger:
    return Ledger("sms")


@pytest.fixture
def email() -> Ledger:
    return Ledger("email")


@pytest.fixture
def later() -> Later:
    """Keep every promise due by then, in steps short enough for backoff and polling; returns how many were tried."""

    def run(**span: float) -> int:
        until = clock.now() + timedelta(**span)
        moment, done = clock.now(), 0
        while moment < until:
            moment += timedelta(seconds=10)
            with clock.set_to(moment):
                done += outbox.run_due()
        return done

    return run

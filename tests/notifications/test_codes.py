"""A one-time code leaves once, in words made by accounts, and not after it has become useless."""

from datetime import timedelta

import pytest

from portal.accounts import services
from portal.accounts.models import PhoneCode
from portal.common import clock, outbox
from portal.common.models import Promise
from portal.common.simulation import Ledger
from portal.notifications import one_time_codes
from portal.notifications.models import Message

PHONE = "13800000009"
pytestmark = pytest.mark.django_db


@pytest.fixture
def code() -> PhoneCode:
    return services.request_code(PHONE, purpose=PhoneCode.SIGN_UP, address="192.0.2.1", language="zh-hans")


def test_the_code_reaches_the_phone_and_no_inbox(code: PhoneCode, sms: Ledger, email: Ledger) -> None:
    outbox.run_due()
    (entry,) = sms.entries()
    assert entry.body["to"] == PHONE
    assert code.code in entry.body["body"]
    assert not Message.objects.exists()
    assert not email.entries()


def test_five_runs_send_one(code: PhoneCode, sms: Ledger) -> None:
    row = Promise.objects.get(topic="sms.code")
    for attempt in range(1, 6):
        row.attempts = attempt
        one_time_codes.send(row)
    (entry,) = sms.entries()
    assert sms.count(entry.key) == 1


def test_an_answer_lost_on_the_way_does_not_send_twice(code: PhoneCode, sms: Ledger) -> None:
    sms.arm("lost")
    outbox.run_due()
    with clock.set_to(clock.now() + timedelta(seconds=10)):
        outbox.run_due()
    (entry,) = sms.entries()
    assert sms.count(entry.key) == 1
    assert Promise.objects.get(topic="sms.code").done_at


def test_an_expired_code_is_not_sent(code: PhoneCode, sms: Ledger) -> None:
    with clock.set_to(clock.now() + timedelta(minutes=10)):
        outbox.run_due()
    assert not sms.entries()
    assert Promise.objects.get(topic="sms.code").done_at


def test_a_refused_number_is_given_up(code: PhoneCode, sms: Ledger) -> None:
    sms.arm("refuse")
    outbox.run_due()
    assert Promise.objects.dead().get().last_code == "sms.refused"
    assert not sms.entries()


def test_no_phone_and_no_code_lie_in_the_promise_or_the_log(
    code: PhoneCode, sms: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    sms.arm("down", -1)
    outbox.run_due()
    row = Promise.objects.get(topic="sms.code")
    for text in (str(row.payload), row.key, row.last_code, caplog.text):
        assert PHONE not in text
        assert code.code not in text

"""Channels: chosen by the settings, each complete in its folder, addresses masked, errors told apart."""

import smtplib
from typing import Any

import pytest
from django.core import checks, mail
from pytest_django import Settings

from portal.common.gateway import GatewayDown, GatewayRefused
from portal.notifications import channels
from portal.notifications.channels.base import Outcome
from portal.notifications.channels.email.contact import mask_email
from portal.notifications.channels.email.smtp import Adapter as Smtp


def test_the_settings_choose_and_switch_off(settings: Settings) -> None:
    settings.NOTIFICATION_CHANNELS = {"email": "smtp", "sms": ""}
    assert channels.names() == ("email",)
    assert isinstance(channels.gateway("email"), Smtp)
    with pytest.raises(LookupError):
        channels.gateway("sms")


def test_a_channel_or_adapter_that_does_not_exist_stops_the_start(settings: Settings) -> None:
    assert not [problem for problem in checks.run_checks() if problem.id == "notifications.E001"]
    settings.NOTIFICATION_CHANNELS = {"sms": "carrier_pigeon", "telegraph": "simulator"}
    found = [problem for problem in checks.run_checks() if problem.id == "notifications.E001"]
    assert len(found) == 2


@pytest.mark.parametrize("name", ["sms", "email"])
def test_a_twin_reports_later_and_keeps_its_word(name: str) -> None:
    channel: Any = channels.gateway(name)
    receipt = channel.send("to", "title", "body", key="k1")
    assert channel.send("to", "title", "other body", key="k1") == receipt
    assert channel.find("k1") == receipt
    assert channel.find("k2") is None
    assert channel.outcome(receipt.reference) is Outcome.PENDING
    (got,) = channel.received()
    assert got.body == "body"
    with pytest.raises(GatewayRefused):
        channel.outcome(f"{name}-nobody")


@pytest.mark.parametrize(
    ("address", "masked"), [("wang@example.com", "w***@example.com"), ("w@x.cn", "w***@x.cn"), ("broken", "***")]
)
def test_an_address_is_masked(address: str, masked: str) -> None:
    assert mask_email(address) == masked


def test_smtp_sends_under_one_message_id(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "证件网办 <portal@portal.example>"
    receipt = Smtp().send("reader@example.com", "标题", "正文", key="k1")
    assert receipt == Smtp().send("reader@example.com", "标题", "正文", key="k1")
    assert receipt.reference == "<k1@portal.example>"
    assert [letter.message()["Message-ID"] for letter in mail.outbox] == [receipt.reference] * 2
    assert Smtp().find("k1") is None
    assert Smtp().outcome(receipt.reference) is Outcome.UNREPORTED


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (smtplib.SMTPRecipientsRefused({"reader@example.com": (550, b"no such user")}), GatewayRefused),
        (smtplib.SMTPRecipientsRefused({"reader@example.com": (451, b"later")}), GatewayDown),
        (smtplib.SMTPDataError(554, b"refused"), GatewayRefused),
        (smtplib.SMTPAuthenticationError(535, b"password of ours"), GatewayDown),
        (smtplib.SMTPServerDisconnected("gone"), GatewayDown),
        (TimeoutError("reader@example.com"), GatewayDown),
    ],
)
def test_smtp_tells_passing_errors_from_permanent_ones_and_quotes_no_address(
    error: Exception, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr(mail.EmailMessage, "send", fail)
    with pytest.raises(expected) as raised:
        Smtp().send("reader@example.com", "标题", "正文", key="k1")
    assert "reader" not in str(raised.value)
    assert raised.value.__suppress_context__

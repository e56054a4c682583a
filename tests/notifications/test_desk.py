"""The desk list: what reached nobody is seen by the right officials, with masks, and sent anew by a named act."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.common import outbox
from portal.common.models import AuditEntry, Promise
from portal.common.simulation import Ledger
from portal.notifications.models import Delivery, Message
from tests.factories import accounts
from tests.notifications.conftest import Later, Tell

LIST = "admin:notifications_undeliverablemessage_changelist"
Desk = Callable[..., Client]


@pytest.fixture
def desk(db: None) -> Desk:
    """Sign an official in with a verified second factor."""

    def sign_in(role: str = "officer", authority: str = "420100") -> Client:
        signed_in: Client = accounts.sign_in(Client(), accounts.official(role, authority=authority))
        return signed_in

    return sign_in


@pytest.fixture
def lost(told: Message, later: Later, sms: Ledger, email: Ledger) -> Message:
    sms.arm("bounce")
    email.arm("bounce")
    later(minutes=1)
    Message.objects.update(authority="420100")
    told.refresh_from_db()
    assert told.undeliverable_at
    return told


def test_an_officer_sees_what_reached_nobody_with_masks(lost: Message, desk: Desk, reader: User) -> None:
    html = desk().get(reverse(LIST)).content.decode()
    assert "已批准" in html
    assert "138****0001" in html
    assert "没送到，被退回" in html
    assert reader.phone not in html
    assert reader.email not in html


@pytest.mark.parametrize("authority", ["420100", "420000", "000000"])
def test_the_authority_its_province_and_the_nation_see_a_row(lost: Message, desk: Desk, authority: str) -> None:
    assert "已批准" in desk(authority=authority).get(reverse(LIST)).content.decode()


@pytest.mark.parametrize("authority", ["110000", "420200"])
def test_rows_outside_the_jurisdiction_do_not_exist(lost: Message, desk: Desk, authority: str) -> None:
    client = desk(authority=authority)
    assert "已批准" not in client.get(reverse(LIST)).content.decode()
    client.post(reverse(LIST), {"action": "send_again", "_selected_action": [str(lost.pk)]})
    assert {row.round for row in Delivery.objects.all()} == {0}
    assert not AuditEntry.objects.filter(action="message.sent_again").exists()


def test_sending_anew_is_audited_and_takes_the_row_off_the_list(
    lost: Message, desk: Desk, later: Later, sms: Ledger
) -> None:
    client = desk()
    answer = client.post(
        reverse(LIST), {"action": "send_again", "_selected_action": [str(lost.pk)]}, follow=True
    ).content.decode()
    assert "已重新发送 1 条消息。" in answer
    assert "已批准" not in answer
    later(minutes=1)
    assert {row.state for row in Delivery.objects.all()} == {Delivery.DELIVERED}
    assert len(sms.entries()) == 2
    (entry,) = AuditEntry.objects.filter(action="message.sent_again")
    assert entry.actor.startswith("officer:")


def test_an_auditor_looks_and_does_not_send(lost: Message, desk: Desk) -> None:
    client = desk(role="auditor")
    html = client.get(reverse(LIST)).content.decode()
    assert "已批准" in html
    assert 'value="send_again"' not in html
    client.post(reverse(LIST), {"action": "send_again", "_selected_action": [str(lost.pk)]})
    assert {row.round for row in Delivery.objects.all()} == {0}


def test_nothing_is_typed_or_deleted(lost: Message, desk: Desk) -> None:
    client = desk()
    address = reverse("admin:notifications_undeliverablemessage_change", args=[lost.pk])
    html = client.get(address).content.decode()
    assert "请在 2026-11-20 前缴费。" in html
    assert client.post(address, {"code": "other"}).status_code == 403
    delete = reverse("admin:notifications_undeliverablemessage_delete", args=[lost.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    add = reverse("admin:notifications_undeliverablemessage_add")
    assert client.post(add, {}).status_code == 403
    assert Message.objects.count() == 1


def test_the_list_costs_the_same_for_one_row_and_for_ten(
    tell: Tell, desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for channel in ("sms", "email"):
        Ledger(channel).arm("refuse", -1)
    for _ in range(10):
        tell()
    outbox.run_due()
    assert Message.objects.undeliverable().count() == 10
    client = desk()
    client.get(reverse(LIST))
    with django_assert_max_num_queries(12):
        client.get(reverse(LIST))
    assert not Promise.objects.dead().exists()

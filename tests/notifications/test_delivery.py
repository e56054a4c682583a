"""A message reaches the provider once, whatever breaks in between, and what cannot be delivered reaches a person."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from pytest_django import Settings

from portal.accounts.models import User
from portal.common import clock, outbox, registry
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Promise
from portal.common.simulation import Ledger
from portal.common.unmet import Refused
from portal.notifications import channels, delivery, invariants, services
from portal.notifications.models import Delivery, Message
from tests.notifications.conftest import Change, Later, Tell

OFFICER = Acting("officer", "o1", "420100")


class Killed(BaseException):
    """Stands for kill -9: no handler catches it."""


def only_sms(message: Message) -> Delivery:
    return message.deliveries.get(channel="sms")


def no_email(user: User) -> None:
    user.email = ""
    user.save()


def breaches() -> list[str]:
    return [line for check in invariants.ALL.values() for line in check()]


def test_deliver_run_five_times_is_one_acceptance(told: Message, later: Later, sms: Ledger) -> None:
    row = Promise.objects.get(topic=delivery.TOPIC, key=only_sms(told).key)
    for _ in range(5):
        with pytest.raises(outbox.Again):
            delivery.deliver(row)
    later(seconds=20)
    (entry,) = sms.entries()
    assert entry.key == str(only_sms(told).pk)
    assert sms.count(entry.key) == 1
    assert only_sms(told).attempts == 1


def test_killed_between_acceptance_and_record_it_is_found_not_sent_again(
    told: Message, later: Later, sms: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> bool:
        raise Killed

    row = Promise.objects.get(topic=delivery.TOPIC, key=only_sms(told).key)
    with monkeypatch.context() as killing:
        killing.setattr(Delivery, "moved", die)
        with pytest.raises(Killed):
            outbox.attempt(row.pk)
    assert len(sms.entries()) == 1
    assert only_sms(told).state == Delivery.WAITING
    assert only_sms(told).provider_reference == ""
    later(minutes=3)
    (entry,) = sms.entries()
    assert sms.count(entry.key) == 1
    assert only_sms(told).state == Delivery.DELIVERED
    assert only_sms(told).provider_reference == f"sms-{entry.key}"
    assert only_sms(told).attempts == 1


def test_killed_before_the_call_it_is_sent_after_restart(
    told: Message, later: Later, sms: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise Killed

    row = Promise.objects.get(topic=delivery.TOPIC, key=only_sms(told).key)
    with monkeypatch.context() as killing:
        killing.setattr(channels.gateway("sms").__class__, "send", die)
        with pytest.raises(Killed):
            outbox.attempt(row.pk)
    assert sms.entries() == []
    later(minutes=3)
    (entry,) = sms.entries()
    assert sms.count(entry.key) == 1
    assert only_sms(told).state == Delivery.DELIVERED


def test_an_answer_lost_on_the_way_is_reconciled_by_asking(told: Message, later: Later, sms: Ledger) -> None:
    sms.arm("lost")
    later(minutes=1)
    (entry,) = sms.entries()
    assert sms.count(entry.key) == 1
    assert only_sms(told).state == Delivery.DELIVERED


def test_a_request_doubled_on_the_way_is_one_message(told: Message, later: Later, sms: Ledger) -> None:
    sms.arm("double")
    later(minutes=1)
    (entry,) = sms.entries()
    assert sms.count(entry.key) == 2
    assert only_sms(told).state == Delivery.DELIVERED


def test_a_provider_that_is_down_for_a_while_is_tried_again(told: Message, later: Later, sms: Ledger) -> None:
    sms.arm("down", 3)
    later(minutes=3)
    assert only_sms(told).state == Delivery.DELIVERED
    assert len(sms.entries()) == 1


def test_a_bounce_goes_to_the_next_channel(
    tell: Tell, change_spec: Change, later: Later, sms: Ledger, email: Ledger
) -> None:
    change_spec(at_once=False)
    sms.arm("bounce")
    tell()
    outbox.run_due()
    assert len(sms.entries()) == 1
    assert email.entries() == []
    later(minutes=1)
    message = Message.objects.get()
    assert only_sms(message).state == Delivery.BOUNCED
    assert message.deliveries.get(channel="email").state == Delivery.DELIVERED
    assert len(email.entries()) == 1
    assert message.undeliverable_at is None


def test_without_a_bounce_the_next_channel_stays_quiet(
    tell: Tell, change_spec: Change, later: Later, sms: Ledger, email: Ledger
) -> None:
    change_spec(at_once=False)
    tell()
    later(minutes=1)
    assert len(sms.entries()) == 1
    assert email.entries() == []
    assert Delivery.objects.get().state == Delivery.DELIVERED


def test_one_channel_bounced_and_the_other_arrived_needs_nobody(told: Message, later: Later, sms: Ledger) -> None:
    sms.arm("bounce")
    later(minutes=1)
    told.refresh_from_db()
    assert told.undeliverable_at is None
    assert not breaches()


@pytest.mark.parametrize("fault", ["bounce", "refuse"])
def test_when_every_channel_fails_a_person_is_called_and_sends_it_anew(
    fault: str, told: Message, later: Later, sms: Ledger, email: Ledger
) -> None:
    sms.arm(fault)
    email.arm(fault)
    later(minutes=1)
    assert list(Message.objects.undeliverable()) == [told]
    assert not breaches()
    assert services.send_again(told.pk, acting=OFFICER) == ["sms", "email"]
    later(minutes=1)
    assert not Message.objects.undeliverable().exists()
    assert {row.state for row in told.deliveries.all()} == {Delivery.DELIVERED}
    assert {row.key for row in told.deliveries.all()} == {f"{row.pk}.1" for row in told.deliveries.all()}
    assert AuditEntry.objects.get(chain=f"message:{told.pk}").action == "message.sent_again"
    call_command("verify_audit")


def test_a_provider_that_stays_down_ends_with_a_person(told: Message, later: Later, sms: Ledger, reader: User) -> None:
    no_email(reader)
    told.deliveries.filter(channel="email").delete()
    sms.arm("down", -1)
    later(hours=3)
    told.refresh_from_db()
    assert only_sms(told).state == Delivery.FAILED
    assert only_sms(told).reason == "gateway_down"
    assert told.undeliverable_at is not None
    assert Promise.objects.dead().count() == 1
    assert not breaches()


def test_an_outcome_that_never_comes_counts_as_lost_after_a_day(told: Message, sms: Ledger, email: Ledger) -> None:
    sms.arm("slow")
    email.arm("slow")
    outbox.run_due()
    with clock.set_to(clock.now() + timedelta(minutes=20)):
        outbox.run_due()
        assert only_sms(told).state == Delivery.SENT
    for entry in [*sms.entries(), *email.entries()]:
        book = sms if entry in sms.entries() else email
        book.update(entry.key, state="accepted", known_at=(clock.now() + timedelta(days=9)).isoformat())
    with clock.set_to(clock.now() + timedelta(hours=25)):
        outbox.run_due()
    told.refresh_from_db()
    assert (only_sms(told).state, only_sms(told).reason) == (Delivery.FAILED, "no_report")
    assert told.undeliverable_at is not None


def test_a_message_read_in_the_inbox_needs_no_person(
    told: Message, later: Later, sms: Ledger, email: Ledger, reader: User
) -> None:
    sms.arm("bounce")
    email.arm("bounce")
    services.open_message(reader, told.pk)
    later(minutes=1)
    told.refresh_from_db()
    assert told.undeliverable_at is None
    assert not breaches()


def test_a_reader_without_any_address_is_on_the_desk_list_at_once(tell: Tell, reader: User) -> None:
    no_email(reader)
    reader.phone = ""
    reader.save()
    tell()
    outbox.run_due()
    message = Message.objects.get()
    assert message.undeliverable_at is not None
    assert not Delivery.objects.exists()
    with pytest.raises(Refused) as refused:
        services.send_again(message.pk, acting=OFFICER)
    assert [reason.code for reason in refused.value.unmet] == ["message.no_address"]
    assert not AuditEntry.objects.exists()


def test_a_message_for_the_inbox_alone_leaves_no_house(
    tell: Tell, change_spec: Change, sms: Ledger, email: Ledger
) -> None:
    change_spec(channels=("inbox",))
    tell()
    outbox.run_due()
    message = Message.objects.get()
    assert message.undeliverable_at is None
    assert not Delivery.objects.exists()
    assert not sms.entries()
    assert not email.entries()


def test_sending_anew_is_refused_where_nothing_failed_and_outside_the_jurisdiction(
    told: Message, later: Later, sms: Ledger, email: Ledger
) -> None:
    with pytest.raises(Refused) as refused:
        services.send_again(told.pk, acting=OFFICER)
    assert [reason.code for reason in refused.value.unmet] == ["message.not_undeliverable"]
    sms.arm("bounce")
    email.arm("bounce")
    later(minutes=1)
    Message.objects.update(authority="110000")
    with pytest.raises(Refused) as refused:
        services.send_again(told.pk, acting=OFFICER)
    assert [reason.code for reason in refused.value.unmet] == ["jurisdiction"]
    assert not AuditEntry.objects.exists()
    assert {row.round for row in told.deliveries.all()} == {0}


def test_a_channel_switched_off_meanwhile_is_no_dead_end(told: Message, settings: Settings, later: Later) -> None:
    settings.NOTIFICATION_CHANNELS = {"email": "simulator", "sms": ""}
    later(minutes=1)
    assert only_sms(told).reason == "channel_off"
    assert told.deliveries.get(channel="email").state == Delivery.DELIVERED


def test_a_forgotten_promise_is_a_breach(told: Message) -> None:
    assert not breaches()
    Promise.objects.all().delete()
    assert len(breaches()) == 2
    assert invariants.ALL.items() <= registry.invariants.items()


def test_an_unseen_loss_is_a_breach(told: Message) -> None:
    Delivery.objects.update(state=Delivery.BOUNCED, settled_at=clock.now())
    assert breaches() == [f"message {told.pk} reached nobody and is on no list"]

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from payments.gateways.base import Forged
from payments.gateways.simulator import cashier, signing
from payments.models import Callback, Charge, LedgerEntry
from portal.common import clock
from portal.common.crypto import keyed_hash
from portal.common.models import AuditEntry, Event
from tests.factories.payments import approved, keep, pay_at_the_cashier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money_is_right")]

Post = Callable[..., Any]
WRONG_KEY = "d3Jvbmcta2V5LXdyb25nLWtleS13cm9uZy1rZXktMTI="


@pytest.fixture
def charge() -> Charge:
    row = approved().start()
    cashier.books().arm("lost")
    pay_at_the_cashier(row)
    return row


@pytest.fixture
def post() -> Post:
    client = Client(enforce_csrf_checks=True)

    def send(body: bytes, headers: dict[str, str], name: str = "simulator") -> Any:
        address = reverse("payments:callback", args=[name])
        return client.post(address, data=body, content_type="application/json", headers=headers)

    return send


def message(about: Charge, **changes: Any) -> bytes:
    told = json.loads(cashier.message_about(cashier.reference_of(about.pk)))
    return json.dumps({**told, **changes}).encode()


def state() -> tuple[Any, ...]:
    events = Event.objects.count()
    return (events, LedgerEntry.objects.count(), *Charge.objects.order_by("pk").values_list("status", flat=True))


def test_a_genuine_callback_is_booked_over_http(charge: Charge, post: Post) -> None:
    body = message(charge)
    headers = signing.signed_headers(body)
    assert post(body, headers).status_code == 200
    charge.refresh_from_db()
    assert charge.status == "captured"
    before = state()
    assert [post(body, headers).status_code for _ in range(4)] == [200] * 4
    assert post(body, signing.signed_headers(body)).status_code == 200
    assert state() == before
    assert (
        list(Callback.objects.order_by("received_at").values_list("verdict", flat=True))
        == ["booked"] + ["repeated"] * 5
    )


def forged_signature(body: bytes) -> dict[str, str]:
    return {**signing.signed_headers(body), signing.SIGNATURE: secrets.token_hex(32)}


def other_key(body: bytes) -> dict[str, str]:
    headers = signing.signed_headers(body)
    timestamp, nonce = headers[signing.TIMESTAMP], headers[signing.NONCE]
    return {**headers, signing.SIGNATURE: keyed_hash(WRONG_KEY, "callback", timestamp, nonce, body)}


def stale(body: bytes) -> dict[str, str]:
    with clock.set_to(clock.now() - timedelta(seconds=301)):
        return signing.signed_headers(body)


def from_the_future(body: bytes) -> dict[str, str]:
    with clock.set_to(clock.now() + timedelta(seconds=302)):
        return signing.signed_headers(body)


def moved_time(body: bytes) -> dict[str, str]:
    with clock.set_to(clock.now() - timedelta(seconds=400)):
        headers = signing.signed_headers(body)
    return {**headers, signing.TIMESTAMP: str(int(clock.now().timestamp()))}


def other_nonce(body: bytes) -> dict[str, str]:
    return {**signing.signed_headers(body), signing.NONCE: secrets.token_hex(16)}


def other_body(body: bytes) -> dict[str, str]:
    return signing.signed_headers(body + b" ")


@pytest.mark.parametrize(
    "sign", [forged_signature, other_key, stale, from_the_future, moved_time, other_nonce, other_body, lambda _: {}]
)
def test_an_unproven_callback_leaves_an_audit_row_and_nothing_else(
    charge: Charge, post: Post, sign: Callable[[bytes], dict[str, str]]
) -> None:
    before = state()
    body = message(charge)
    assert post(body, sign(body)).status_code == 401
    assert state() == before
    assert Callback.objects.get().verdict == "forged"
    entry = AuditEntry.objects.get(action="callback.forged")
    assert (entry.chain, entry.subject) == (charge.chain, f"charge:{charge.pk}")
    keep_truth()


def keep_truth() -> None:
    """The cashier did take the money: reconciliation finds it, whatever was forged."""
    with clock.set_to(clock.now() + timedelta(minutes=2)):
        keep()


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"\x00\xff", b'{"charge": 7}', b'{"charge": "x"}', b"[" * 16_000, b"x" * 16_000],
)
def test_nonsense_is_refused_without_an_error(charge: Charge, post: Post, body: bytes) -> None:
    assert post(body, {}).status_code == 401
    assert AuditEntry.objects.get(action="callback.forged").chain == "payments"
    keep_truth()


def test_a_signed_message_that_cannot_be_read_is_refused(charge: Charge, post: Post) -> None:
    for body in (b"{}", b"7", b"\xff", message(charge, amount_fen="x"), message(charge, state="rich")):
        assert post(body, signing.signed_headers(body)).status_code == 401
    assert set(Callback.objects.values_list("verdict", flat=True)) == {"forged"}
    keep_truth()


def test_too_long_a_message_and_an_unknown_provider_leave_nothing(charge: Charge, post: Post) -> None:
    body = message(charge)
    assert post(b"x" * 16_385, {}).status_code == 400
    assert post(body, signing.signed_headers(body), "other").status_code == 400
    assert not Callback.objects.exists()
    keep_truth()


@override_settings(PAYMENT_PROVIDER="bank")
def test_the_simulator_is_not_believed_where_it_does_not_take_the_money(charge: Charge, post: Post) -> None:
    body = message(charge)
    assert post(body, signing.signed_headers(body)).status_code == 400
    charge.refresh_from_db()
    assert charge.status == "started"


def test_a_genuine_message_about_an_unknown_charge_is_kept_and_named(post: Post) -> None:
    row = approved().start()
    content = message(row, charge="0d5e5a3e-0000-4000-8000-000000000000", state="captured")
    assert post(content, signing.signed_headers(content)).status_code == 200
    assert Callback.objects.get().verdict == "unknown"
    assert AuditEntry.objects.get(action="callback.unknown").chain == "payments"
    row.refresh_from_db()
    assert row.status == "started"


def test_a_genuine_message_that_contradicts_the_books_changes_nothing_and_is_named(charge: Charge, post: Post) -> None:
    booked, other = message(charge), message(charge, amount_fen=1)
    post(booked, signing.signed_headers(booked))
    before = state()
    assert post(other, signing.signed_headers(other)).status_code == 200
    assert state() == before
    assert AuditEntry.objects.get(action="callback.mismatch").chain == charge.chain


def test_a_genuine_message_about_the_charge_of_another_provider_is_not_believed(charge: Charge, post: Post) -> None:
    body = message(charge)
    Charge.objects.filter(pk=charge.pk).update(provider="bank")
    before = state()
    post(body, signing.signed_headers(body))
    assert state() == before
    assert Callback.objects.get().verdict == "unknown"
    Charge.objects.filter(pk=charge.pk).update(provider="simulator")
    keep_truth()


def test_one_sender_cannot_fill_the_tables_with_forgeries(charge: Charge, post: Post) -> None:
    cache.clear()
    answers = {post(b"{}", {}).status_code for _ in range(40)}
    assert answers == {401}
    assert Callback.objects.count() == 30
    keep_truth()


def test_only_post_is_answered() -> None:
    assert Client().get(reverse("payments:callback", args=["simulator"])).status_code == 405


def test_the_body_lies_sealed(charge: Charge, post: Post) -> None:
    from django.db import connection

    body = message(charge)
    post(body, signing.signed_headers(body))
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM payments_callback")
        assert cashier.reference_of(charge.pk) not in cursor.fetchone()[0]
    assert json.loads(Callback.objects.get().body)["charge"] == str(charge.pk)


def test_verifying_says_why_it_refuses() -> None:
    with pytest.raises(Forged, match="signature"):
        cashier.SimulatedCashier().verify_callback({}, b"{}")

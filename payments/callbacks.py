"""Callbacks received: proven, booked once, kept with their verdict, and named in the audit when they are odd."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from payments import gateways
from payments.gateways.base import CallbackFacts, Forged
from payments.models import CALLBACK_MAX_BYTES, Callback, Charge
from payments.settling import settle
from portal.common import audit, clock, throttle
from portal.common.acting import Acting

BOOKED, MALFORMED, UNPROVEN = 200, 400, 401
# What nobody can forge needs no remark: its status changes are in the audit already.
EXPECTED = frozenset({"booked", "failed", "ignored"})
CHAIN = "payments"
FORGED_LIMIT, FORGED_SECONDS = 30, 60


@dataclass(frozen=True)
class Answer:
    """What the sender is told: an HTTP status, and the verdict behind it."""

    status: int
    verdict: str


def receive(name: str, headers: Mapping[str, str], body: bytes, *, sender: str) -> Answer:
    """Take in one callback of the provider called `name`; the same one any number of times changes nothing more.

    The effect, the kept message and its audit link are one transaction, so that a sender who gets no answer can
    send again. A message that is not proven leaves a row and an audit link, and nothing else; `sender` (an address)
    bounds how many of those one sender can leave.
    """
    if name != settings.PAYMENT_PROVIDER or len(body) > CALLBACK_MAX_BYTES:
        return Answer(MALFORMED, "not_taken_in")
    try:
        facts = gateways.provider(name).verify_callback(headers, body)
    except Forged as forged:
        if throttle.spend("payments.forged", key=sender, limit=FORGED_LIMIT, seconds=FORGED_SECONDS):
            _keep_forged(name, body, forged)
        return Answer(UNPROVEN, "forged")
    try:
        with transaction.atomic():
            return Answer(BOOKED, _book(name, facts, body))
    except IntegrityError:
        if not Callback.objects.filter(provider=name, nonce=facts.nonce).exists():
            raise
        # The same message, twice at the same moment: the other one was booked.
        return Answer(BOOKED, "repeated")


def _book(name: str, facts: CallbackFacts, body: bytes) -> str:
    charge = Charge.objects.select_related("order").filter(pk=facts.charge_id, provider=name).first()
    verdict = settle(charge.pk, facts.outcome) if charge else "unknown"
    is_known = Callback.objects.filter(provider=name, nonce=facts.nonce).exists()
    _keep(
        Callback(
            provider=name,
            charge=charge,
            provider_reference=facts.outcome.reference[:80],
            nonce="" if is_known else facts.nonce,
            verdict=verdict,
        ),
        body,
        code="replayed" if is_known else "",
    )
    return verdict


def _keep_forged(name: str, body: bytes, forged: Forged) -> None:
    claimed: UUID | None = forged.charge_id
    charge = Charge.objects.select_related("order").filter(pk=claimed).first() if claimed else None
    with transaction.atomic():
        _keep(Callback(provider=name, charge=charge, verdict="forged"), body, code=forged.code)


def _keep(row: Callback, body: bytes, *, code: str) -> None:
    row.received_at = clock.now()
    row.digest = hashlib.sha256(body).hexdigest()
    row.body = body.decode("utf-8", "replace")
    row.save(force_insert=True)
    if row.verdict in EXPECTED:
        return
    audit.append(
        row.charge.chain if row.charge else CHAIN,
        f"callback.{row.verdict}",
        acting=Acting("provider", row.provider),
        content={"callback": str(row.pk), "digest": row.digest, "code": code},
        subject=f"charge:{row.charge_id}" if row.charge_id else f"callback:{row.pk}",
    )

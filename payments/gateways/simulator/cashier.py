"""The embedded twin of a payment provider: a cashier with books of its own, who can be late, lost, doubled or wrong.

Its books hold one entry for each charge ("order"), one for how the charge ended (":end", the first decision counts)
and one for each refund. What it owes the portal as a message is written by `decide`; `delivery` carries it.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from payments.gateways.base import CallbackFacts, Forged, Money, Outcome, PaymentProvider, Started
from payments.gateways.simulator import signing
from portal.common import clock
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.simulation import Entry, Ledger

LEDGER = "cashier"
WINDOW = timedelta(minutes=30)
SHORT_BY_FEN = 100
FAULTS = {
    "down": _("不应答"),
    "times_out": _("照办了，但不回话"),
    "late": _("通知晚 2 分钟到"),
    "double": _("通知发两遍"),
    "lost": _("通知丢失"),
    "forged": _("先到一条伪造的通知"),
    "wrong_amount": _("少收 1 元"),
    "refuses_refund": _("拒绝退款"),
}


def books() -> Ledger:
    """Return the cashier's own books."""
    return Ledger(LEDGER)


def reference_of(charge_id: UUID) -> str:
    """Return the cashier's reference of a charge."""
    return f"SIM{charge_id.hex}"


def _end_key(reference: str) -> str:
    return f"{reference}:end"


def find(reference: str, token: str) -> Entry | None:
    """Return the order a cashier page is for; None for an unknown reference or a wrong token alike."""
    entry = books().get(reference)
    known = hmac.compare_digest(signing.page_token(reference).encode(), token.encode())
    return entry if entry and known else None


def outcome_of(reference: str) -> Outcome:
    """Say from the books where the money of an order is; an unpaid one ends with its window."""
    order = books().get(reference)
    if order is None:
        return Outcome(Money.UNKNOWN)
    end = books().get(_end_key(reference))
    if end is None and clock.now() > order.at + WINDOW:
        end, _is_new = books().once(_end_key(reference), {"amount_fen": 0, "code": "expired"}, state="failed")
    if end is None:
        return Outcome(Money.PENDING, reference=reference)
    return Outcome(Money(end.state), end.body["amount_fen"], reference, end.body.get("code", ""))


@dataclass(frozen=True)
class Decision:
    """How an order ended, and whether this call ended it."""

    outcome: Outcome
    is_new: bool


def decide(reference: str, *, pays: bool, code: str = "") -> Decision:
    """Book the payer's decision at the cashier; the first one counts, the window's end before any later one."""
    order = books().get(reference)
    if order is None or outcome_of(reference).state is not Money.PENDING:
        return Decision(outcome_of(reference), is_new=False)
    amount = order.body["amount_fen"] if pays else 0
    if pays and books().trips("wrong_amount"):
        amount -= SHORT_BY_FEN
    state = Money.CAPTURED if pays else Money.FAILED
    body = {"amount_fen": amount, "code": code}
    _end, is_new = books().once(_end_key(reference), body, state=state.value)
    return Decision(outcome_of(reference), is_new)


def turn_into_money(reference: str) -> None:
    """Let a failed order succeed after all, as banks sometimes do hours later."""
    order, end = books().get(reference), books().get(_end_key(reference))
    if order and end and end.state == Money.FAILED.value:
        paid = {"amount_fen": order.body["amount_fen"], "code": "late_success"}
        books().update(end.key, state=Money.CAPTURED.value, **paid)


def message_about(reference: str) -> bytes:
    """Return the body of the callback that tells how an order ended."""
    order, outcome = books().get(reference), outcome_of(reference)
    if order is None:
        raise KeyError(reference)
    content = {
        "charge": order.body["charge"],
        "reference": reference,
        "state": outcome.state.value,
        "amount_fen": outcome.amount_fen,
        "code": outcome.code,
    }
    return json.dumps(content, sort_keys=True).encode()


def taken_and_returned() -> tuple[dict[str, int], dict[str, int]]:
    """Return what the cashier took, by reference, and what it gave back, by refund key, in fen."""
    taken: dict[str, int] = {}
    returned: dict[str, int] = {}
    for entry in books().entries():
        if entry.key.endswith(":end") and entry.state == Money.CAPTURED.value:
            taken[entry.key.removesuffix(":end")] = entry.body["amount_fen"]
        elif entry.state == "refund":
            returned[entry.key] = entry.body["amount_fen"]
    return taken, returned


class SimulatedCashier(PaymentProvider):
    """The portal's side of the simulated cashier."""

    name = "simulator"
    label = _("模拟收银台")
    hint = _("演示用，不会真的扣钱")
    window = WINDOW
    reopens_for = timedelta(hours=24)

    def start(self, charge_id: UUID, *, amount_fen: int, description_code: str, return_url: str) -> Started:
        """Make the charge known; the same `charge_id` twice is one charge."""
        books().answer_or_fail()
        reference = reference_of(charge_id)
        body = {
            "charge": str(charge_id),
            "amount_fen": amount_fen,
            "description": description_code,
            "return_url": return_url,
        }
        entry, is_new = books().once(reference, body, state="order")
        if not is_new and entry.body["amount_fen"] != amount_fen:
            raise GatewayRefused("other_amount")
        self._perhaps_fall_silent()
        return Started(reverse("cashier:page", args=[reference, signing.page_token(reference)]), reference)

    def query(self, charge_id: UUID) -> Outcome:
        """Say where the money is."""
        books().answer_or_fail()
        return outcome_of(reference_of(charge_id))

    def close(self, charge_id: UUID) -> Outcome:
        """Take no more money for the charge."""
        books().answer_or_fail()
        reference = reference_of(charge_id)
        decide(reference, pays=False, code="closed")
        return outcome_of(reference)

    def refund(self, reference: str, *, amount_fen: int, key: str) -> None:
        """Give money back; never more than was taken."""
        books().answer_or_fail()
        if books().trips("refuses_refund"):
            raise GatewayRefused("refund_refused")
        taken = outcome_of(reference)
        given = sum(
            e.body["amount_fen"]
            for e in books().entries()
            if e.state == "refund" and e.body["reference"] == reference and e.key != key
        )
        if taken.state is not Money.CAPTURED or given + amount_fen > taken.amount_fen:
            raise GatewayRefused("more_than_taken")
        books().once(key, {"reference": reference, "amount_fen": amount_fen}, state="refund")
        self._perhaps_fall_silent()

    def verify_callback(self, headers: Mapping[str, str], body: bytes) -> CallbackFacts:
        """Return what a callback says; raises Forged."""
        try:
            nonce = signing.check(headers, body)
        except Forged as forged:
            raise Forged(forged.code, _claimed_charge(body)) from forged
        try:
            told = json.loads(body)
            outcome = Outcome(Money(told["state"]), int(told["amount_fen"]), str(told["reference"]), str(told["code"]))
            return CallbackFacts(UUID(told["charge"]), outcome, nonce)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Forged("malformed") from error

    def _perhaps_fall_silent(self) -> None:
        if books().trips("times_out"):
            raise GatewayDown


def _claimed_charge(body: bytes) -> UUID | None:
    """Return the charge an unproven message names, for the audit alone."""
    try:
        return UUID(json.loads(body)["charge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None

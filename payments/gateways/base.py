"""What the portal asks of a payment provider: its protocol, its answers and its errors."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from uuid import UUID

from portal.common.unmet import Text


class Money(Enum):
    """Where the money of a charge is, in the provider's words."""

    PENDING = "pending"
    CAPTURED = "captured"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """The provider's word about one charge: `amount_fen` is what it took, 0 unless captured; `code` says why not."""

    state: Money
    amount_fen: int = 0
    reference: str = ""
    code: str = ""


@dataclass(frozen=True)
class Started:
    """A charge the provider knows: where the payer goes, and the provider's own reference."""

    url: str
    reference: str


@dataclass(frozen=True)
class CallbackFacts:
    """What a genuine callback says; `nonce` names this one message."""

    charge_id: UUID
    outcome: Outcome
    nonce: str


class Forged(Exception):
    """The message is not the provider's, or not fresh; `charge_id` is what it claims to be about, if readable."""

    def __init__(self, code: str, charge_id: UUID | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.charge_id = charge_id


class PaymentProvider(ABC):
    """One payment provider. Every method but `verify_callback` may raise GatewayDown; trying again is safe."""

    name: str
    label: Text
    hint: Text
    # How long a charge may be paid after its start, and how long after its end it may still turn into money.
    window: timedelta
    reopens_for: timedelta

    @abstractmethod
    def start(self, charge_id: UUID, *, amount_fen: int, description_code: str, return_url: str) -> Started:
        """Make the charge known; the same `charge_id` twice is one charge. Raises GatewayRefused."""

    @abstractmethod
    def query(self, charge_id: UUID) -> Outcome:
        """Say where the money is. Asked by our own key: the reference is not known when `start` got no answer."""

    @abstractmethod
    def close(self, charge_id: UUID) -> Outcome:
        """Take no more money for the charge, and say how it ended: captured when the payer was faster."""

    @abstractmethod
    def refund(self, reference: str, *, amount_fen: int, key: str) -> None:
        """Give money back the way it came; the same `key` twice is one refund. Raises GatewayRefused."""

    @abstractmethod
    def verify_callback(self, headers: Mapping[str, str], body: bytes) -> CallbackFacts:
        """Return what a callback says; raises Forged for anything that is not proven to be the provider's."""

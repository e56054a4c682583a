"""The shared registers as the portal sees them: what each can prove of a person, and how it says no.

They spare people papers. The population register is asked through a gateway of its own, which answers for state
employees on file and exit bars as well.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from portal.common.gateway import GatewayRefused


class Register(StrEnum):
    """The registers; the values are those the documents' catalogue names its materials' registers by."""

    HOUSEHOLD = "household"
    RESIDENCE_PERMIT = "residence_permit"
    KINSHIP = "kinship"
    SOCIAL_INSURANCE = "social_insurance"
    ENTERPRISE = "enterprise"


class Matter(StrEnum):
    """What can be proven of somebody.

    A household; a residence permit in force; a relative in a place; an employer who insures them; the licence of
    this employer.
    """

    HOUSEHOLD = "household"
    RESIDENCE = "residence"
    RELATIVE = "relative"
    EMPLOYED = "employed"
    LICENCE = "licence"

    @property
    def register(self) -> Register:
        """The register that answers for it."""
        return _REGISTERS[self]


_REGISTERS = {
    Matter.HOUSEHOLD: Register.HOUSEHOLD,
    Matter.RESIDENCE: Register.RESIDENCE_PERMIT,
    Matter.RELATIVE: Register.KINSHIP,
    Matter.EMPLOYED: Register.SOCIAL_INSURANCE,
    Matter.LICENCE: Register.ENTERPRISE,
}


@dataclass(frozen=True, repr=False)
class Question:
    """A matter to be proven of the person with this number; `place` is HK, MO or TW where a relative is asked for."""

    citizen_number: str
    matter: Matter
    place: str = ""


@dataclass(frozen=True, repr=False)
class Proof:
    """What a register answered: whether the matter is proven, and the entry it rests on in the register's words."""

    citizen_number: str
    matter: Matter
    is_proven: bool
    entry: str = ""


class RequestReused(GatewayRefused):
    """Another question was asked under the same request_id."""

    def __init__(self) -> None:
        super().__init__("shared_register.request_reused")


class SharedRegisters(Protocol):
    """One question, put to the register that answers for its matter.

    A call ends within settings.GATEWAY_TIMEOUT_SECONDS: with a proof, with GatewayDown (ask again later with the same
    `request_id`) or with RequestReused. Somebody a register does not know is no error: nothing is proven of them.
    """

    def prove(self, question: Question, *, request_id: str) -> Proof:
        """Return what the register says; the caller compares number and matter with those it asked about."""
        ...

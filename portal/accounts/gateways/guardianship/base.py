"""The register of guardianship as the portal sees it: who is, or was, a child's guardian, and until when."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Relation(StrEnum):
    """How somebody came to be a guardian."""

    FATHER = "father"
    MOTHER = "mother"
    APPOINTED = "appointed"


@dataclass(frozen=True, repr=False)
class Guardian:
    """An entry of the register: whose, in what relation, its last day (None: until the child is of age), or revoked."""

    citizen_number: str
    name: str
    relation: Relation
    last_day: date | None
    is_revoked: bool

    def in_force(self, on: date) -> bool:
        """Tell whether the entry holds on a day; the last day itself counts."""
        return not self.is_revoked and (self.last_day is None or on <= self.last_day)


@dataclass(frozen=True, repr=False)
class Answer:
    """Every entry about the child with this number; none for a child the register does not know."""

    citizen_number: str
    guardians: tuple[Guardian, ...]


class GuardianshipRegister(Protocol):
    """The register's one question.

    A call ends within settings.GATEWAY_TIMEOUT_SECONDS: with an answer or with GatewayDown. A child it does not know is
    no error: the answer is empty.
    """

    def guardians_of(self, citizen_number: str, *, request_id: str) -> Answer:
        """Return the entries about a child; the caller compares the number with the one it asked about."""
        ...

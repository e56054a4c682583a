"""Owns what the rules look at: the facts of a person and what is asked for."""

from dataclasses import dataclass, replace
from datetime import date

from documents import catalog

ENDORSE = "endorse"
# A document reported so is not in the holder's hands; it can still be reissued for that reason.
REPORTED = ("lost", "stolen")


@dataclass(frozen=True)
class Held:
    """A document somebody holds: `state` is valid, lost, stolen, damaged or void.

    `pages_used` tells whether the visa pages are used up; None where nobody has said.
    """

    kind: str
    expires_on: date
    state: str = "valid"
    pages_used: bool | None = None

    def is_live(self, on: date) -> bool:
        """Tell whether it can still be replaced as a document in force: lost ones count, ended ones do not."""
        return self.state != "void" and self.expires_on >= on

    def rank(self, on: date) -> tuple[bool, bool, date]:
        """Say which of several of a kind is the one to be replaced: live before ended, unreported before reported."""
        return self.is_live(on), self.state not in REPORTED, self.expires_on


@dataclass(frozen=True)
class Live:
    """An endorsement in force: one of a type and place at a time."""

    destination: str
    letter: str


@dataclass(frozen=True)
class Facts:
    """What the rules look at: the day, the person, and what they hold; from registers or from answers.

    `firms` are the divisions of the registered enterprises that list the person, None where nobody has looked: then
    a registered employer is taken as given, like every paper.
    """

    on: date
    born: date
    hukou_code: str
    state_employee: bool
    military: bool
    fingerprints: bool
    exit_barred: bool
    in_mainland: bool
    holds: tuple[Held, ...]
    residence_code: str = ""
    endorsed: tuple[Live, ...] = ()
    firms: tuple[str, ...] | None = None

    def as_filed(self, filed: "Facts") -> "Facts":
        """Return the facts for approval.

        Age, household, documents, fingerprints and place count as at filing; state employment, service and exit
        bars are those of today.
        """
        return replace(filed, state_employee=self.state_employee, military=self.military, exit_barred=self.exit_barred)

    def held(self, kind: str) -> tuple[Held, ...]:
        """Return the documents of a kind."""
        return tuple(document for document in self.holds if document.kind == kind)


@dataclass(frozen=True)
class Want:
    """One request: a document of a kind for a reason, or an endorsement on a permit of that kind.

    `category` follows from the reason where it is not given; `identity_changed` stands for a change of name, sex,
    number or birth data. For an endorsement: `destination` HK, MO or TW, its `letter`, and an option as `1y2`;
    `is_accompanying` where a spouse or a child under 18 goes along with somebody who visits family.
    """

    kind: str
    reason: str = ""
    identity_changed: bool = False
    category: str = ""
    destination: str = ""
    letter: str = ""
    option: str = ""
    is_accompanying: bool = False

    @property
    def asked(self) -> str:
        """The category asked for."""
        if self.category:
            return self.category
        return catalog.reason(self.reason).category if self.reason in catalog.REASONS else ""

    @property
    def is_endorsement(self) -> bool:
        """Tell whether an endorsement is asked for, not the permit itself."""
        return self.category == ENDORSE

    @property
    def field(self) -> str:
        """The key of the request in a form: the kind, and for an endorsement its destination."""
        return f"{self.kind}.{self.destination}" if self.is_endorsement else self.kind

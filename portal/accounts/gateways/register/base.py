"""The population register as the portal sees it: what may be asked, what comes back, and how it says no."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from unicodedata import normalize

from portal.accounts.citizen_number import ResidencePermit, Sex
from portal.common.gateway import GatewayRefused

_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
# The dot between the parts of a name is typed in many ways; U+00B7 is the one that is stored.
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･．", "·"))


class HeldKind(StrEnum):
    """The kinds of document the register knows of; the values are the codes of the documents' catalogue."""

    PASSPORT = "PASSPORT"
    HKM_PERMIT = "HKM_PERMIT"
    TWN_PERMIT = "TWN_PERMIT"


class HeldState(StrEnum):
    """What the register says of a document: in force, past its last day, reported lost, or void."""

    VALID = "valid"
    EXPIRED = "expired"
    LOST = "lost"
    VOID = "void"


@dataclass(frozen=True, repr=False)
class HeldDocument:
    """A document somebody holds or held.

    expires_on is the last day of validity. issued_in is the six-digit code of the issuing city. surname and given
    are the Latin spelling printed in it; surname is empty for names that have none.
    """

    kind: HeldKind
    number: str
    issued_on: date
    expires_on: date
    state: HeldState
    issued_in: str
    surname: str
    given: str


@dataclass(frozen=True, repr=False)
class RegisterRecord:
    """What the register knows of one person.

    ethnic_group and birthplace are Chinese names (GB/T 3304; province, or country when born abroad). hukou_code is
    a six-digit code, empty for holders of a Hong Kong, Macao or Taiwan residence permit, who have no household
    registration; `residence_permit` says whose permit it is. residence_code is where a mainland residence permit
    (居住证) is registered, empty without one: it gives no right to the online service. exit_barred says that a bar
    exists, never why. in_mainland follows from the last recorded border crossing.
    """

    citizen_number: str
    name: str
    sex: Sex
    ethnic_group: str
    born: date
    birthplace: str
    hukou_code: str
    hukou_address: str
    residence_permit: ResidencePermit | None
    residence_code: str
    state_employee: bool
    military: bool
    fingerprints_on_file: bool
    exit_barred: bool
    in_mainland: bool
    holds: tuple[HeldDocument, ...]


@dataclass(frozen=True)
class FaceAnswer:
    """The register's judgment of a face: whether it is this person's, and how alike from 0 to 1."""

    match: bool
    score: float


class NoSuchPerson(GatewayRefused):
    """The register holds nobody under this number; asking again will not help."""

    def __init__(self) -> None:
        super().__init__("population_register.no_such_person")


class NameMismatch(GatewayRefused):
    """The number exists and belongs to another name; the register does not say to whose."""

    def __init__(self) -> None:
        super().__init__("population_register.name_mismatch")


class PictureUnreadable(GatewayRefused):
    """What was sent as a face picture cannot be read as a picture."""

    def __init__(self) -> None:
        super().__init__("population_register.picture_unreadable")


class PopulationRegister(Protocol):
    """The register's two questions.

    Every call ends within settings.GATEWAY_TIMEOUT_SECONDS: with an answer, with GatewayDown (ask again later with
    the same `request_id`) or with one of the permanent refusals above. `request_id` is the caller's idempotency key:
    a question repeated under it gets the first answer; another question under it raises GatewayRefused.
    """

    def look_up(self, citizen_number: str, name: str, *, request_id: str) -> RegisterRecord:
        """Return the record of the person who has both this number (normalised) and this name.

        Raises NoSuchPerson, NameMismatch, GatewayDown. The caller must compare the number in the answer with the
        one it asked for: a wrong answer is the register's fault, believing it would be ours.
        """
        ...

    def compare_face(self, citizen_number: str, picture: bytes, *, request_id: str) -> FaceAnswer:
        """Compare a live face picture (JPEG or PNG) with the portrait on file; the picture is not kept.

        Raises NoSuchPerson, PictureUnreadable, GatewayDown.
        """
        ...


def canonical_name(name: str) -> str:
    """Return the Chinese name as it is compared: no blanks, the dot U+00B7, compatibility ideographs as their own."""
    return _BLANKS.sub("", normalize("NFC", name).translate(_DOTS)).strip("·")

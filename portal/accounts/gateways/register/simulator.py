"""The embedded twin of the population register: synthetic people, its own books, and faults on demand.

It cannot recognise faces. Whether a face "matches" is a property of the synthetic person asked for; all it looks at
in the picture is that it can be decoded and is not a single colour. Nobody may take its answer for a comparison.

Faults (tests and the development page arm them): `down` no answer, nothing booked; `lost` the
question is booked and the answer is lost on the way; `slow` the answer is ready only after twice the timeout;
`wrong` another person's record, or the opposite judgment of a face.
"""

import hashlib
from datetime import date, datetime, timedelta
from io import BytesIO

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from portal.accounts.gateways.register import people
from portal.accounts.gateways.register.base import (
    FaceAnswer,
    NameMismatch,
    NoSuchPerson,
    PictureUnreadable,
    RegisterRecord,
    canonical_name,
)
from portal.accounts.gateways.register.people import DemoPerson
from portal.common import clock, crypto
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.simulation import Entry, Ledger

LEDGER = Ledger("register")
# States of the ledger's entries: a question asked, and the day from which a known person's terms are counted.
ANSWERED = "answered"
ANCHORED = "anchored"

_PICTURE_MAX_BYTES = 10 * 1024 * 1024
_PICTURE_MAX_PIXELS = 40_000_000
_SCORE_ALIKE = 0.93
_SCORE_UNLIKE = 0.21


class SimulatedRegister:
    """A PopulationRegister that knows only the synthetic people of people.toml."""

    def look_up(self, citizen_number: str, name: str, *, request_id: str) -> RegisterRecord:
        """See PopulationRegister.look_up."""
        asked = _digest("look_up", citizen_number, canonical_name(name))
        entry = _booked(request_id, asked)
        day = date.fromisoformat(entry.body["on"])
        found = people.find(citizen_number, on=day)
        if found is None:
            raise NoSuchPerson
        row, born = found
        if canonical_name(name) != row.name:
            raise NameMismatch
        if entry.body["wrong"]:
            return _somebody_else(citizen_number, on=day)
        return row.record(born=born, anchor=_anchor(citizen_number, first_asked=day), as_of=day)

    def compare_face(self, citizen_number: str, picture: bytes, *, request_id: str) -> FaceAnswer:
        """See PopulationRegister.compare_face; the answer is the person's property, see this module's docstring."""
        asked = _digest("compare_face", citizen_number, hashlib.sha256(picture).hexdigest())
        entry = _booked(request_id, asked)
        found = people.find(citizen_number, on=date.fromisoformat(entry.body["on"]))
        if found is None:
            raise NoSuchPerson
        match = found[0].face_matches and _shows_something(picture)
        if entry.body["wrong"]:
            match = not match
        return FaceAnswer(match=match, score=_SCORE_ALIKE if match else _SCORE_UNLIKE)


def list_people() -> tuple[DemoPerson, ...]:
    """Return everybody the register knows today, as it would describe them: for demonstration pages and commands."""
    today = clock.today()
    anchors = {entry.key: date.fromisoformat(entry.body["on"]) for entry in LEDGER.entries() if entry.state == ANCHORED}
    listed = []
    for row in people.rows():
        born = row.born_on(today)
        anchor = anchors.get(_anchor_key(row.number(born)), today)
        listed.append(
            DemoPerson(
                record=row.record(born=born, anchor=anchor, as_of=today),
                covers=row.covers,
                face_matches=row.face_matches,
            )
        )
    return tuple(listed)


def _booked(request_id: str, asked: str) -> Entry:
    """Book a question and return its entry once the answer may be given; raises GatewayDown until then."""
    LEDGER.answer_or_fail()
    now = clock.now()
    entry = LEDGER.get(request_id)
    if entry is None:
        late = timedelta(seconds=2 * settings.GATEWAY_TIMEOUT_SECONDS) if LEDGER.trips("slow") else timedelta()
        body = {
            "asked": asked,
            "on": clock.today().isoformat(),
            "ready_at": (now + late).isoformat(),
            "wrong": LEDGER.trips("wrong"),
        }
    else:
        body = entry.body
    entry, _ = LEDGER.once(request_id, body, state=ANSWERED)
    if entry.body["asked"] != asked:
        code = "population_register.request_reused"
        raise GatewayRefused(code)
    if LEDGER.trips("lost"):
        reason = "population_register.answer_lost"
        raise GatewayDown(reason)
    if now < datetime.fromisoformat(entry.body["ready_at"]):
        reason = "population_register.timeout"
        raise GatewayDown(reason)
    return entry


def _digest(*parts: str) -> str:
    """Return a digest that tells two questions apart; it lies sealed in the books and holds nothing readable."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _anchor_key(citizen_number: str) -> str:
    """Return the ledger key of a person's anchor: keys are not sealed, so the number must not show."""
    return f"person:{crypto.blind_index('register.person', citizen_number)}"


def _anchor(citizen_number: str, *, first_asked: date) -> date:
    """Return the day from which this person's terms are counted, fixing it at the first question."""
    entry, _ = LEDGER.once(_anchor_key(citizen_number), {"on": first_asked.isoformat()}, state=ANCHORED)
    return date.fromisoformat(entry.body["on"])


def _somebody_else(citizen_number: str, *, on: date) -> RegisterRecord:
    """Return the record of the first person in the file who has another number: a wrong answer on demand."""
    records = (row.record(born=row.born_on(on), anchor=on, as_of=on) for row in people.rows())
    return next(record for record in records if record.citizen_number != citizen_number)


def _shows_something(picture: bytes) -> bool:
    """Tell whether a decodable picture is more than one colour; raises PictureUnreadable when it is no picture."""
    if not 0 < len(picture) <= _PICTURE_MAX_BYTES:
        raise PictureUnreadable
    try:
        with Image.open(BytesIO(picture), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > _PICTURE_MAX_PIXELS:
                raise PictureUnreadable
            darkest, brightest = image.convert("L").getextrema()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise PictureUnreadable from None
    return darkest != brightest

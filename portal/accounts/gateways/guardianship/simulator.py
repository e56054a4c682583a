"""The embedded twin of the guardianship register: entries about synthetic people, and faults on demand.

Faults: `down` no answer, nothing booked; `wrong` the answer is about somebody else.
"""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.gateways.guardianship.base import Answer, Guardian, Relation
from portal.accounts.gateways.register import people
from portal.common import clock, crypto
from portal.common.registry import Simulator
from portal.common.simulation import Ledger

LEDGER = Ledger("shared_guardianship")
KNOB = Simulator(_("监护登记"), {"down": _("不应答"), "wrong": _("答成别人的")})
_SOMEBODY_ELSE = "000000000000000000"
_ENTRIES = Path(__file__).parent / "children.toml"


class SimulatedGuardianships:
    """A GuardianshipRegister that knows only synthetic people of the population register's twin."""

    def guardians_of(self, citizen_number: str, *, request_id: str) -> Answer:
        """See GuardianshipRegister.guardians_of."""
        LEDGER.answer_or_fail()
        LEDGER.once(request_id, {}, state="answered")
        if LEDGER.trips("wrong"):
            return Answer(_SOMEBODY_ELSE, ())
        found = people.find(citizen_number, on=clock.today())
        entries = _children().get(found[0].name, []) if found else []
        return Answer(citizen_number, tuple(_guardian(citizen_number, entry) for entry in entries))


def revoke(child: str, guardian: str) -> None:
    """Let the twin know a guardianship as revoked from now on; both are citizen numbers."""
    LEDGER.once(_revoked_key(child, guardian), {}, state="revoked")


def _guardian(child: str, entry: Mapping[str, Any]) -> Guardian:
    row = next(row for row in people.rows() if row.name == entry["name"])
    number = row.number(row.born_on(clock.today()))
    ended = entry.get("ended_days_ago")
    return Guardian(
        citizen_number=number,
        name=row.name,
        relation=Relation(entry["relation"]),
        last_day=clock.today() - timedelta(days=ended) if ended else None,
        is_revoked=bool(entry.get("revoked")) or LEDGER.get(_revoked_key(child, number)) is not None,
    )


def _revoked_key(child: str, guardian: str) -> str:
    return f"revoked:{crypto.blind_index('guardianship', f'{child}|{guardian}')}"


@cache
def _children() -> Mapping[str, list[Mapping[str, Any]]]:
    rows = tomllib.loads(_ENTRIES.read_text(encoding="utf-8"))["child"]
    return {row["name"]: row["guardians"] for row in rows}

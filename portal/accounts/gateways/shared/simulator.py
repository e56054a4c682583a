"""The embedded twins of the shared registers: entries about the synthetic people, books of their own, faults on demand.

Faults, of each register apart: `down` no answer, nothing booked; `lost` the question is booked and the answer is lost
on the way; `slow` the answer is ready only after twice the timeout; `wrong` the answer is about somebody else.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.accounts.gateways.register import people
from portal.accounts.gateways.shared.base import Matter, Proof, Question, Register, RequestReused
from portal.common import clock
from portal.common.gateway import GatewayDown
from portal.common.registry import Simulator
from portal.common.simulation import Entry, Ledger

_ENTRIES = Path(__file__).parent / "entries.toml"
_SOMEBODY_ELSE = "000000000000000000"
_FAULTS = {
    "down": _("不应答"),
    "lost": _("收下查询，应答丢失"),
    "slow": _("应答很慢"),
    "wrong": _("答成别人的"),
}
LEDGERS = {register: Ledger(f"shared_{register}") for register in Register}
KNOBS = {
    LEDGERS[Register.HOUSEHOLD].name: Simulator(_("户籍登记（共享）"), _FAULTS),
    LEDGERS[Register.RESIDENCE_PERMIT].name: Simulator(_("居住证登记（共享）"), _FAULTS),
    LEDGERS[Register.KINSHIP].name: Simulator(_("婚姻和亲属关系登记（共享）"), _FAULTS),
    LEDGERS[Register.SOCIAL_INSURANCE].name: Simulator(_("社会保险登记（共享）"), _FAULTS),
    LEDGERS[Register.ENTERPRISE].name: Simulator(_("企业登记（共享）"), _FAULTS),
}


class SimulatedRegisters:
    """SharedRegisters that know only the synthetic people of the population register's twin."""

    def prove(self, question: Question, *, request_id: str) -> Proof:
        """See SharedRegisters.prove."""
        booked = _booked(LEDGERS[question.matter.register], question, request_id)
        if booked.body["wrong"]:
            return Proof(_SOMEBODY_ELSE, question.matter, is_proven=True)
        day = date.fromisoformat(booked.body["on"])
        entry = _entry_of(question, day)
        return Proof(question.citizen_number, question.matter, is_proven=bool(entry), entry=entry)


def _booked(ledger: Ledger, question: Question, request_id: str) -> Entry:
    """Book a question and return its entry once the answer may be given; raises GatewayDown until then."""
    ledger.answer_or_fail()
    now, digest = clock.now(), _digest(question)
    known = ledger.get(request_id)
    if known is None:
        late = timedelta(seconds=2 * settings.GATEWAY_TIMEOUT_SECONDS) if ledger.trips("slow") else timedelta()
        body: dict[str, Any] = {
            "asked": digest,
            "on": clock.today().isoformat(),
            "ready_at": (now + late).isoformat(),
            "wrong": ledger.trips("wrong"),
        }
        known, _fresh = ledger.once(request_id, body, state="answered")
    if known.body["asked"] != digest:
        raise RequestReused
    if ledger.trips("lost"):
        reason = "shared_register.answer_lost"
        raise GatewayDown(reason)
    if now < datetime.fromisoformat(known.body["ready_at"]):
        reason = "shared_register.timeout"
        raise GatewayDown(reason)
    return known


def _digest(question: Question) -> str:
    """Return a digest that tells two questions apart and holds nothing readable."""
    parts = (question.citizen_number, question.matter, question.place)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _entry_of(question: Question, day: date) -> str:
    """Return the entry that proves the matter on a day, or nothing."""
    found = people.find(question.citizen_number, on=day)
    if found is None:
        return ""
    row, _born = found
    kept = _kept().get(row.name, {})
    firm = _firms().get(kept.get("firm", ""), {})
    entries: Mapping[Matter, object] = {
        Matter.HOUSEHOLD: row.address if row.hukou else "",
        Matter.RESIDENCE: row.residence,
        Matter.RELATIVE: kept.get("kin", {}).get(question.place, ""),
        Matter.EMPLOYED: kept.get("firm", ""),
        Matter.LICENCE: firm.get("credit_code", ""),
    }
    return str(entries[question.matter])


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(_ENTRIES.read_text(encoding="utf-8"))


def _kept() -> Mapping[str, Mapping[str, Any]]:
    return {entry["name"]: entry for entry in _file()["person"]}


def _firms() -> Mapping[str, Mapping[str, str]]:
    return {firm["name"]: firm for firm in _file()["firm"]}

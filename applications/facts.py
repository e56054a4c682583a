"""Facts for the rules, gathered from the population register and our register of documents."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from applications.eligibility import ENDORSE, Facts, Held, Live, Want
from applications.models import Application
from documents import catalog
from documents.models import IssuedDocument
from documents.services import endorsements_of, held_by
from portal.accounts.models import Person
from portal.accounts.services import (
    Guardian,
    HeldState,
    RegisterRecord,
    firms_of,
    guardians_of,
    is_child,
    register_facts,
)
from portal.common import clock
from portal.common.crypto import normalised

_COUNTS = (HeldState.VALID, HeldState.EXPIRED)
_REPORTED = ("lost", "stolen")


@dataclass(frozen=True)
class Known:
    """What is known of an applicant at one moment: `documents` they hold, by kind; of a child also `guardians`."""

    record: RegisterRecord
    facts: Facts
    documents: Mapping[str, IssuedDocument]
    guardians: tuple[Guardian, ...] = ()


def gather(person: Person, *, for_endorsements: bool = True) -> Known:
    """Look the person up now. Call outside any transaction; raises GatewayDown when the register is away.

    Which enterprises list the person matters for endorsements alone: `with_firms` adds it later.
    """
    known = known_from(register_facts(person), list(held_by(person)))
    known = with_firms(known, person) if for_endorsements else known
    return replace(known, guardians=guardians_of(person)) if is_child(person) else known


def with_firms(known: Known, person: Person) -> Known:
    """Return what is known with the places of the enterprises that list the person; one query."""
    places = tuple(firm.place for firm in firms_of(person))
    return replace(known, facts=replace(known.facts, firms=places))


def known_from(record: RegisterRecord, held: list[IssuedDocument]) -> Known:
    """Return what follows from a register record and the documents in our register.

    A document counts when neither register has ended it. One reported lost or stolen and not replaced yet can still
    be replaced for that reason: the report outlives the form it was made on, should that be withdrawn or lapse.
    """
    ended_there = {normalised(one.number) for one in record.holds if one.state not in _COUNTS}
    replaced = {document.replaces_id for document in held}

    def state(document: IssuedDocument) -> str:
        if document.status == "invalid":
            reported = document.end_code in _REPORTED and document.pk not in replaced
            return document.end_code if reported else "void"
        return "void" if document.number in ended_there else "valid"

    states = {document.pk: state(document) for document in held}
    holds = tuple(Held(document.kind, document.expires_on, states[document.pk]) for document in held)
    facts = Facts(
        on=clock.today(),
        born=record.born,
        hukou_code=record.hukou_code,
        state_employee=record.state_employee,
        military=record.military,
        fingerprints=record.fingerprints_on_file,
        exit_barred=record.exit_barred,
        in_mainland=record.in_mainland,
        holds=holds,
        residence_code=record.residence_code,
    )
    there = [(fact, document) for fact, document in zip(holds, held, strict=True) if fact.state != "void"]
    there.sort(key=lambda pair: pair[0].rank(facts.on))
    return Known(record, facts, {document.kind: document for _fact, document in there})


def endorsed(facts: Facts, person: Person, answers: Mapping[str, Any]) -> Facts:
    """Return the facts with the person's endorsements in force, where the form asks for one; one query.

    Only those for many entries count: whether a single one is used up is known at the border.
    """
    if not answers.get("endorsements"):
        return facts
    live = [one for one in endorsements_of(person) if catalog.option(one.option).is_multiple]
    return replace(facts, endorsed=tuple(Live(one.destination, one.letter) for one in live))


def stated(facts: Facts, answers: Mapping[str, Any]) -> Facts:
    """Return the facts with what the applicant states against themselves: a class that the register does not show."""
    identity = answers.get("personal", {}).get("identity")
    changes: dict[str, Any] = {}
    if identity == "state_employee":
        changes["state_employee"] = True
    if identity == "military":
        changes["military"] = True
    return Facts(**{**facts.__dict__, **changes})


def wants(answers: Mapping[str, Any]) -> list[Want]:
    """Return the requests of a form: documents first, then endorsements."""
    changed = bool(answers.get("personal", {}).get("identity_changed"))
    documents = [
        Want(kind, request.get("reason", ""), identity_changed=changed)
        for kind, request in answers.get("requests", {}).items()
    ]
    endorsements = [
        Want(
            catalog.permit_for(destination),
            category=ENDORSE,
            destination=destination,
            letter=request.get("letter", ""),
            option=request.get("option", ""),
        )
        for destination, request in answers.get("endorsements", {}).items()
    ]
    return documents + endorsements


def want_of(row: Application) -> Want:
    """Return the request an application stands for."""
    return Want(
        row.kind,
        row.reason,
        category=row.category,
        destination=row.destination,
        letter=row.endorsement_type,
        option=row.option,
    )


def to_json(facts: Facts) -> dict[str, Any]:
    """Return the facts as JSON, to be kept sealed with the submission."""
    plain = asdict(facts)
    plain["on"], plain["born"] = facts.on.isoformat(), facts.born.isoformat()
    plain["holds"] = [{**asdict(h), "expires_on": h.expires_on.isoformat()} for h in facts.holds]
    return plain


def from_json(plain: Mapping[str, Any]) -> Facts:
    """Return the facts kept by `to_json`."""
    holds = tuple(Held(**{**h, "expires_on": date.fromisoformat(h["expires_on"])}) for h in plain["holds"])
    days = {"on": date.fromisoformat(plain["on"]), "born": date.fromisoformat(plain["born"])}
    endorsed = tuple(Live(**one) for one in plain.get("endorsed", ()))
    firms = plain.get("firms")
    listed = {"firms": None if firms is None else tuple(firms)}
    return Facts(**{**plain, **days, **listed, "holds": holds, "endorsed": endorsed})

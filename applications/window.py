"""Owns what goes along to a window: what somebody told, as plain data, and what the rules say of it there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from applications import checker, eligibility, facts, materials, terms
from applications.eligibility.materials import materials_of
from applications.models import Submission
from documents import catalog
from documents.services import current_revision, scope
from portal.common.phrases import pair
from portal.common.unmet import Unmet

Plain = dict[str, Any]


@dataclass(frozen=True)
class Outlook:
    """What awaits somebody at a window: requests by name, papers, fee in fen (None: the window says), term, reasons.

    `is_online` tells that none of it needs a window.
    """

    titles: tuple[str, ...]
    materials: tuple[catalog.Material, ...]
    fee_fen: int | None
    term: catalog.Term | None
    reasons: tuple[Unmet, ...]
    is_online: bool


def asked_in_checker(told: checker.Told, *, on: date) -> Plain | None:
    """Return what the checker's answers come to, or None while a question is open."""
    if checker.first_open(told):
        return None
    return _plain(checker.facts_told(told, on), checker.wants_told(told), {})


def asked_on_form(submission: Submission, known: facts.Known) -> Plain:
    """Return what a form comes to: its requests, the register's facts, papers proven, everything already filled in.

    Call outside any transaction: registers may be asked.
    """
    answers = submission.answers
    plain = _plain(facts.stated(known.facts, answers), facts.wants(answers), answers)
    return {**plain, "proven": materials.proven(submission, known)}


def outlook(plain: Plain, *, on: date, place: str = "") -> Outlook:
    """Return what the rules say on a day; `place` is the window where it is handed in, where known."""
    found = replace(facts.from_json(plain["facts"]), on=on)
    wants = [eligibility.Want(**one) for one in plain["wants"]]
    verdict = eligibility.judge(found, wants, scope(current_revision(on)))
    is_online = verdict.channel is eligibility.Channel.ONLINE
    return Outlook(
        titles=tuple(_title(want) for want in wants),
        materials=tuple(
            paper for paper in materials_of(found, wants, at_window=True) if paper.code not in plain.get("proven", ())
        ),
        fee_fen=verdict.fee_fen,
        term=terms.window_term(home=found.hukou_code, place=place) if place and verdict.term else verdict.term,
        reasons=verdict.unmet,
        is_online=is_online,
    )


def _plain(found: eligibility.Facts, wants: list[eligibility.Want], answers: Mapping[str, Any]) -> Plain:
    asked = [asdict(_as_the_window_takes_it(found, want)) for want in wants]
    return {"facts": facts.to_json(found), "wants": asked, "answers": dict(answers)}


def _as_the_window_takes_it(found: eligibility.Facts, want: eligibility.Want) -> eligibility.Want:
    """Ask for what can be had: a first document where none is held, a new one where what is held has lapsed."""
    # A card of others is replaced in the mainland also when it has run out.
    if want.category or want.kind not in catalog.FORM_KINDS:
        return want
    held = found.held(want.kind)
    if not held:
        return replace(want, category="first", reason="")
    return want if any(one.is_live(found.on) for one in held) else replace(want, category="lapsed", reason="")


def _title(want: eligibility.Want) -> str:
    kind = catalog.kind(want.kind).label
    return pair(kind, catalog.category(want.asked).label) if want.asked else kind

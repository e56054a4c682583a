"""Owns the loading of the data files into the dated tables: repeatable, and never over an edit made in the portal."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from documents import catalog
from documents.decided import digest_of
from documents.lifecycle import REVISION
from documents.models import RuleRevision, ScopeLine, Tariff
from documents.proposing import Proposal, lines_of, promise_effect
from documents.revisions import OPENS
from documents.scope import forget
from portal.common.acting import NATION, Acting

_LOADING = Acting.system("loading")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What loading one table did: rows added, rows equal to the file, rows that differ and were kept."""

    table: str
    added: int
    unchanged: int
    kept: tuple[str, ...]


def load() -> list[Loaded]:
    """Add every price and every revision of the scope that is in the data files and missing here."""
    with transaction.atomic():
        loaded = [_load_tariff(), _load_revisions()]
        transaction.on_commit(forget)
    return loaded


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((catalog.DATA / name).read_text(encoding="utf-8"))
    return rows


def _load_tariff() -> Loaded:
    known = {(row.item, row.effective_from): row for row in Tariff.objects.all()}
    missing, unchanged, kept = [], 0, []
    for row in _rows("tariff.json"):
        for field in ("effective_from", "effective_to"):
            row[field] = date.fromisoformat(row[field]) if row[field] else None
        found = known.get((row["item"], row["effective_from"]))
        if found is None:
            missing.append(Tariff(**row))
        elif all(getattr(found, field) == value for field, value in row.items()):
            unchanged += 1
        else:
            kept.append(str(found))
    Tariff.objects.bulk_create(missing)
    return Loaded(table="Tariff", added=len(missing), unchanged=unchanged, kept=tuple(kept))


def _load_revisions() -> Loaded:
    """Add the revisions of the file: each takes effect at the first moment of its day, and is named after it."""
    known = {row.label: row for row in RuleRevision.objects.prefetch_related("lines")}
    missing, unchanged, kept = [], 0, []
    for entry in _rows("scope.json"):
        label = entry.pop("effective_from")
        at = timezone.make_aware(datetime.combine(date.fromisoformat(label), time.min))
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()
        }
        row = known.get(label) or RuleRevision(label=label, effective_at=at, is_loaded=True, authority=NATION)
        lines = lines_of(row, Proposal(act=OPENS, effective_at=at, **given))
        if label not in known:
            missing.append((row, lines))
        elif digest_of(lines) == digest_of(row.lines.all()):
            unchanged += 1
            if row.event_seq == 0:
                REVISION.perform(row, "confirm", acting=_LOADING, params=digest_of(lines))
        else:
            kept.append(label)
    for row, lines in missing:
        params = digest_of(lines)
        REVISION.begin([row], actions=[("read", _LOADING)], params=params)
        ScopeLine.objects.bulk_create(lines)
        REVISION.perform(row, "load", acting=_LOADING, params=params)
        promise_effect(row)
    return Loaded(table="RuleRevision", added=len(missing), unchanged=unchanged, kept=tuple(kept))

"""Owns the loading of the data files into the dated tables: repeatable, and never over an edit made in the portal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction

from documents import catalog
from documents.models import PilotCity, RuleRevision, Tariff
from documents.scope import forget

_KEYS: Mapping[type[models.Model], tuple[str, ...]] = {
    Tariff: ("item", "effective_from"),
    PilotCity: ("code", "effective_from"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What loading one table did: rows added, rows equal to the file, rows that differ and were kept."""

    table: str
    added: int
    unchanged: int
    kept: tuple[str, ...]


def load() -> list[Loaded]:
    """Add every row of the data files that is missing, and a revision for each day at which the scope changes."""
    with transaction.atomic():
        loaded = [_load(Tariff, "tariff.json"), _load(PilotCity, "pilot_cities.json"), _load_revisions()]
        transaction.on_commit(forget)
    return loaded


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((catalog.DATA / name).read_text(encoding="utf-8"))
    for row in rows:
        for field in ("effective_from", "effective_to"):
            row[field] = date.fromisoformat(row[field]) if row[field] else None
    return rows


def _load(table: type[models.Model], name: str) -> Loaded:
    keys = _KEYS[table]
    manager = table._default_manager  # noqa: SLF001 - Django's manager of any model
    known = {tuple(getattr(row, key) for key in keys): row for row in manager.all()}
    missing, unchanged, kept = [], 0, []
    for row in _rows(name):
        found = known.get(tuple(row[key] for key in keys))
        if found is None:
            missing.append(table(**row))
        elif all(getattr(found, field) == value for field, value in row.items()):
            unchanged += 1
        else:
            kept.append(str(found))
    manager.bulk_create(missing)
    return Loaded(table=table.__name__, added=len(missing), unchanged=unchanged, kept=tuple(kept))


def _load_revisions() -> Loaded:
    starts = set(PilotCity.objects.values_list("effective_from", flat=True))
    ends = set(PilotCity.objects.exclude(effective_to=None).values_list("effective_to", flat=True))
    known = set(RuleRevision.objects.values_list("effective_from", flat=True))
    missing = sorted({day for day in starts | ends if day} - known)
    RuleRevision.objects.bulk_create(RuleRevision(label=day.isoformat(), effective_from=day) for day in missing)
    return Loaded(table="RuleRevision", added=len(missing), unchanged=len(known), kept=())

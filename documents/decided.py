"""Owns which revisions count: those whose audit chain says that they came into force with the very lines they have."""

import hashlib
from collections.abc import Iterable

from documents.models import RuleRevision, ScopeLine
from documents.revisions import IN_FORCE
from portal.common import audit
from portal.common.models import AuditEntry

# The acts that put a revision in force, by whether the data files brought it.
_ACTS = {True: ("status.load", "status.confirm"), False: ("status.enact",)}


def digest_of(lines: Iterable[ScopeLine]) -> dict[str, object]:
    """Return number and digest of lines: events and audit say with it what exactly was proposed and decided."""
    texts = sorted(f"{line}|{line.source}" for line in lines)
    return {"lines": len(texts), "digest": hashlib.sha256("\n".join(texts).encode()).hexdigest()}


def decided() -> dict[RuleRevision, list[ScopeLine]]:
    """Return the revisions that count, each with its lines, also those still to come, in the order of their moments.

    A row that says it is in force is not enough: whoever writes into the tables by hand has no key to the chain.
    """
    rows: dict[RuleRevision, list[ScopeLine]] = {}
    # One query for both: a revision without a line would open and close nothing.
    for line in ScopeLine.objects.filter(revision__status=IN_FORCE).select_related("revision"):
        rows.setdefault(line.revision, []).append(line)
    links = audit.genuine(row.chain for row in rows)
    return {
        row: rows[row]
        for row in sorted(rows, key=lambda row: row.effective_at)
        if _is_said_by(links[row.chain], row, rows[row])
    }


def _is_said_by(links: Iterable[AuditEntry], row: RuleRevision, lines: Iterable[ScopeLine]) -> bool:
    params = digest_of(lines)
    told = [link.content for link in links if link.action in _ACTS[row.is_loaded] and link.content is not None]
    return any(content["to"] == IN_FORCE and content["params"] == params for content in told)

"""The audit trail: one hash chain for each case, keyed, over salted commitments, anchored outside the database."""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from portal.common import clock, registry
from portal.common.acting import Acting
from portal.common.crypto import keyed_hash
from portal.common.models import AuditEntry, AuditHead, Event, LifecycleModel

ERASED = "content_erased"
FORGOTTEN = "retention.forgotten"
# A day and two hours: a run of the hourly anchoring may fail, a whole day of them may not.
ANCHOR_PATIENCE = timedelta(hours=26)


@dataclass(frozen=True)
class Link:
    """What is to be appended to a chain."""

    chain: str
    action: str
    subject: str
    acting: Acting
    content: Mapping[str, object]
    at: datetime | None = None


def _canonical(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def commitment_of(salt: str, content: object) -> str:
    """Return the salted hash that stands for `content` in the chain."""
    return hashlib.sha256(f"{salt}|{_canonical(content)}".encode()).hexdigest()


def _entry_mac(entry: AuditEntry, previous: str) -> str:
    fields = (entry.chain, str(entry.seq), previous, str(entry.id), entry.at.isoformat())
    return keyed_hash(settings.AUDIT_KEY, *fields, entry.actor, entry.action, entry.subject, entry.commitment)


def _head_mac(head: AuditHead) -> str:
    return keyed_hash(settings.AUDIT_KEY, "head", head.chain, str(head.count), head.last_mac)


def append(chain: str, action: str, *, acting: Acting, content: Mapping[str, object], subject: str = "") -> None:
    """Append one link inside the caller's transaction; `content` holds codes and opaque ids only."""
    append_all([Link(chain, action, subject or chain, acting, content)])


def append_all(links: Iterable[Link]) -> None:
    """Append links, locking the chains' heads in the order of their names."""
    by_chain: dict[str, list[Link]] = {}
    for link in links:
        by_chain.setdefault(link.chain, []).append(link)
    now = clock.now()
    entries, changed = [], []
    for chain in sorted(by_chain):
        head = _locked_head(chain)
        for link in by_chain[head.chain]:
            salt = secrets.token_hex(16)
            content = json.loads(_canonical(link.content))
            entry = AuditEntry(
                chain=head.chain,
                seq=head.count + 1,
                at=link.at or now,
                actor=link.acting.label,
                action=link.action,
                subject=link.subject,
                salt=salt,
                content=content,
                commitment=commitment_of(salt, content),
            )
            entry.mac = _entry_mac(entry, head.last_mac)
            head.count, head.last_mac = entry.seq, entry.mac
            entries.append(entry)
        head.mac = _head_mac(head)
        changed.append(head)
    AuditEntry.objects.bulk_create(entries)
    AuditHead.objects.bulk_update(changed, ["count", "last_mac", "mac"])


def _locked_head(chain: str) -> AuditHead:
    """Return the chain's head, made if it is new, locked until the transaction ends.

    One statement does all three: two writers of a new chain meet at the row, not at the unique key.
    """
    table = connection.ops.quote_name(AuditHead._meta.db_table)  # noqa: SLF001 - Django's public-by-custom Meta
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (chain, count, last_mac, mac) VALUES (%s, 0, '', '') "  # noqa: S608 - our table
            f"ON CONFLICT (chain) DO UPDATE SET chain = excluded.chain RETURNING count, last_mac, mac",
            [chain],
        )
        count, last_mac, mac = cursor.fetchone()
    return AuditHead(chain=chain, count=count, last_mac=last_mac, mac=mac)


def erase_content(entry: AuditEntry, *, acting: Acting, ground: str) -> None:
    """Empty salt and content of one link for good; the chain stays whole and says who did it and why."""
    with transaction.atomic():
        append(entry.chain, ERASED, acting=acting, content={"seq": entry.seq, "ground": ground})
        AuditEntry.objects.filter(pk=entry.pk).update(salt="", content=None)


def forget(rows: Sequence[LifecycleModel], *, acting: Acting) -> None:
    """Delete the events of rows of one kind whose time is over, in the caller's transaction, which deletes the rows.

    The links about them stay, and one more says that they were let go: what is gone without it was taken away.
    """
    append_all(
        Link(row.chain, FORGOTTEN, f"{row.subject_kind}:{row.pk}", acting, {"events": row.event_seq}) for row in rows
    )
    for kind in {row.subject_kind for row in rows}:
        Event.objects.filter(subject_kind=kind, subject_id__in=[row.pk for row in rows]).delete()


# --- anchors: what the database cannot rewrite, because it lies outside of it


def anchor() -> int:
    """Write every head that moved since the last anchor to the anchor file; returns how many."""
    path = settings.AUDIT_ANCHOR_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known, last_mac = {}, ""
        for line in _anchor_lines(file):
            known[line["chain"]] = line["count"]
            last_mac = str(line["mac"])
        written = 0
        for head in AuditHead.objects.exclude(count=0).order_by("chain").iterator():
            if known.get(head.chain) == head.count:
                continue
            line = {"at": clock.now().isoformat(), "chain": head.chain, "count": head.count, "entry": head.last_mac}
            last_mac = line["mac"] = _anchor_mac(line, last_mac)
            file.write(_canonical(line) + "\n")
            written += 1
        file.flush()
        os.fsync(file.fileno())
    return written


def _anchor_mac(line: Mapping[str, object], previous: str) -> str:
    return keyed_hash(
        settings.AUDIT_KEY, "anchor", *(str(line[k]) for k in ("at", "chain", "count", "entry")), previous
    )


def _anchor_lines(file: Iterable[str] | None = None) -> Iterator[dict[str, object]]:
    if file is None:
        path = settings.AUDIT_ANCHOR_FILE
        if not path.exists():
            return
        file = path.read_text().splitlines()
    elif hasattr(file, "seek"):
        file.seek(0)
    for line in file:
        if line.strip():
            yield json.loads(line)


# --- verification


def genuine(chains: Iterable[str]) -> dict[str, list[AuditEntry]]:
    """Return the links of chains by chain, each up to the first that does not match its key or its content."""
    found: dict[str, list[AuditEntry]] = {chain: [] for chain in chains}
    broken: set[str] = set()
    for entry in AuditEntry.objects.filter(chain__in=found).order_by("chain", "seq").iterator():
        links = found[entry.chain]
        is_whole = entry.mac == _entry_mac(entry, links[-1].mac if links else "") and (
            entry.content is None or entry.commitment == commitment_of(entry.salt, entry.content)
        )
        if is_whole and entry.chain not in broken:
            links.append(entry)
        else:
            broken.add(entry.chain)
    return found


def verify() -> Iterator[str]:
    """Yield a sentence for every link, head or anchor that does not hold; nothing when all is whole."""
    macs: dict[str, dict[int, str]] = {}
    heads = {head.chain: head for head in AuditHead.objects.iterator()}
    previous: dict[str, AuditEntry] = {}
    erasures: set[tuple[str, int]] = set()
    emptied: list[AuditEntry] = []
    lifecycle_links: dict[str, int] = {}
    told: dict[str, str] = {}
    for entry in AuditEntry.objects.order_by("chain", "seq").iterator():
        last = previous.get(entry.chain)
        where = f"audit {entry.chain} link {entry.seq}"
        if entry.seq != (last.seq if last else 0) + 1:
            yield f"{where}: the link before it is missing"
        if entry.mac != _entry_mac(entry, last.mac if last else ""):
            yield f"{where}: the link does not match its key"
        if entry.content is None:
            emptied.append(entry)
        elif entry.commitment != commitment_of(entry.salt, entry.content):
            yield f"{where}: the content was changed"
        elif entry.action == ERASED:
            erasures.add((entry.chain, int(entry.content["seq"])))
        if ":" in entry.subject and entry.action.startswith("status."):
            lifecycle_links[entry.subject] = lifecycle_links.get(entry.subject, 0) + 1
            if entry.content is not None and "event" in entry.content:
                told[str(entry.content["event"])] = _digest_of_link(entry, entry.content)
        macs.setdefault(entry.chain, {})[entry.seq] = entry.mac
        previous[entry.chain] = entry
    yield from (
        f"audit {entry.chain} link {entry.seq}: emptied without an erasure on record"
        for entry in emptied
        if (entry.chain, entry.seq) not in erasures
    )
    yield from _verify_heads(heads, previous)
    yield from _verify_anchors(macs, previous)
    for source in registry.expected_chains:
        yield from (f"audit {chain}: the whole chain is missing" for chain in source() if chain not in previous)
    yield from _verify_events(lifecycle_links, told)


def _verify_heads(heads: dict[str, AuditHead], last: dict[str, AuditEntry]) -> Iterator[str]:
    for chain, entry in last.items():
        if chain not in heads:
            yield f"audit {chain}: the head is missing"
        elif (heads[chain].count, heads[chain].last_mac) != (entry.seq, entry.mac):
            yield f"audit {chain} link {entry.seq}: the head names another last link ({heads[chain].count})"
    for chain, head in heads.items():
        if head.mac != _head_mac(head):
            yield f"audit {chain}: the head does not match its key"
        if chain not in last:
            yield f"audit {chain}: head without links"


def _verify_anchors(macs: dict[str, dict[int, str]], last: dict[str, AuditEntry]) -> Iterator[str]:
    before = ""
    anchored: dict[str, int] = {}
    try:
        for number, line in enumerate(_anchor_lines(), start=1):
            if line["mac"] != _anchor_mac(line, before):
                yield f"anchor line {number}: it does not match its key"
            before = str(line["mac"])
            chain, count = str(line["chain"]), int(str(line["count"]))
            anchored[chain] = count
            if macs.get(chain, {}).get(count) != line["entry"]:
                yield f"audit {chain} link {count}: gone or changed since it was anchored"
    except (ValueError, KeyError):
        yield "anchor file: a line cannot be read"
    # Anchors are written every hour: what has rested for longer and has none was never anchored, or is no longer.
    rested = clock.now() - ANCHOR_PATIENCE
    for chain, entry in last.items():
        if entry.at < rested and anchored.get(chain, 0) < entry.seq:
            why = "the anchor file was cut or the anchoring stands still"
            yield f"audit {chain} link {entry.seq}: not anchored since {entry.at.isoformat()}: {why}"


def _digest_of_link(entry: AuditEntry, content: Mapping[str, object]) -> str:
    told = [content.get(name) for name in ("seq", "from", "to", "codes", "params", "note")]
    return commitment_of("", [entry.subject, entry.action, entry.actor, entry.at.isoformat(), *told])


def _digest_of_event(event: Event) -> str:
    note = commitment_of(str(event.id), event.note) if event.note else ""
    told = [event.seq, event.source, event.target, event.codes, event.params, note]
    actor = Acting(event.actor_kind, event.actor_id, behalf=event.behalf).label
    subject = f"{event.subject_kind}:{event.subject_id}"
    return commitment_of("", [subject, f"status.{event.action}", actor, event.at.isoformat(), *told])


def _verify_events(links: dict[str, int], told: dict[str, str]) -> Iterator[str]:
    """Compare the events with what the chains say of them, by number and word for word; a forgotten row has none."""
    counted: dict[str, int] = {}
    for event in Event.objects.iterator():
        name = f"{event.subject_kind}:{event.subject_id}"
        counted[name] = counted.get(name, 0) + 1
        if str(event.id) in told and told[str(event.id)] != _digest_of_event(event):
            yield f"event {event.seq} of {name}: it is not what its audit link says"
    forgotten = set(AuditEntry.objects.filter(action=FORGOTTEN).values_list("subject", flat=True))
    for name in sorted(counted.keys() | links.keys()):
        expected = 0 if name in forgotten else links.get(name, 0)
        if counted.get(name, 0) != expected:
            yield f"events of {name}: {counted.get(name, 0)} rows for {expected} audit links"

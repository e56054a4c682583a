"""The audit trail: whole when nothing was touched, and every way of touching it is found."""

import json
import random
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from portal.common import audit, clock, registry
from portal.common.acting import Acting
from portal.common.models import AuditEntry, AuditHead

pytestmark = pytest.mark.django_db

SYSTEM = Acting.system("test")
OTHER_KEY = "b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMTI="


@pytest.fixture
def chains(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names = [f"case:{n}" for n in range(5)]
    for round_ in range(6):
        for name in names:
            audit.append(name, "noted", acting=SYSTEM, content={"round": round_, "of": name})
    audit.anchor()
    return names


def problems() -> list[str]:
    return list(audit.verify())


def test_an_untouched_trail_is_whole(chains: list[str]) -> None:
    assert problems() == []
    assert AuditEntry.objects.count() == 30
    assert audit.anchor() == 0


@contextmanager
def undone() -> Iterator[None]:
    """Take back what the block does to the database."""
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


def _chain(rng: random.Random) -> list[AuditEntry]:
    name = rng.choice(sorted(AuditHead.objects.values_list("chain", flat=True)))
    return list(AuditEntry.objects.filter(chain=name).order_by("seq"))


def _any(rng: random.Random) -> AuditEntry:
    return rng.choice(_chain(rng))


def _write(entry: AuditEntry, **columns: object) -> None:
    AuditEntry.objects.filter(pk=entry.pk).update(**columns)


COLUMNS: dict[str, Callable[[AuditEntry], object]] = {
    "chain": lambda e: "case:elsewhere",
    "seq": lambda e: e.seq + 100,
    "at": lambda e: e.at - timedelta(seconds=1),
    "actor": lambda e: e.actor + "x",
    "action": lambda e: e.action[::-1],
    "subject": lambda e: e.subject + "1",
    "salt": lambda e: "0" * 32,
    "content": lambda e: {**(e.content or {}), "round": -1},
    "commitment": lambda e: "0" * 64,
    "mac": lambda e: "0" * 64,
}


def _change_a_column(rng: random.Random) -> None:
    entry, column = _any(rng), rng.choice(sorted(COLUMNS))
    _write(entry, **{column: COLUMNS[column](entry)})


def _change_content_and_commitment(rng: random.Random) -> None:
    entry, content = _any(rng), {"round": -1}
    _write(entry, content=content, commitment=audit.commitment_of(entry.salt, content))


def _change_a_head(rng: random.Random) -> None:
    head = AuditHead.objects.filter(chain=_any(rng).chain)
    head.update(**{rng.choice(("last_mac", "mac")): "0" * 64})


def _delete_one(rng: random.Random) -> None:
    _any(rng).delete()


def _exchange(one: AuditEntry, other: AuditEntry) -> None:
    _write(one, seq=900)
    _write(other, chain=one.chain, seq=one.seq)
    _write(one, chain=other.chain, seq=other.seq)


def _swap_two_of_a_chain(rng: random.Random) -> None:
    _exchange(*rng.sample(_chain(rng), 2))


def _swap_two_of_two_chains(rng: random.Random) -> None:
    one = _any(rng)
    _exchange(one, rng.choice(list(AuditEntry.objects.exclude(chain=one.chain).order_by("chain", "seq"))))


def _cut_tail(rng: random.Random) -> list[AuditEntry]:
    links = _chain(rng)
    kept = rng.randrange(1, len(links))
    AuditEntry.objects.filter(chain=links[0].chain, seq__gt=kept).delete()
    return links[:kept]


def _cut_tail_and_put_back_an_older_head(rng: random.Random) -> None:
    last = _cut_tail(rng)[-1]
    head = AuditHead(chain=last.chain, count=last.seq, last_mac=last.mac)
    # Even with the head's key, as if an older row had been kept and put back.
    head.mac = audit._head_mac(head)
    head.save()


def _drop_chain(rng: random.Random) -> None:
    name = _any(rng).chain
    AuditEntry.objects.filter(chain=name).delete()
    AuditHead.objects.filter(chain=name).delete()


def _empty_without_record(rng: random.Random) -> None:
    _write(_any(rng), salt="", content=None)


def _recompute_without_the_key(rng: random.Random) -> None:
    """Rewrite a chain from some link on with another key, consistently."""
    links = _chain(rng)
    first = rng.randrange(len(links))
    previous = links[first - 1].mac if first else ""
    with override_settings(AUDIT_KEY=OTHER_KEY):
        for entry in links[first:]:
            entry.content = {"round": "forged"}
            entry.commitment = audit.commitment_of(entry.salt, entry.content)
            entry.mac = previous = audit._entry_mac(entry, previous)
            entry.save()
        head = AuditHead.objects.get(chain=links[0].chain)
        head.last_mac = previous
        head.mac = audit._head_mac(head)
        head.save()


DAMAGES: dict[str, Callable[[random.Random], object]] = {
    "change a column": _change_a_column,
    "change content and commitment": _change_content_and_commitment,
    "change a head": _change_a_head,
    "delete one": _delete_one,
    "swap two of a chain": _swap_two_of_a_chain,
    "swap two of two chains": _swap_two_of_two_chains,
    "cut the tail": _cut_tail,
    "cut the tail and rewind the head": _cut_tail_and_put_back_an_older_head,
    "drop a chain": _drop_chain,
    "empty without record": _empty_without_record,
    "recompute without the key": _recompute_without_the_key,
}


def test_a_hundred_random_damages_are_all_found() -> None:
    """Kinds, chains, links and columns drawn at random, on chains of random length: a hundred of a hundred."""
    rng = random.Random(20261121)
    names = [f"case:{n}" for n in range(5) for _ in range(rng.randrange(2, 9))]
    rng.shuffle(names)
    for number, name in enumerate(names):
        audit.append(name, "noted", acting=SYSTEM, content={"round": number})
    audit.anchor()
    drawn = rng.choices(sorted(DAMAGES), k=100)
    assert set(drawn) == set(DAMAGES)
    missed = []
    for number, name in enumerate(drawn):
        with undone():
            DAMAGES[name](rng)
            if not problems():
                missed.append(f"{number}: {name}")
        assert problems() == []
    assert missed == []


@pytest.mark.parametrize("column", sorted(COLUMNS))
def test_a_change_of_any_column_is_found(chains: list[str], column: str) -> None:
    entry = AuditEntry.objects.get(chain=chains[2], seq=3)
    _write(entry, **{column: COLUMNS[column](entry)})
    assert problems()


@pytest.mark.parametrize("column", ["chain", "seq", "id", "at", "actor", "action", "subject", "commitment"])
def test_the_key_of_a_link_covers_every_part_of_it(chains: list[str], column: str) -> None:
    entry = AuditEntry.objects.get(chain=chains[2], seq=3)
    before = audit._entry_mac(entry, "previous")
    assert before != audit._entry_mac(entry, "another")
    setattr(entry, column, uuid.uuid4() if column == "id" else COLUMNS[column](entry))
    assert before != audit._entry_mac(entry, "previous")


def test_equal_contents_cannot_be_told_by_their_commitments(chains: list[str]) -> None:
    audit.append_all([audit.Link("case:0", "noted", "case:0", SYSTEM, {"same": 1})] * 2)
    one, other = AuditEntry.objects.filter(chain="case:0").order_by("-seq")[:2]
    assert one.content == other.content
    assert one.commitment != other.commitment


def _rewind_the_head_without_the_key() -> None:
    with override_settings(AUDIT_KEY=OTHER_KEY):
        _cut_tail_and_put_back_an_older_head(random.Random(1))


# Without an anchor the chain defends itself: each way is named by the check that is there for it.
UNANCHORED: dict[str, tuple[Callable[[], object], str]] = {
    "a gap": (lambda: AuditEntry.objects.get(chain="case:1", seq=3).delete(), "the link before it is missing"),
    "no tail": (lambda: _cut_tail(random.Random(1)), "the head names another last link"),
    "an older head": (_rewind_the_head_without_the_key, "the head does not match its key"),
    "no links": (lambda: AuditEntry.objects.filter(chain="case:1").delete(), "head without links"),
    "no head": (lambda: AuditHead.objects.filter(chain="case:1").delete(), "the head is missing"),
    "another key": (lambda: _recompute_without_the_key(random.Random(1)), "the link does not match its key"),
}


@pytest.mark.parametrize("name", UNANCHORED)
def test_a_chain_defends_itself_before_its_first_anchor(chains: list[str], name: str) -> None:
    damage, finding = UNANCHORED[name]
    settings.AUDIT_ANCHOR_FILE.unlink()
    assert problems() == []
    damage()
    assert any(finding in line for line in problems()), problems()


def test_links_are_written_in_the_order_of_their_chains() -> None:
    """Two writers of several chains lock the heads in one order."""
    links = [audit.Link(name, "noted", name, SYSTEM, {}) for name in ("case:2", "case:0", "case:1", "case:0")]
    with CaptureQueriesContext(connection) as spent:
        audit.append_all(links)
    locked = [re.findall(r"case:\d", one["sql"]) for one in spent if "ON CONFLICT" in one["sql"]]
    assert locked == [["case:0"], ["case:1"], ["case:2"]]
    assert problems() == []


def test_an_erasure_leaves_the_chain_whole(chains: list[str]) -> None:
    entry = AuditEntry.objects.filter(chain="case:0").order_by("seq")[2]
    audit.erase_content(entry, acting=SYSTEM, ground="retention")
    assert problems() == []
    entry.refresh_from_db()
    assert entry.content is None
    assert entry.salt == ""
    # The record of one erasure excuses no other link of the chain.
    AuditEntry.objects.filter(chain="case:0", seq=2).update(salt="", content=None)
    assert problems() == ["audit case:0 link 2: emptied without an erasure on record"]


def test_a_chain_that_should_exist_is_missed(chains: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "expected_chains", [lambda: ["case:0", "case:gone"]])
    assert problems() == ["audit case:gone: the whole chain is missing"]


def _other_time(lines: list[str]) -> list[str]:
    return [json.dumps({**json.loads(lines[0]), "at": "2020-01-01T00:00:00+00:00"}), *lines[1:]]


def _other_count(lines: list[str]) -> list[str]:
    return [lines[0], json.dumps({**json.loads(lines[1]), "count": 3}), *lines[2:]]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (_other_time, "anchor line 1: it does not match its key"),
        (_other_count, "audit case:1 link 3: gone or changed since it was anchored"),
        (lambda lines: [lines[0], *lines[2:]], "anchor line 2: it does not match its key"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "anchor line 1: it does not match its key"),
        (lambda lines: [*lines, "{"], "anchor file: a line cannot be read"),
    ],
)
def test_a_changed_anchor_file_is_found(
    chains: list[str], change: Callable[[list[str]], list[str]], finding: str
) -> None:
    audit.append(chains[0], "noted", acting=SYSTEM, content={})
    assert audit.anchor() == 1
    path = settings.AUDIT_ANCHOR_FILE
    lines = path.read_text().splitlines()
    assert problems() == []
    path.write_text("\n".join(change(lines)) + "\n")
    assert finding in problems()


def test_a_missing_anchor_file_is_noticed_once_the_chains_have_rested(chains: list[str]) -> None:
    settings.AUDIT_ANCHOR_FILE.unlink()
    moment = clock.now()
    with clock.set_to(moment + timedelta(hours=25, minutes=59)):
        assert problems() == []
    with clock.set_to(moment + timedelta(hours=26, minutes=1)):
        found = problems()
        assert [line.split(":")[1].split()[0] for line in found] == ["0", "1", "2", "3", "4"]
        assert all("not anchored" in line and "cut" in line for line in found)
        audit.anchor()
        assert problems() == []


def test_an_anchor_file_that_lost_its_tail_is_noticed(chains: list[str]) -> None:
    path = settings.AUDIT_ANCHOR_FILE
    audit.append(chains[3], "noted", acting=SYSTEM, content={"round": 7})
    lines = path.read_text().splitlines()
    audit.anchor()
    path.write_text("\n".join(lines) + "\n")
    with clock.set_to(clock.now() + timedelta(hours=27)):
        (found,) = problems()
    assert found.startswith(f"audit {chains[3]} link 7: not anchored")


def test_anchoring_that_stands_still_is_noticed_by_the_invariant(chains: list[str]) -> None:
    audit.append("case:new", "noted", acting=SYSTEM, content={})
    with clock.set_to(clock.now() + timedelta(hours=27)):
        assert [line for check in registry.invariants.values() for line in check() if "case:new" in line]
        with pytest.raises(CommandError, match="not anchored"):
            call_command("verify_audit", stdout=StringIO())

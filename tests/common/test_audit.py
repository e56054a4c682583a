"""The audit trail: whole when nothing was touched, and every way of touching it is found."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from portal.common import audit, clock, registry
from portal.common.acting import Acting
from portal.common.models import AuditEntry, AuditHead

pytestmark = pytest.mark.django_db

SYSTEM = Acting.system("test")


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


def test_each_kind_of_damage_is_found(chains: list[str]) -> None:
    rng = random.Random(7)
    for name, damage in DAMAGES.items():
        entries = list(AuditEntry.objects.order_by("chain", "seq"))
        heads = list(AuditHead.objects.all())
        damage(rng)
        assert problems(), f"{name} was not found"
        AuditEntry.objects.all().delete()
        AuditHead.objects.all().delete()
        AuditHead.objects.bulk_create(heads)
        AuditEntry.objects.bulk_create(entries)
        assert problems() == []


def _any(rng: random.Random) -> AuditEntry:
    return rng.choice(list(AuditEntry.objects.all()))


def _set(**columns: object) -> Callable[[random.Random], None]:
    def damage(rng: random.Random) -> None:
        AuditEntry.objects.filter(pk=_any(rng).pk).update(**columns)

    return damage


def _change_content(rng: random.Random) -> None:
    entry = _any(rng)
    AuditEntry.objects.filter(pk=entry.pk).update(content={"round": 99})


def _change_content_and_commitment(rng: random.Random) -> None:
    entry = _any(rng)
    content = {"round": 99}
    AuditEntry.objects.filter(pk=entry.pk).update(content=content, commitment=audit.commitment_of(entry.salt, content))


def _delete_one(rng: random.Random) -> None:
    _any(rng).delete()


def _swap(rng: random.Random) -> None:
    one, other = list(AuditEntry.objects.filter(chain="case:2", seq__in=(2, 3)))
    AuditEntry.objects.filter(pk=one.pk).update(seq=900)
    AuditEntry.objects.filter(pk=other.pk).update(seq=one.seq)
    AuditEntry.objects.filter(pk=one.pk).update(seq=other.seq)


def _cut_tail(rng: random.Random) -> None:
    AuditEntry.objects.filter(chain="case:1", seq__gt=4).delete()


def _cut_tail_and_put_back_an_older_head(rng: random.Random) -> None:
    AuditEntry.objects.filter(chain="case:1", seq__gt=4).delete()
    last = AuditEntry.objects.get(chain="case:1", seq=4)
    head = AuditHead(chain="case:1", count=4, last_mac=last.mac)
    # Even with the head's key, as if an older row had been kept and put back.
    head.mac = audit._head_mac(head)
    head.save()


def _drop_chain(rng: random.Random) -> None:
    AuditEntry.objects.filter(chain="case:3").delete()
    AuditHead.objects.filter(chain="case:3").delete()


def _empty_without_record(rng: random.Random) -> None:
    AuditEntry.objects.filter(pk=_any(rng).pk).update(salt="", content=None)


def _recompute_without_the_key(rng: random.Random) -> None:
    """Rewrite a whole chain with another key, consistently."""
    real = settings.AUDIT_KEY
    settings.AUDIT_KEY = "b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMTI="
    previous = ""
    for entry in AuditEntry.objects.filter(chain="case:4").order_by("seq"):
        entry.content = {"round": "forged"}
        entry.commitment = audit.commitment_of(entry.salt, entry.content)
        entry.mac = audit._entry_mac(entry, previous)
        entry.save()
        previous = entry.mac
    head = AuditHead.objects.get(chain="case:4")
    head.last_mac = previous
    head.mac = audit._head_mac(head)
    head.save()
    settings.AUDIT_KEY = real


DAMAGES: dict[str, Callable[[random.Random], None]] = {
    "content": _change_content,
    "content and commitment": _change_content_and_commitment,
    "actor": _set(actor="system:other"),
    "action": _set(action="other"),
    "time": _set(at="2020-01-01T00:00:00+00:00"),
    "subject": _set(subject="other:1"),
    "mac": _set(mac="0" * 64),
    "delete one": _delete_one,
    "swap two": _swap,
    "cut the tail": _cut_tail,
    "cut the tail and rewind the head": _cut_tail_and_put_back_an_older_head,
    "drop a chain": _drop_chain,
    "empty without record": _empty_without_record,
    "recompute without the key": _recompute_without_the_key,
}


def test_random_mutations_are_all_found(chains: list[str]) -> None:
    """A hundred random changes of a random column of a random row: a hundred are found."""
    rng = random.Random(20261121)
    columns: dict[str, Callable[[AuditEntry], object]] = {
        "actor": lambda e: e.actor + "x",
        "action": lambda e: e.action[::-1],
        "subject": lambda e: e.subject + "1",
        "salt": lambda e: e.salt[::-1],
        "commitment": lambda e: e.commitment[1:] + "0",
        "mac": lambda e: "f" + e.mac[:-1],
        "content": lambda e: {**(e.content or {}), "round": -1},
        "chain": lambda e: "case:9",
        "seq": lambda e: e.seq + 100,
    }
    found = 0
    for _ in range(100):
        entry = _any(rng)
        column = rng.choice(sorted(columns))
        before = getattr(entry, column)
        AuditEntry.objects.filter(pk=entry.pk).update(**{column: columns[column](entry)})
        found += bool(problems())
        AuditEntry.objects.filter(pk=entry.pk).update(**{column: before})
    assert found == 100
    assert problems() == []


def test_an_erasure_leaves_the_chain_whole(chains: list[str]) -> None:
    entry = AuditEntry.objects.filter(chain="case:0").order_by("seq")[2]
    audit.erase_content(entry, acting=SYSTEM, ground="retention")
    assert problems() == []
    entry.refresh_from_db()
    assert entry.content is None
    assert entry.salt == ""


def test_a_chain_that_should_exist_is_missed(chains: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "expected_chains", [lambda: ["case:0", "case:gone"]])
    assert problems() == ["audit case:gone: the whole chain is missing"]


def test_a_changed_or_cut_anchor_file_is_found(chains: list[str]) -> None:
    path = settings.AUDIT_ANCHOR_FILE
    lines = path.read_text().splitlines()
    changed = json.loads(lines[1])
    changed["count"] = 3
    path.write_text("\n".join([lines[0], json.dumps(changed), *lines[2:]]) + "\n")
    assert problems()


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

"""The database itself refuses a change of the scope that one supervisor alone put in force: SQL, no portal between."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from documents import invariants, loading, services
from documents.models import RuleRevision, ScopeLine
from portal.common import clock
from portal.common.unmet import Refused
from tests.factories import scope

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _catalogue() -> Iterator[None]:
    loading.load()
    yield
    services.forget()


def by_hand(sql: str, *values: object) -> None:
    """Run one statement, in a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def key(row: RuleRevision) -> object:
    return row.pk if connection.vendor == "postgresql" else row.pk.hex


@pytest.mark.parametrize(
    "change",
    [
        "status = 'in_force'",
        "status = 'in_force', decided_by_id = proposed_by_id",
        "decided_by_id = proposed_by_id",
        "status = 'rejected', decided_by_id = proposed_by_id",
        "status = 'in_force', proposed_by_id = NULL",
        "status = 'in_force', proposed_by_id = NULL, decided_by_id = NULL",
        "proposed_by_id = NULL",
        "is_loaded = TRUE",
        "is_loaded = TRUE, status = 'in_force'",
        "is_loaded = TRUE, status = 'in_force', decided_by_id = proposed_by_id",
        "is_loaded = TRUE, status = 'in_force', decided_by_id = proposed_by_id, proposed_by_id = NULL",
        "status = 'opened'",
    ],
)
def test_one_supervisor_alone_cannot_do_it_with_sql(change: str) -> None:
    row = scope.proposed(scope.WENZHOU)
    before = RuleRevision.objects.filter(pk=row.pk).values().get()
    with pytest.raises(IntegrityError):
        by_hand(f"UPDATE documents_rulerevision SET {change} WHERE id = %s", key(row))  # noqa: S608 - our own words
    assert RuleRevision.objects.filter(pk=row.pk).values().get() == before
    services.forget()
    with pytest.raises(LookupError):
        services.revision_called(row.label)


NEW_REVISION = (
    "INSERT INTO documents_rulerevision (id, label, effective_at, status, authority, event_seq, is_loaded, "
    "proposed_by_id, decided_by_id) SELECT %s, 'planted', {at}, {status}, authority, {seq}, {loaded}, {who}, {decider} "
    "FROM documents_rulerevision WHERE id = %s"
)
NEW_LINE = (
    'INSERT INTO documents_scopeline (id, revision_id, act, city, kind, category, "group", channel, source, '
    "confidence) VALUES (%s, %s, 'open', '330300', 'PASSPORT', 'replace', 'adult', 'online', 'x', 'H')"
)
AN_HOUR_AGO = {"sqlite": "datetime('now', '-1 hour')", "postgresql": "now() - interval '1 hour'"}


def planted(row: RuleRevision, **columns: str) -> str:
    """Return the statement that copies a row as one of another sort; %s are the new key and the row's."""
    given = {"status": "'in_force'", "loaded": "TRUE", "seq": "1", "who": "NULL", "decider": "NULL", **columns}
    return NEW_REVISION.format(at=AN_HOUR_AGO[connection.vendor], **given)


def fresh_key() -> object:
    return uuid4() if connection.vendor == "postgresql" else uuid4().hex


def opens() -> bool:
    services.forget()
    return services.scope_on(clock.today()).opens("PASSPORT", "replace", city=scope.WENZHOU, group="adult")


def written() -> list[object]:
    tables = (RuleRevision.objects.order_by("pk"), ScopeLine.objects.order_by("pk"))
    return [list(rows.values()) for rows in tables]


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"seq": "0"},
        {"loaded": "FALSE", "who": "proposed_by_id", "decider": "decided_by_id"},
        {"loaded": "FALSE", "who": "proposed_by_id", "status": "'proposed'"},
    ],
)
def test_a_revision_cannot_be_inserted_as_decided(columns: dict[str, str]) -> None:
    row = scope.enacted(scope.WUHAN, kinds=("PASSPORT",), groups=("minor",))
    before = written()
    with pytest.raises(IntegrityError):
        by_hand(planted(row, **columns), fresh_key(), key(row))
    assert written() == before
    assert not opens()


def test_a_draft_that_was_inserted_and_put_in_force_by_hand_opens_nothing_and_is_named() -> None:
    row, new = scope.enacted(scope.WUHAN, kinds=("PASSPORT",), groups=("minor",)), fresh_key()
    by_hand(planted(row, status="'draft'"), new, key(row))
    by_hand(NEW_LINE, fresh_key(), new)
    by_hand("UPDATE documents_rulerevision SET status = 'in_force' WHERE id = %s", new)
    assert ScopeLine.objects.filter(revision__status="in_force", city=scope.WENZHOU).count() == 1
    assert not opens()
    (found,) = invariants.revisions_were_decided_as_they_stand()
    assert str(UUID(str(new))) in found


@pytest.mark.parametrize("loaded", [True, False])
def test_the_lines_of_what_was_decided_cannot_be_added_to_changed_or_taken_away(*, loaded: bool) -> None:
    row = RuleRevision.objects.filter(is_loaded=True).latest("effective_at") if loaded else scope.in_force("330400")
    draft = scope.drafted("330500")
    before = written()
    for sql, values in (
        (NEW_LINE, (fresh_key(), key(row))),
        ("UPDATE documents_scopeline SET city = '330300' WHERE revision_id = %s", (key(row),)),
        ("UPDATE documents_scopeline SET revision_id = %s WHERE revision_id = %s", (key(row), key(draft))),
        ("DELETE FROM documents_scopeline WHERE revision_id = %s", (key(row),)),
        ("UPDATE documents_rulerevision SET effective_at = effective_at, label = 'x' WHERE id = %s", (key(row),)),
        ("UPDATE documents_rulerevision SET status = 'draft', decided_by_id = NULL WHERE id = %s", (key(row),)),
    ):
        with pytest.raises(IntegrityError):
            by_hand(sql, *values)
        assert written() == before, sql
    assert not opens()
    services.forget()
    assert services.scope_on(clock.today()).opens(
        "PASSPORT", "replace", city=scope.WUHAN if loaded else "330400", group="adult"
    )
    assert list(invariants.revisions_were_decided_as_they_stand()) == []


def test_a_revision_that_was_deleted_is_refused_or_named() -> None:
    row = scope.in_force(scope.WENZHOU)
    assert opens()

    def delete() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM documents_rulerevision WHERE id = %s", [key(row)])
            cursor.execute("DELETE FROM documents_scopeline WHERE revision_id = %s", [key(row)])

    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError):
            delete()
        assert opens()
    else:
        delete()
        assert list(invariants.revisions_were_decided_as_they_stand()) == [
            f"revision {row.pk} was put in force and is no longer"
        ]


@pytest.mark.parametrize("change", ["act = 'widen'", "channel = 'post'", "\"group\" = 'aliens'"])
def test_a_line_of_an_unknown_sort_is_refused(change: str) -> None:
    row = scope.drafted(scope.WENZHOU)
    with pytest.raises(IntegrityError):
        by_hand(f"UPDATE documents_scopeline SET {change} WHERE revision_id = %s", key(row))  # noqa: S608 - our own words
    assert set(row.lines.values_list("act", "channel", "group")) == {("open", "online", "adult")}


def test_two_decisions_at_once_cannot_contradict_each_other() -> None:
    first = scope.proposed(scope.WENZHOU)
    second = scope.proposed(scope.WENZHOU, effective_at=first.effective_at + timedelta(hours=1))
    deciders = [scope.supervisor().acting, scope.supervisor().acting]

    def decide(place: int) -> str:
        try:
            services.enact_change((first, second)[place].pk, acting=deciders[place])
        except Refused as refused:
            return refused.unmet[0].code
        except DatabaseError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "enacted"

    with ThreadPoolExecutor(2) as pool:
        ends = sorted(pool.map(decide, (0, 1)))
    assert ends[1] == "enacted"
    assert ends[0].startswith("contradiction")
    assert ScopeLine.objects.filter(revision__status="in_force", city=scope.WENZHOU).count() == 8

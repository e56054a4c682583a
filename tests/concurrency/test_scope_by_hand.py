"""The database itself refuses a change of the scope that one supervisor alone put in force: SQL, no portal between."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from documents import loading, services
from documents.models import RuleRevision, ScopeLine
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

"""Changes of the scope as supervisors make them: drafted and proposed by one, put in force by another."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from documents import services
from documents.models import RuleRevision
from documents.services import Proposal
from portal.accounts.models import Officer
from portal.common import clock, outbox
from portal.common.acting import NATION
from tests.factories import accounts

WENZHOU, WUHAN, SHANGHAI = "330300", "420100", "310000"
ALL_KINDS = ("PASSPORT", "HKM_PERMIT", "TWN_PERMIT")
EVERYTHING: dict[str, Any] = {
    "act": "open",
    "kinds": ALL_KINDS,
    "categories": ("replace", "reissue", "endorse"),
    "groups": ("adult",),
    "source": "测试公告第 1 号",
}


@contextmanager
def unguarded() -> Iterator[None]:
    """Write as somebody who owns the tables and took the guards off, to see what is left to stop them."""
    tables = ("documents_rulerevision", "documents_scopeline")
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)", tables)
        guards = cursor.fetchall()
        for name, _sql in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _name, sql in guards:
            cursor.execute(sql)


def supervisor() -> Officer:
    """A supervisor of the national office."""
    return accounts.official("supervisor", authority=NATION)


def tomorrow() -> datetime:
    """This time tomorrow, in whole seconds."""
    return (clock.now() + timedelta(days=1)).replace(microsecond=0)


def proposal(*cities: str, **changes: Any) -> Proposal:
    """A change of the scope; unless told otherwise, everything opens to adults of the cities tomorrow."""
    return Proposal(**{**EVERYTHING, "cities": cities, "effective_at": tomorrow(), **changes})


def drafted(*cities: str, by: Officer | None = None, **changes: Any) -> RuleRevision:
    return services.draft_change(proposal(*cities, **changes), acting=(by or supervisor()).acting)


def proposed(*cities: str, by: Officer | None = None, **changes: Any) -> RuleRevision:
    who = by or supervisor()
    return services.propose_change(drafted(*cities, by=who, **changes).pk, acting=who.acting)


def enacted(*cities: str, **changes: Any) -> RuleRevision:
    """A change that two supervisors decided on; it waits for its moment."""
    return services.enact_change(proposed(*cities, **changes).pk, acting=supervisor().acting)


def in_force(*cities: str, **changes: Any) -> RuleRevision:
    """A change whose moment was a second ago: decided on yesterday."""
    moment = (clock.now() - timedelta(seconds=1)).replace(microsecond=0)
    with clock.set_to(moment - timedelta(days=1)):
        row = enacted(*cities, effective_at=moment, **changes)
    services.forget()
    outbox.run_due()
    return row

"""Claiming the case due first out of three hundred, in SQL, against one bare insert."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from applications import services
from applications.models import Application
from benchmarks import floors, ground
from benchmarks.figures import Figures, Spent, compare
from tests.factories import cases

CASES = 300
ROUNDS = 100


def measure() -> Figures:
    """Claim one case after another; when the queue runs low, the claims are given back, uncounted."""
    cases.ground()
    officer = cases.officer()
    row = cases.filed(cases.person())[0]
    fill(row)

    def prepare() -> None:
        if Application.objects.filter(claimed_until=None).count() < 2:
            Application.objects.update(claimed_by=None, claimed_until=None)

    def claim() -> None:
        assert services.claim_next(acting=officer) is not None

    return compare(
        lambda: in_sql(claim, prepare), lambda: in_sql(floors.insert_event), gate=0.5, queries=ground.queries(claim)
    )


def in_sql(act: Callable[[], object], prepare: Callable[[], object] = lambda: None) -> Spent:
    """Return the time that the database takes of so many operations, with their commits; processor time is all."""
    lasted = used = 0.0

    def timed(execute: Callable[..., Any], *told: Any) -> Any:
        nonlocal lasted
        began = time.perf_counter()
        try:
            return execute(*told)
        finally:
            lasted += time.perf_counter() - began

    commit = connection._commit  # type: ignore[attr-defined]  # noqa: SLF001 - the one place all commits go through
    for _ in range(ROUNDS):
        prepare()
        cpu = time.process_time()
        connection._commit = lambda: timed(commit)  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        try:
            with connection.execute_wrapper(timed):
                act()
        finally:
            connection._commit = commit  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        used += time.process_time() - cpu
    return Spent(ROUNDS, lasted, used)


def fill(row: Application) -> None:
    """Lay copies of a filed case into the queue, each under a kind of its own, as only a benchmark may."""
    fields = [field.attname for field in Application._meta.concrete_fields if field.attname != "id"]  # noqa: SLF001
    values = {name: getattr(row, name) for name in fields}
    copies = ({**values, "receipt": f"B{number:015d}", "endorsement_type": str(number)} for number in range(CASES))
    Application.objects.bulk_create(Application(**copy) for copy in copies)

"""Checks shared by the tests of money."""

from collections.abc import Callable, Iterator

import pytest

from payments import invariants
from portal.common import audit


def breaches() -> list[str]:
    return [breach for check in invariants.ALL.values() for breach in check()]


@pytest.fixture
def money_is_right() -> Iterator[Callable[[], None]]:
    """Call it, or let the test end: no invariant of money is broken and the audit is whole."""

    def check() -> None:
        assert breaches() == []
        assert list(audit.verify()) == []

    yield check
    check()

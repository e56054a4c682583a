"""People and number ranges for the tests of the documents; everybody here is synthetic."""

from collections.abc import Callable
from itertools import count

import pytest

from documents import services
from portal.accounts.models import Person
from portal.common import clock


@pytest.fixture
def make_person() -> Callable[[], Person]:
    serial = count(1)

    def make() -> Person:
        return Person.objects.create(
            citizen_number=f"1101051990010{next(serial):05d}",
            name="测试人",
            sex="M",
            born="1990-01-01",
            hukou_code="110000",
            proved_at=clock.now(),
            proved_by="face",
        )

    return make


@pytest.fixture
def person(make_person: Callable[[], Person]) -> Person:
    return make_person()


@pytest.fixture
def ranges() -> None:
    services.open_range("PASSPORT", first="EJ0000001", last="EJ0000100")
    services.open_range("HKM_PERMIT", first="CF0000001", last="CF0000100")
    services.open_range("TWN_PERMIT", first="L20000001", last="L20000100")

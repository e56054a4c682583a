"""What tests of the window stand on."""

import pytest

from portal.accounts.models import ServicePoint
from tests.factories import bookings, cases


@pytest.fixture
def hall(db: None) -> ServicePoint:
    """A hall with its hours, in a town with its catalogue."""
    cases.ground()
    return bookings.hall()

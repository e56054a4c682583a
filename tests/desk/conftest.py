"""The desk of Shanghai with its people, and cases filed through the services."""

from collections.abc import Callable

import pytest
from django.test import Client

from applications.models import Application
from portal.accounts.models import Officer
from tests.factories import accounts, cases

CITY = "310000"
SignIn = Callable[[Officer], Client]


@pytest.fixture(autouse=True)
def _ground(db: None) -> None:
    cases.ground()


@pytest.fixture
def officer() -> Officer:
    return accounts.official(authority=CITY)


@pytest.fixture
def supervisor() -> Officer:
    return accounts.official("supervisor", authority=CITY)


@pytest.fixture
def enter() -> SignIn:
    """Open a browser for an official whose second factor is verified."""
    return lambda who: accounts.sign_in(Client(), who)


@pytest.fixture
def case() -> Application:
    """An accepted application of a resident of Shanghai."""
    return cases.filed(cases.person())[0]

"""What the benchmarks stand on: a database of their own, cases made through the services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment

OF_TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def database() -> Iterator[Callable[[], None]]:
    """Make the database of the benchmarks for the time of the block; yields what empties it again."""
    setup_test_environment()
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)

    def empty() -> None:
        call_command("flush", verbosity=0, interactive=False)
        cache.clear()

    cache.clear()
    try:
        yield empty
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def queries(act: Callable[[], object]) -> int:
    """Return how many statements `act` takes, those of transactions not counted."""
    with CaptureQueriesContext(connection) as seen:
        act()
    return sum(not query["sql"].startswith(OF_TRANSACTIONS) for query in seen)


def signed_in(user: object) -> Client:
    """Return a client with the session of a user; signing in is not what is measured."""
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def cookie(client: Client) -> str:
    """Return the session of a client as a browser sends it."""
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"

"""What the benchmarks stand on: a database of their own, cases made through the services, and the bare floors."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.http import JsonResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment

from portal.accounts.models import Authority
from portal.common.models import Heartbeat

OF_TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def database() -> Iterator[None]:
    """Make the test database of the settings for the time of the block."""
    setup_test_environment()
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def queries(act: Callable[[], object]) -> int:
    """Return how many statements `act` takes, those of transactions not counted."""
    with CaptureQueriesContext(connection) as seen:
        act()
    return sum(not query["sql"].startswith(OF_TRANSACTIONS) for query in seen)


def one_query_view(request: WSGIRequest) -> JsonResponse:
    """The bare floor of a look-up: one row by primary key through the ORM, as JSON."""
    row = Authority.objects.get(pk=request.GET["code"])
    return JsonResponse({"code": row.code, "name": row.name})


def bare_look_up() -> object:
    """Ask the floor view, without address resolution and middleware."""
    return one_query_view(RequestFactory().get("/", {"code": "310000"})).content


def bare_insert() -> object:
    """Insert one row through the ORM."""
    return Heartbeat.objects.create(name=uuid.uuid4().hex[:20], at="2026-01-01T00:00:00+00:00")


def bare_double_insert() -> None:
    """Insert two rows through the ORM in one transaction: the floor of a submission."""
    with transaction.atomic():
        bare_insert()
        bare_insert()


def signed_in(user: object) -> Client:
    """Return a client with the session of a user; signing in is not what is measured."""
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client

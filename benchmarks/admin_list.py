"""A page of the officers' list, second factor and masks included, against fifty rows as JSON."""

from django.test import Client
from django.urls import reverse

from benchmarks import ground
from benchmarks.figures import Figures, compare
from benchmarks.queue_claim import fill
from benchmarks.serving import Ask, serving
from tests.factories import accounts, cases

ROUNDS = 20


def measure() -> Figures:
    """Open the queue of an authority with three hundred cases; no ratio is set for it, only a number of queries."""
    cases.ground()
    row = cases.filed(cases.person())[0]
    fill(row)
    officer = accounts.official(authority=row.authority)
    client = accounts.sign_in(Client(), officer)
    path = reverse("admin:applications_application_changelist")
    client.get(path)
    taken = ground.queries(lambda: client.get(path))
    ours = Ask(path, headers={"Cookie": ground.cookie(client)})
    with serving() as server:
        return compare(
            lambda: server.send([ours] * ROUNDS),
            lambda: server.send([Ask("/floor/rows/")] * ROUNDS),
            queries=taken,
            most_queries=12,
        )

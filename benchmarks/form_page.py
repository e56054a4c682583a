"""A page of the form, session and middleware included, against its template rendered bare."""

from urllib.parse import urlencode

from benchmarks import ground
from benchmarks.figures import Figures, compare
from benchmarks.serving import Ask, serving
from tests.factories import cases

ROUNDS = 60


def measure() -> Figures:
    """Open the page of personal details."""
    cases.ground()
    person = cases.person()
    path = f"/apply/{cases.draft(person).pk}/personal/"
    client = ground.signed_in(person.user)
    taken = ground.queries(lambda: client.get(path))
    told = {"Cookie": ground.cookie(client)}
    ours, floor = Ask(path, headers=told), Ask(f"/floor/page/?{urlencode({'path': path})}", headers=told)
    with serving() as server:
        return compare(
            lambda: server.send([ours] * ROUNDS), lambda: server.send([floor] * ROUNDS), gate=0.6, queries=taken
        )

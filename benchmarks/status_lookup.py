"""The public look-up, through every middleware, against a bare view of one query."""

import itertools
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from benchmarks import ground
from benchmarks.figures import Figures, Spent, compare
from benchmarks.serving import Ask, form, serving
from portal.accounts.models import Authority
from tests.factories import cases

ROUNDS = 200


def measure() -> Figures:
    """Ask for one filed form, each time from another address: the throttle is part of the work, not of the result."""
    cases.ground()
    person = cases.person()
    row = cases.filed(person)[0].submission
    Authority.objects.get_or_create(code="310000", defaults={"name": "示范"})
    path = reverse("applications:public_status")
    told = {"reference": row.reference, "tail": person.citizen_number[-4:]}
    hosts = (f"10.{host >> 16 & 255}.{host >> 8 & 255}.{host & 255}" for host in itertools.count(1))
    client = Client()
    client.post(path, told, HTTP_X_REAL_IP=next(hosts))
    taken = ground.queries(lambda: client.post(path, told, HTTP_X_REAL_IP=next(hosts)))
    with serving() as server:

        def ours() -> Spent:
            return server.send([form(path, urlencode(told), address=next(hosts)) for _ in range(ROUNDS)])

        def floor() -> Spent:
            return server.send([Ask("/floor/look-up/310000/")] * ROUNDS)

        return compare(ours, floor, gate=0.6, queries=taken, most_queries=1)

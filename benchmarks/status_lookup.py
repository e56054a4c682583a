"""The public look-up, through every middleware, against a bare view of one query."""

import itertools

from django.test import Client
from django.urls import reverse

from benchmarks import ground
from benchmarks.figures import Figures, compare
from portal.accounts.models import Authority
from tests.factories import cases


def measure() -> Figures:
    """Ask for one filed form, each time from another address: the throttle is part of the work, not of the result."""
    cases.ground()
    person = cases.person()
    form = cases.filed(person)[0].submission
    Authority.objects.get_or_create(code="310000", defaults={"name": "示范"})
    path, told = (
        reverse("applications:public_status"),
        {
            "reference": form.reference,
            "tail": person.citizen_number[-4:],
        },
    )
    hosts = itertools.count(1)
    client = Client()

    def ours() -> object:
        host = next(hosts)
        answer = client.post(path, told, REMOTE_ADDR=f"10.{host >> 16 & 255}.{host >> 8 & 255}.{host & 255}")
        assert answer.status_code == 200
        return answer

    return compare(ours, ground.bare_look_up, queries=ground.queries(ours))

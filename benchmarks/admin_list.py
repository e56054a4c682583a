"""A page of the officers' list, second factor and masks included, against fifty rows as JSON."""

from django.http import JsonResponse
from django.test import Client
from django.urls import reverse

from applications.models import Application
from benchmarks import ground
from benchmarks.figures import Figures, compare
from benchmarks.queue_claim import fill
from tests.factories import accounts, cases

ROWS = 50


def measure() -> Figures:
    """Open the queue of an authority with three hundred cases."""
    cases.ground()
    row = cases.filed(cases.person())[0]
    fill(row)
    officer = accounts.official(authority=row.authority)
    accounts.enrolled(officer)
    client = Client()
    accounts.sign_in(client, officer)
    path = reverse("admin:applications_application_changelist")

    def ours() -> object:
        answer = client.get(path)
        assert answer.status_code == 200
        return answer

    def floor() -> bytes:
        rows = list(Application.objects.order_by("due_on").values("receipt", "kind", "status", "due_on")[:ROWS])
        return JsonResponse({"rows": rows}).content

    ours()
    return compare(ours, floor, rounds=15, queries=ground.queries(ours))

"""A page of the form, session and middleware included, against its template rendered bare."""

from django.template.loader import get_template
from django.test import RequestFactory

from benchmarks import ground
from benchmarks.figures import Figures, compare
from tests.factories import cases


def measure() -> Figures:
    """Open the page of personal details."""
    cases.ground()
    person = cases.person()
    form = cases.draft(person)
    client = ground.signed_in(person.user)
    path = f"/apply/{form.pk}/personal/"
    answer = client.get(path)
    assert answer.status_code == 200
    known = answer.context[0].flatten()
    template = get_template(answer.templates[0].name)
    request = RequestFactory().get(path)
    request.user = person.user
    known = {name: value for name, value in known.items() if name not in ("request", "csrf_token", "block")}

    def floor() -> str:
        return str(template.render(known, request))

    def ours() -> object:
        return client.get(path)

    return compare(ours, floor, rounds=40, queries=ground.queries(ours))

"""The press of the button, session and page included, against a bare double insert."""

from applications import services
from applications.models import Application, Submission
from benchmarks import ground
from benchmarks.figures import Figures, compare
from photos.models import Shot
from tests.factories import cases

ROUNDS = 15


def measure() -> Figures:
    """File draft after draft of one person; between two presses the earlier one is withdrawn, uncounted."""
    cases.ground()
    person = cases.person()
    client = ground.signed_in(person.user)
    pictures = list(Shot.objects.filter(owner=cases.draft(person).pk))
    current = Submission.objects.get(filed_at=None)

    def prepare() -> None:
        nonlocal current
        for row in Application.objects.filter(status="accepted"):
            services.withdraw(row.pk, acting=person.acting)
        current = services.start(person.user, person)
        for page, data in cases.answers(person).items():
            services.save_page(current.pk, page, data, acting=person.acting)
        Shot.objects.filter(pk__in=[shot.pk for shot in pictures]).update(owner=current.pk)

    def ours() -> None:
        answer = client.post(f"/apply/{current.pk}/check/", {"agreed": "on"})
        assert answer.status_code == 302, answer.status_code

    prepare()
    ours()
    prepare()
    taken = ground.queries(ours)
    return compare(ours, ground.bare_double_insert, rounds=ROUNDS, queries=taken, prepare=prepare)

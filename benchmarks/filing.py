"""The press of the button, session, token and page included, against a bare double insert."""

from applications import services
from applications.models import Application
from benchmarks import ground
from benchmarks.figures import Figures, Spent, compare
from benchmarks.serving import Ask, form, serving
from photos.models import Shot
from tests.factories import cases

ROUNDS = 12


def measure() -> Figures:
    """File draft after draft of one person; between two presses the earlier one is withdrawn, uncounted."""
    cases.ground()
    person = cases.person()
    client = ground.signed_in(person.user)
    pictures = [shot.pk for shot in Shot.objects.filter(owner=cases.draft(person).pk)]

    def path() -> str:
        """Lay out the next draft."""
        for row in Application.objects.filter(status="accepted"):
            services.withdraw(row.pk, acting=person.acting)
        assert person.user is not None
        current = services.start(person.user, person)
        for page, data in cases.answers(person).items():
            services.save_page(current.pk, page, data, acting=person.acting)
        Shot.objects.filter(pk__in=pictures).update(owner=current.pk)
        return f"/apply/{current.pk}/check/"

    def press(where: str) -> None:
        assert client.post(where, {"agreed": "on"}).status_code == 302

    press(path())
    where = path()
    taken = ground.queries(lambda: press(where))
    with serving() as server:

        def ours() -> Spent:
            spent = Spent(0, 0, 0)
            for _ in range(ROUNDS):
                spent += server.send([form(path(), "agreed=on", cookies=ground.cookie(client), status=302)])
            return spent

        def floor() -> Spent:
            spent = Spent(0, 0, 0)
            for _ in range(ROUNDS):
                spent += server.send([Ask("/floor/double-insert/")])
            return spent

        return compare(ours, floor, gate=0.4, queries=taken, most_queries=12)

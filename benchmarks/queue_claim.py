"""Claiming the case due first out of three hundred, against a bare insert."""

from applications import services
from applications.models import Application
from benchmarks import ground
from benchmarks.figures import Figures, compare
from tests.factories import cases

CASES = 300
ROUNDS = 40


def measure() -> Figures:
    """Claim one case after another; when the queue runs low, the claims are given back, uncounted."""
    cases.ground()
    officer = cases.officer()
    row = cases.filed(cases.person())[0]
    fill(row)

    def prepare() -> None:
        if Application.objects.filter(claimed_until=None).count() < 2:
            Application.objects.update(claimed_by=None, claimed_until=None)

    def ours() -> None:
        assert services.claim_next(acting=officer) is not None

    return compare(ours, ground.bare_insert, rounds=ROUNDS, queries=ground.queries(ours), prepare=prepare)


def fill(row: Application) -> None:
    """Lay copies of a filed case into the queue, each under a kind of its own, as only a benchmark may."""
    fields = [field.attname for field in Application._meta.concrete_fields if field.attname != "id"]  # noqa: SLF001
    values = {name: getattr(row, name) for name in fields}
    copies = ({**values, "receipt": f"B{number:015d}", "endorsement_type": str(number)} for number in range(CASES))
    Application.objects.bulk_create(Application(**copy) for copy in copies)

"""Pictures sent and chosen at the same moment: each is kept, one is chosen, nobody sees a fault."""

from uuid import uuid4

import pytest

from photos import services, shots
from photos.models import PORTRAIT, SIGNATURE, Shot
from portal.common import outbox
from portal.common.acting import Acting
from tests.factories import cases
from tests.factories.work import together

pytestmark = pytest.mark.django_db(transaction=True)
CITIZEN = Acting("citizen", "somebody")


def send_and_choose(at_once: int) -> None:
    owner, data = uuid4(), cases.signature()

    def send(_: int) -> Shot:
        return services.receive(data, owner=owner, purpose=SIGNATURE, authority="310000", acting=CITIZEN)

    taken = together(send, at_once)
    assert sorted(shot.number for shot in taken) == list(range(1, at_once + 1))
    outbox.run_due()
    assert Shot.objects.filter(owner=owner, status="accepted").count() == at_once
    keys = [shot.pk for shot in taken]
    together(lambda n: services.choose(keys[n % at_once], owner=owner), at_once * 4)
    assert Shot.objects.filter(owner=owner, is_chosen=True).count() == 1
    assert PORTRAIT not in shots.chosen(owner)


def test_two_pictures_at_once() -> None:
    send_and_choose(2)


@pytest.mark.postgres
def test_two_pictures_at_once_on_postgresql() -> None:
    send_and_choose(2)

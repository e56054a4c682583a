"""A changed event is found: the chains say word for word what happened."""

from typing import Any
from uuid import uuid4

import pytest

from photos.lifecycle import LIFECYCLE as SHOT
from photos.models import Shot
from portal.common import audit, clock
from portal.common.acting import Acting
from portal.common.models import Event
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        {"action": "withdraw"},
        {"source": "returned"},
        {"target": "approved"},
        {"actor_id": "somebody"},
        {"actor_kind": "officer"},
        {"codes": ["P13-1"]},
        {"params": {"kind": "PASSPORT"}},
        {"at": clock.now()},
        {"seq": 77},
    ],
)
def test_a_changed_event_is_named(change: dict[str, Any]) -> None:
    cases.ground()
    (row,) = cases.filed(cases.person())
    assert list(audit.verify()) == []
    event = Event.objects.filter(subject_id=row.pk).order_by("seq")[0]
    Event.objects.filter(pk=event.pk).update(**change)
    (found,) = audit.verify()
    assert str(row.pk) in found


@pytest.fixture
def noted() -> Event:
    """The event of a step that was given a reason in words."""
    row = Shot(owner=uuid4(), purpose="portrait", number=1, authority="310000", received_at=clock.now(), final="x")
    SHOT.begin([row], actions=[("receive", Acting("citizen", "c1"))])
    SHOT.perform(row, "refuse", acting=Acting.system("test"), note="看不清")
    assert list(audit.verify()) == []
    return Event.objects.get(subject_id=row.pk, seq=2)


def test_a_changed_note_is_named(noted: Event) -> None:
    noted.note = "看得清"
    noted.save()
    assert list(audit.verify()) == [f"event 2 of shot:{noted.subject_id}: it is not what its audit link says"]


def test_a_deleted_event_is_named(noted: Event) -> None:
    noted.delete()
    assert list(audit.verify()) == [f"events of shot:{noted.subject_id}: 1 rows for 2 audit links"]

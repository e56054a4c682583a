"""A changed event is found: the chains say word for word what happened."""

from typing import Any

import pytest

from portal.common import audit, clock
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

"""What a newly proven person holds is taken over from the population register, once."""

import pytest

from documents.adoption import TOPIC
from documents.models import IssuedDocument
from portal.accounts.gateways.register.simulator import LEDGER
from portal.common import outbox
from portal.common.models import Promise
from tests.factories import accounts

pytestmark = pytest.mark.django_db


def test_held_documents_are_taken_over_once() -> None:
    accounts.proven("王演示")
    outbox.run_due()
    assert set(IssuedDocument.objects.values_list("kind", "status")) == {
        ("PASSPORT", "valid"),
        ("HKM_PERMIT", "valid"),
        ("TWN_PERMIT", "valid"),
    }
    Promise.objects.filter(topic=TOPIC).update(done_at=None)
    outbox.run_due()
    assert IssuedDocument.objects.count() == 3


def test_lost_and_void_ones_come_as_ended() -> None:
    accounts.proven("朱作废")
    outbox.run_due()
    assert sorted(IssuedDocument.objects.values_list("status", flat=True)) == ["invalid", "valid"]


def test_a_register_that_is_away_is_asked_again() -> None:
    accounts.proven("王演示")
    LEDGER.arm("down")
    outbox.run_due()
    row = Promise.objects.get(topic=TOPIC)
    assert (row.done_at, row.dead_at, row.last_code) == (None, None, "gateway_down")
    assert not IssuedDocument.objects.exists()

"""A whole audit chain dropped together with its head is missed without any anchor: the rows it tells of still stand."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from payments import callbacks
from photos.services import PORTRAIT, receive
from portal.common import audit
from portal.common.acting import Acting
from portal.common.models import AuditEntry, AuditHead
from tests.factories import accounts

pytestmark = pytest.mark.django_db
PICTURE = Path(settings.BASE_DIR) / "photos" / "demonstration" / "portrait.jpg"


def of_an_official() -> str:
    return f"official:{accounts.official().user_id}"


def of_pictures() -> str:
    owner = uuid4()
    acting = Acting("citizen", str(uuid4()))
    receive(PICTURE.read_bytes(), owner=owner, purpose=PORTRAIT, authority="330100", acting=acting)
    return f"shots:{owner}"


def of_odd_callbacks() -> str:
    assert callbacks.receive("simulator", {}, b"{}", sender="203.0.113.7").verdict == "forged"
    return callbacks.CHAIN


@pytest.mark.parametrize("begin", [of_an_official, of_pictures, of_odd_callbacks])
def test_a_dropped_chain_is_missed(begin: Callable[[], str]) -> None:
    chain = begin()
    assert list(audit.verify()) == []
    AuditEntry.objects.filter(chain=chain).delete()
    AuditHead.objects.filter(chain=chain).delete()
    assert f"audit {chain}: the whole chain is missing" in list(audit.verify())

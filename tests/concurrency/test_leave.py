"""A leave revoked while a helper is writing: the act is whole before the revocation, or does not come at all."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connections, transaction

from applications import services
from portal.accounts import helping
from portal.accounts.services import NoLeave
from portal.common.acting import Acting
from tests.factories import accounts, cases
from tests.factories.helping import HELPER, OLDER, authorised

pytestmark = pytest.mark.django_db(transaction=True)
CONTACT = {"phone": "13812345678"}


def test_a_revocation_waits_for_the_act_that_is_being_written_and_stops_the_next() -> None:
    cases.ground()
    older, helper = cases.person(OLDER, phone="13911112222"), accounts.proven(HELPER, phone="13933334444")
    leave, form = authorised(older, helper), cases.draft(older, pictures=False)
    acting = Acting("citizen", str(helper.pk), behalf=str(older.pk))
    written, revoked, order = Event(), Event(), list[str]()

    def act() -> None:
        try:
            with transaction.atomic():
                services.save_page(form.pk, "contact", CONTACT, acting=acting)
                written.set()
                # Not held back by anything, the revocation is through long before this ends.
                revoked.wait(1)
                order.append("saved")
        finally:
            connections.close_all()

    def revoke() -> None:
        try:
            written.wait(30)
            helping.revoke(leave, person=older)
            order.append("revoked")
            revoked.set()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(act), pool.submit(revoke)]:
            done.result()
    assert order == ["saved", "revoked"]
    with pytest.raises(NoLeave):
        services.save_page(form.pk, "contact", {"phone": "13899999999"}, acting=acting)
    form.refresh_from_db()
    assert form.answers["contact"] == CONTACT

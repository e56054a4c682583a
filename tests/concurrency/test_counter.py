"""The counter beside others: a form filed at the same moment stays with its office, an office ends before or after."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connections, transaction

from applications import services
from applications.models import Submission
from portal.accounts import services as accounts_services
from portal.accounts.models import Officer
from portal.accounts.services import NoLeave
from portal.common import clock
from portal.common.acting import Acting
from tests.factories import accounts, cases, counters

pytestmark = pytest.mark.django_db(transaction=True)


def beside(first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """Do the first act and, while its transaction is still open, the second; returns the order in which they ended."""
    written, through, order = Event(), Event(), list[str]()

    def begin() -> None:
        try:
            with transaction.atomic():
                first()
                written.set()
                # Not held back by anything, the second is through long before this ends.
                through.wait(1)
                order.append("first")
        finally:
            written.set()
            connections.close_all()

    def follow() -> None:
        try:
            written.wait(30)
            second()
            order.append("second")
            through.set()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(begin), pool.submit(follow)]:
            done.result()
    return order


def test_a_form_filed_online_while_the_counter_opens_it_stays_with_its_office() -> None:
    cases.ground()
    person, officer = cases.person(), cases.officer(counters.HALL)
    form, known = cases.draft(person), services.gather(person)
    assert beside(
        lambda: services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED),
        lambda: services.open_form(person, authority=counters.HALL, acting=officer),
    ) == ["first", "second"]
    form.refresh_from_db()
    assert (form.channel, form.authority) == ("online", person.hukou_code)
    opened = Submission.objects.get(filed_at=None)
    assert (opened.pk != form.pk, opened.authority) == (True, counters.HALL)


def test_the_end_of_an_office_waits_for_what_its_official_is_writing() -> None:
    cases.ground()
    official, person = accounts.official(authority=counters.HALL), cases.person()
    form = services.open_form(person, authority=counters.HALL, acting=official.acting)
    acting = Acting("officer", str(official.user_id), counters.HALL, behalf=str(person.pk))
    kept = {"phone": "13812345678"}

    def end() -> Officer:
        return accounts_services.change_office(
            official,
            role="officer",
            authority=official.authority,
            ends_on=clock.today(),
            acting=cases.officer(counters.HALL, role="supervisor"),
        )

    assert beside(lambda: services.save_page(form.pk, "contact", kept, acting=acting), end) == ["first", "second"]
    with pytest.raises(NoLeave):
        services.save_page(form.pk, "contact", {"phone": "13899999999"}, acting=acting)
    form.refresh_from_db()
    assert form.answers["contact"] == kept

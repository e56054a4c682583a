"""Endorsements on the form: with a permit or alone, priced apiece, waiting for the permit, falling with it."""

from collections.abc import Mapping
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from applications import services
from applications.models import Application
from documents.models import IssuedEndorsement
from documents.services import endorsements_of
from payments.models import Refund
from portal.accounts.models import Person
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.models import Event
from portal.common.unmet import Refused
from tests.factories import cases
from tests.factories.work import run_for

pytestmark = pytest.mark.django_db

TRIPS = {"HK": {"letter": "G", "option": "1y2"}, "MO": {"letter": "G", "option": "1y1"}}


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person("王演示")


@pytest.fixture
def officer(person: Person) -> Acting:
    return cases.officer(person.hukou_code)


def by_place(rows: list[Application]) -> Mapping[str, Application]:
    return {row.destination or row.kind: row for row in rows}


def test_each_request_has_its_receipt_its_fee_and_waits_for_its_permit(person: Person) -> None:
    rows = by_place(cases.filed(person, {"HKM_PERMIT": "expiring", "PASSPORT": "expiring"}, endorsements=TRIPS))
    assert list(rows) == ["HKM_PERMIT", "PASSPORT", "HK", "MO"]
    assert {place: row.fee_fen for place, row in rows.items()} == {
        "HKM_PERMIT": 6000,
        "PASSPORT": 12000,
        "HK": 3000,
        "MO": 1500,
    }
    assert len({row.receipt for row in rows.values()}) == 4
    assert {place: row.depends_on_id for place, row in rows.items() if row.depends_on_id} == {
        "HK": rows["HKM_PERMIT"].pk,
        "MO": rows["HKM_PERMIT"].pk,
    }


def test_it_cannot_be_approved_before_its_permit(person: Person, officer: Acting) -> None:
    rows = by_place(cases.filed(person, {"HKM_PERMIT": "expiring"}, endorsements=TRIPS))
    services.claim(rows["HK"].pk, acting=officer)
    with pytest.raises(Refused, match="depends_on"):
        services.approve(rows["HK"].pk, acting=officer)


def test_it_is_written_on_the_new_card_and_travels_with_it(person: Person, officer: Acting) -> None:
    cases.paid(person, officer, {"HKM_PERMIT": "expiring"}, endorsements=TRIPS)
    for minutes in (0, 5, 10):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
            outbox.run_due()
    rows = by_place(list(Application.objects.order_by("position")))
    permit = rows["HKM_PERMIT"]
    assert permit.status == "delivered"
    assert {rows["HK"].status, rows["MO"].status} == {permit.status}
    assert {rows["HK"].parcel, rows["MO"].parcel} == {permit.parcel}
    written = IssuedEndorsement.objects.order_by("destination")
    assert [(one.destination, one.letter, one.option, one.stay_days) for one in written] == [
        ("HK", "G", "1y2", 7),
        ("MO", "G", "1y1", 7),
    ]
    assert {one.permit_id for one in written} == {permit.document_id}
    call_command("assert_invariants", stdout=StringIO())


def test_it_falls_with_a_permit_that_is_refused(person: Person, officer: Acting) -> None:
    rows = by_place(cases.filed(person, {"HKM_PERMIT": "expiring", "PASSPORT": "expiring"}, endorsements=TRIPS))
    services.claim(rows["HKM_PERMIT"].pk, acting=officer)
    services.refuse(rows["HKM_PERMIT"].pk, acting=officer, code="HKM", note="不符合规定的事由")
    states = {row.destination or row.kind: row.status for row in Application.objects.all()}
    assert states == {"HKM_PERMIT": "refused", "HK": "refused", "MO": "refused", "PASSPORT": "accepted"}
    assert not Refund.objects.exists()
    call_command("assert_invariants", stdout=StringIO())


@pytest.mark.usefixtures("person")
def test_on_a_permit_in_force_it_is_written_at_once_and_waits_for_the_card() -> None:
    holder = cases.person("赵测试", phone="13900000007")
    permit = holder.documents.get(kind="HKM_PERMIT")
    trip = {"MO": {"letter": "L", "option": "3m1"}}
    [row] = cases.paid(holder, cases.officer(holder.hukou_code), endorsements=trip, requests={})
    outbox.run_due()
    row.refresh_from_db()
    assert (row.status, row.depends_on_id, row.fee_fen) == ("ready", None, 1500)
    assert IssuedEndorsement.objects.get().permit_id == permit.pk
    assert Event.objects.filter(subject_id=row.pk, action="write_endorsement").count() == 1


@pytest.mark.parametrize(
    ("trips", "code"),
    [
        ({"HK": {"letter": "G", "option": "1yM"}}, "place_not_covered"),
        ({"MO": {"letter": "G", "option": "3m2"}}, "option_not_offered"),
        ({"TW": {"letter": "G", "option": "6m1"}}, "endorsement_closed"),
        ({"HK": {"letter": "G", "option": "1y2"}}, "permit_too_short"),
    ],
)
def test_what_is_not_offered_is_not_filed(person: Person, trips: Mapping[str, object], code: str) -> None:
    form = cases.draft(person, endorsements=trips, requests={})
    with pytest.raises(Refused, match=code):
        services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert not Application.objects.exists()


def test_an_official_sees_what_is_asked_for_where_a_document_has_its_reason(person: Person) -> None:
    rows = by_place(cases.filed(person, {"HKM_PERMIT": "expiring"}, endorsements=TRIPS))
    lines = services.look(rows["HK"], ask_register=True, shows_names=True).lines
    assert {line.name: line.asked for line in lines}["request"] == ((rows["HK"].label, False),)


def test_it_is_withdrawn_alone_and_no_old_document_is_spoken_of(person: Person, client: Client) -> None:
    rows = by_place(cases.filed(person, {"HKM_PERMIT": "expiring"}, endorsements=TRIPS))
    assert person.user is not None
    client.force_login(person.user)
    here = f"/apply/withdraw/{rows['HK'].pk}/"
    shown = client.get(here).content.decode()
    assert "撤回后想再办" in shown
    assert "旧证件" not in shown
    client.post(here)
    states = {row.destination: row.status for row in Application.objects.all()}
    assert states == {"": "accepted", "HK": "withdrawn", "MO": "accepted"}


@pytest.mark.usefixtures("person")
def test_it_cannot_be_corrected_into_one_that_another_form_asks_for() -> None:
    holder = cases.person("赵测试", phone="13900000007")
    officer = cases.officer(holder.hukou_code)
    tour, own = ({"MO": {"letter": letter, "option": "3m1"}} for letter in ("L", "G"))
    [row] = cases.filed(holder, requests={}, endorsements=tour)
    services.claim(row.pk, acting=officer)
    services.return_for_correction(row.pk, acting=officer, codes=["C06"])
    [other] = cases.filed(holder, requests={}, endorsements=own)
    services.save_page(row.submission_id, "endorsements", own, acting=holder.acting)
    events = Event.objects.count()
    with pytest.raises(Refused) as refused:
        services.correct(row.submission_id, acting=holder.acting, known=services.gather(holder))
    assert [(one.code, one.field) for one in refused.value.unmet] == [("open", "endorse.MO")]
    assert Event.objects.count() == events
    services.withdraw(other.pk, acting=holder.acting)
    [mended] = services.correct(row.submission_id, acting=holder.acting, known=services.gather(holder))
    assert (mended.status, mended.endorsement_type) == ("accepted", "G")


@pytest.mark.parametrize("is_first", [True, False], ids=["asked for before", "asked for after"])
def test_what_waits_on_a_card_that_is_replaced_goes_to_the_new_one(*, is_first: bool) -> None:
    cases.ground()
    holder = cases.person("赵测试", phone="13900000007")
    officer = cases.officer(holder.hukou_code)
    trip = {"MO": {"letter": "L", "option": "3m1"}}
    if is_first:
        cases.paid(holder, officer, endorsements=trip, requests={})
        outbox.run_due()
    cases.paid(holder, officer, {"HKM_PERMIT": "damaged"}, endorsements={})
    if not is_first:
        cases.paid(holder, officer, endorsements=trip, requests={})
    run_for(60)
    permit = holder.documents.get(kind="HKM_PERMIT", status="valid")
    assert permit.application_id is not None
    assert IssuedEndorsement.objects.get().permit_id == permit.pk
    assert [one.destination for one in endorsements_of(holder)] == ["MO"]
    call_command("assert_invariants", stdout=StringIO())

"""Five applications on one form: one is refused, one returned and mended, and each goes its own way."""

import pytest

from applications import services
from applications.models import Application
from documents.models import IssuedDocument, IssuedEndorsement
from portal.notifications.models import Message
from tests.factories import cases
from tests.factories.work import holds, run_for

pytestmark = pytest.mark.django_db

TRIPS = {"HK": {"letter": "L", "option": "1y2"}, "MO": {"letter": "L", "option": "3m1"}}
KINDS = dict.fromkeys(("PASSPORT", "HKM_PERMIT", "TWN_PERMIT"), "expiring")


def states() -> dict[str, str]:
    return {row.destination or row.kind: row.status for row in Application.objects.order_by("position")}


def test_one_refused_one_returned_three_issued() -> None:
    cases.ground()
    person = cases.person("王演示")
    officer = cases.officer(person.hukou_code)
    rows = {row.destination or row.kind: row for row in cases.filed(person, KINDS, endorsements=TRIPS)}
    assert {place: row.fee_fen for place, row in rows.items()} == {
        "PASSPORT": 12000,
        "HKM_PERMIT": 6000,
        "TWN_PERMIT": 6000,
        "HK": 3000,
        "MO": 1500,
    }
    assert len({row.receipt for row in rows.values()}) == len({row.due_on for row in rows.values()}) * 5 == 5

    for place in ("PASSPORT", "HKM_PERMIT", "HK"):
        services.claim(rows[place].pk, acting=officer)
        services.approve(rows[place].pk, acting=officer)
    services.claim(rows["TWN_PERMIT"].pk, acting=officer)
    services.refuse(rows["TWN_PERMIT"].pk, acting=officer, code="TWN12", note="属于办法第十二条规定的情形")
    services.claim(rows["MO"].pk, acting=officer)
    services.return_for_correction(rows["MO"].pk, acting=officer, codes=["C06"])

    submission = rows["PASSPORT"].submission
    assert [row.receipt for row in services.payable(submission.pk)] == [
        rows[place].receipt for place in ("PASSPORT", "HKM_PERMIT", "HK")
    ]
    cases.pay(submission.pk, person)
    run_for(60)
    assert states() == {
        "PASSPORT": "delivered",
        "HKM_PERMIT": "delivered",
        "TWN_PERMIT": "refused",
        "HK": "delivered",
        "MO": "returned",
    }
    assert set(IssuedDocument.objects.exclude(application_id=None).values_list("kind", flat=True)) == {
        "PASSPORT",
        "HKM_PERMIT",
    }
    assert IssuedDocument.objects.get(person=person, kind="TWN_PERMIT").status == "valid"
    assert [one.destination for one in IssuedEndorsement.objects.all()] == ["HK"]
    holds()

    services.save_page(
        submission.pk, "endorsements", {**TRIPS, "MO": {"letter": "L", "option": "1y1"}}, acting=person.acting
    )
    services.correct(submission.pk, acting=person.acting, known=services.gather(person))
    services.claim(rows["MO"].pk, acting=officer)
    services.approve(rows["MO"].pk, acting=officer)
    cases.pay(submission.pk, person)
    run_for(60)
    late = Application.objects.get(destination="MO")
    # Its permit is in its holder's hands already: it waits to be written on the card.
    assert (late.status, late.option, late.fee_fen) == ("ready", "1y1", 1500)
    permit = Application.objects.get(pk=rows["HKM_PERMIT"].pk).document_id
    assert IssuedEndorsement.objects.get(destination="MO").permit_id == permit
    services.collect(late.pk, acting=officer)
    run_for(6)
    holds()
    told = [(message.code, message.params.get("receipt", "")) for message in Message.objects.filter(user=person.user)]
    for code, place in (
        ("application.refused", "TWN_PERMIT"),
        ("application.returned", "MO"),
        ("application.approved", "HK"),
        ("application.endorsed", "HK"),
        ("application.endorsed", "MO"),
        ("application.delivered", "PASSPORT"),
        ("application.delivered", "MO"),
    ):
        assert told.count((code, rows[place].receipt)) == 1, (code, place)

"""Urgent cases on the desk: a queue of their own with its count, the reason beside the case, two acts."""

from django.urls import reverse

from applications import services
from applications.models import Application
from portal.accounts.models import Officer
from portal.desk.queues import desk, top
from tests.desk.conftest import SignIn
from tests.desk.test_decisions import do, text, traces
from tests.factories import cases

TOLD = {"reason": "enrolment", "statement": "9 月 1 日开学报到，录取通知书写着日期。"}


def test_the_queue_the_reason_and_the_two_acts(officer: Officer, supervisor: Officer, enter: SignIn) -> None:
    person = cases.person()
    (ordinary,) = cases.filed(person)
    (case,) = cases.filed(person, {"HKM_PERMIT": "damaged"}, urgency=TOLD)
    for acting in (officer.acting, supervisor.acting):
        pile = next(one for one in desk(acting).ours if one.name == "urgency_claimed")
        assert (pile.count, pile.is_urgent) == (1, True)
        assert [one.count for one in top(acting) if one.name == "urgency_claimed"] == [1]
        assert [one.count for one in top(acting) if one.name == "urgent"] == [0]
    client = enter(officer)
    listed = text(client.get(pile.href))
    assert services.spoken(case.receipt) in listed
    assert services.spoken(ordinary.receipt) not in listed
    review = reverse("desk:review", args=[case.pk])
    assert "录取通知书写着日期" not in text(client.get(review))
    services.claim(case.pk, acting=officer.acting)
    case.refresh_from_db()
    page = text(client.get(review))
    assert "录取通知书写着日期" in page
    assert "写有日期的录取通知书" in page
    before = traces()
    assert do(client, case, "decline_urgency", note="").status_code == 400
    assert before == traces()
    assert do(client, case, "confirm_urgency", note="看过录取通知书。").status_code == 302
    case.refresh_from_db()
    assert case.urgency_decided_at is not None
    assert "同意加急" in text(client.get(review))
    assert Application.objects.exclude(urgent_by=None).count() == 1
    assert [one.count for one in top(officer.acting) if one.name in ("urgent", "urgency_claimed")] == [1, 0]

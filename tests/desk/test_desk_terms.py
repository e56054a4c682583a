"""Acts beside a case on the desk: a longer term, a check elsewhere; each with its reason, none on the bar."""

from datetime import date

import pytest
from django.urls import reverse

from applications import services
from applications.models import Application
from portal.accounts.models import Officer
from portal.common.acting import NATION
from portal.common.models import Event
from tests.desk.conftest import SignIn
from tests.desk.test_decisions import do, text, traces
from tests.factories import accounts

WHY = "户籍地在偏远地区，材料要邮寄核对。"


@pytest.fixture
def held(case: Application, officer: Officer) -> Application:
    services.claim(case.pk, acting=officer.acting)
    return Application.objects.get(pk=case.pk)


def test_a_longer_term_takes_two_pages_of_two_officials(held: Application, officer: Officer, enter: SignIn) -> None:
    client, before = enter(officer), traces()
    assert do(client, held, "propose_extension", note=WHY).status_code == 400
    assert before == traces()
    asked = do(client, held, "propose_extension", term="service_extended", note=WHY)
    assert asked.url == reverse("desk:review", args=[held.pk])
    page = text(client.get(asked.url))
    assert "有人提请延长时限" in page
    assert reverse("desk:decide", args=[held.pk, "extend"]) not in page
    held.refresh_from_db()
    supervisor = enter(accounts.official("supervisor", authority=NATION))
    assert reverse("desk:decide", args=[held.pk, "extend"]) in text(supervisor.get(asked.url))
    before = traces()
    assert do(supervisor, held, "extend", note=" ").status_code == 400
    assert before == traces()
    assert do(supervisor, held, "extend", note=WHY).status_code == 302
    due = held.due_on
    held.refresh_from_db()
    assert isinstance(due, date)
    assert isinstance(held.due_on, date)
    assert (held.due_on > due, held.term) == (True, "service_extended")


def test_a_check_elsewhere_stops_the_clock_and_says_so(held: Application, officer: Officer, enter: SignIn) -> None:
    client = enter(officer)
    assert do(client, held, "ask_elsewhere", note="请户籍地机关核对底卡。").status_code == 302
    page = text(client.get(reverse("desk:review", args=[held.pk])))
    assert "在等其他机关核查" in page
    assert "登记核查结果" in page
    held.refresh_from_db()
    assert do(client, held, "note_answer", note="底卡一致。").status_code == 302
    assert [e.action for e in Event.objects.filter(subject_id=held.pk).order_by("seq")][-2:] == [
        "ask_elsewhere",
        "note_answer",
    ]

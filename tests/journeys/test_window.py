"""One visit to a window in Chromium: told by the checker, booked, moved, checked in, taken in, reviewed, followed."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page as Tab

from applications import services
from applications.models import Application
from photos.services import PORTRAIT, SIGNATURE
from portal.accounts.models import Officer
from portal.appointments.models import Booking
from portal.common import audit, clock
from tests.appointments.test_sheets import told
from tests.factories import accounts, bookings, cases
from tests.journeys.chromium import NARROW, faults_of_access, too_wide
from tests.journeys.stage import Stage

SCREENSHOTS = Path(__file__).parent / "screenshots" / "window"
# First issue: a matter for a window, whoever asks.
NAME = "韩无证"


def look(tab: Tab, name: str) -> list[str]:
    """Picture a page on a phone and name what axe finds there."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    tab.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    tab.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    wide = [f"{too_wide(tab)} pixels too wide"] if too_wide(tab) else []
    return [f"{name}: {fault}" for fault in (*faults_of_access(tab), *wide)]


def at_the_desk(stage: Stage, officer: Officer) -> None:
    stage.door = Client(raise_request_exception=False)
    accounts.sign_in(stage.door, officer)


def url(name: str, *args: Any) -> str:
    return reverse(f"appointments:{name}", args=args)


@pytest.mark.django_db
def test_from_the_checker_to_the_review_of_a_case_taken_in(stage: Stage) -> None:
    stage.look = look
    with clock.set_to(bookings.MONDAY):
        hall, officer, person = bookings.hall(), accounts.official(), cases.person(NAME)
        stage.become(person)
        told(stage.door)
        stage.see(reverse("applications:result"), "result")
        stage.see(url("sheet"), "sheet")
        stage.see(url("points") + f"?city={hall.authority_id}", "points")
        stage.see(url("point", hall.pk), "point")
        book = f"{url('book', hall.pk)}?slot={bookings.slot(hall, place=3).pk}"
        stage.see(book, "book")
        stage.door.post(book, {"matter": "document", "bring": "on"})
        row = Booking.objects.get()
        stage.see(url("booking", row.reference), "booking")
        stage.see(url("move", row.reference), "move")
        stage.door.post(url("move", row.reference), {"slot": bookings.slot(hall, place=1).pk})
        stage.see(url("booking", row.reference), "moved")
        at_the_desk(stage, officer)
        stage.press(url("arrive", row.reference), "arrived", is_wrong=False)
        stage.see(url("counter"), "counter")
        stage.press(
            url("intake", row.pk),
            "identified",
            is_wrong=False,
            name=NAME,
            citizen_number=person.citizen_number,
            checked="on",
        )
        form = services.open_draft(person)
        assert form is not None
        cases.take(form.pk, PORTRAIT, cases.portrait(), person)
        cases.take(form.pk, SIGNATURE, cases.signature(), person)
        typed: dict[str, Any] = {
            "name_surname": "HAN",
            "name_given": "WUZHENG",
            "personal_address": cases.ADDRESS,
            "personal_employer": "样例有限公司",
            "contact_phone": cases.PHONE,
            "contact_emergency_name": "李样本",
            "contact_emergency_phone": "13800000002",
        }
        stage.press(url("intake", row.pk), "unsigned", status=409, **typed)
        stage.press("", "receipt", is_wrong=False, **typed, seen="on", agreed="on")
        case = Application.objects.get()
        reviewer = cases.officer(hall.authority_id, code="B2")
        services.claim(case.pk, acting=reviewer)
        services.approve(case.pk, acting=reviewer)
        stage.become(person)
        stage.see(reverse("applications:track", args=[form.reference]), "followed")
    assert (case.submission.channel, case.authority, case.category) == ("window", hall.authority_id, "first")
    assert list(audit.verify()) == []
    assert stage.faults == []

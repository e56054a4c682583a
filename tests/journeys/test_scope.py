"""Two supervisors widen the scope in Chromium; who was refused in the morning is accepted after the moment.

The portal stays up over the moment: only its clock goes on.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, sync_playwright
from playwright.sync_api import Page as Tab

from applications import services, wishes
from applications.models import Application
from documents.models import RuleRevision, Wish
from portal.accounts.models import Officer, Person
from portal.common import clock, outbox
from portal.notifications.models import Message
from tests.factories import accounts, cases, scope
from tests.journeys.chromium import faults_of_access, too_wide
from tests.journeys.conftest import CHROMIUM, NARROW, SCREENSHOTS, WIDE

pytestmark = pytest.mark.django_db(transaction=True)

# Somebody with a passport that runs out in three months, in a city that is not open.
OUTSIDER = "华外地"
ANSWERS: dict[str, str | list[str]] = {
    "city": "贵阳",
    "age": "yes",
    "kinds": ["PASSPORT"],
    "held-passport": "valid",
    "reason-passport": "expiring",
    "fingerprints": "yes",
    "mainland": "yes",
    "identity": "other",
    "changed": "no",
}
NOT_OPEN = "户口所在城市还没有开通网上办理"
FIRST = "2025-11-20"
MAIN_BUTTON = "main form[method=post] button:not([name]):not([type=button])"
ADD = reverse("admin:documents_rulerevision_add")
LIST = reverse("admin:documents_rulerevision_changelist")
FAR = timedelta(minutes=40)


class Desk:
    """Tabs of several people at one Chromium, in a thread of its own: in Playwright's, Django asks no database."""

    def __init__(self, base: str, browser: ThreadPoolExecutor) -> None:
        self.base = base
        self.faults: list[str] = []
        self._browser = browser
        self._playwright = self.do(lambda: sync_playwright().start())
        self._engine = self.do(
            lambda: self._playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        )

    def do(self, act: Callable[[], Any]) -> Any:
        """Let the browser act; the live server answers it."""
        return self._browser.submit(act).result()

    def close(self) -> None:
        self.do(self._engine.close)
        self.do(self._playwright.stop)

    def sit_down(self, who: Person | Officer) -> "Seat":
        """Open a tab in which somebody is signed in."""
        session = accounts.sign_in(Client(), who).cookies["sessionid"].value
        return Seat(self, self.do(lambda: self._tab(session)))

    def _tab(self, session: str) -> Tab:
        context = self._engine.new_context(locale="zh-CN", reduced_motion="reduce", base_url=self.base)
        context.add_cookies([{"name": "sessionid", "value": session, "url": self.base}])
        return context.new_page()  # type: ignore[no-any-return]


class Seat:
    """One person's tab."""

    def __init__(self, desk: Desk, tab: Tab) -> None:
        self.desk, self.tab = desk, tab

    def see(self, path: str) -> str:
        """Open a page; returns what it says."""
        self.desk.do(lambda: self.tab.goto(path))
        return self.said()

    def said(self) -> str:
        """What the main part of the page says."""
        return str(self.desk.do(self.tab.locator("main, #content").first.inner_text))

    def fill(self, fields: dict[str, str | list[str]]) -> None:
        """Type into fields and choose, by name."""
        for name, value in fields.items():
            self.desk.do(partial(self._fill, self.tab.locator(f'[name="{name}"]'), value))

    def _fill(self, field: Locator, value: str | list[str]) -> None:
        if field.first.get_attribute("type") in ("radio", "checkbox"):
            for one in [value] if isinstance(value, str) else value:
                box = field if one == "on" else field.and_(self.tab.locator(f'[value="{one}"]'))
                # The label lies over the box, as a finger meets it.
                box.set_checked(True, force=True)
        elif field.first.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(str(value))

    def press(self, button: str = MAIN_BUTTON) -> str:
        """Press a button or link; returns what the page says that comes."""
        self.desk.do(lambda: self._press(button))
        return self.said()

    def _press(self, button: str) -> None:
        with self.tab.expect_navigation():
            self.tab.locator(button).first.click()

    def look(self, name: str) -> None:
        """Take a picture at both widths, and note what axe finds and what does not fit."""
        self.desk.faults += self.desk.do(lambda: list(self._look(name)))

    def _look(self, name: str) -> Iterator[str]:
        folder = SCREENSHOTS / "scope"
        folder.mkdir(parents=True, exist_ok=True)
        for width, height in (WIDE, NARROW):
            self.tab.set_viewport_size({"width": width, "height": height})
            self.tab.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
            yield from (f"{name} at {width}: {fault}" for fault in faults_of_access(self.tab))
            if too_wide(self.tab):
                yield f"{name} is {too_wide(self.tab)} pixels too wide at {width}"
        self.tab.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


@pytest.fixture
def desk(live_server: Any) -> Iterator[Desk]:
    with ThreadPoolExecutor(1) as thread:
        made = Desk(live_server.url, thread)
        yield made
        made.close()


def ask_the_checker(seat: Seat) -> str:
    """Answer its questions; returns what the result says."""
    seat.see(reverse("applications:checker"))
    for _ in ANSWERS:
        slug = seat.tab.url.rstrip("/").rpartition("/")[2]
        if slug == "result":
            break
        seat.fill({"answer": ANSWERS[slug]})
        seat.press()
    return seat.said()


def file(seat: Seat, check: str) -> str:
    """Open the last page of a form and file it; returns what comes."""
    seat.see(check)
    seat.fill({"agreed": "on"})
    return seat.press()


def propose(seat: Seat, moment: datetime) -> RuleRevision:
    """Write the change down, look at the preview, hand it over for decision."""
    local = timezone.localtime(moment)
    seat.see(ADD)
    seat.look("1-proposal")
    seat.fill(
        {
            "act": "open",
            "channel": "online",
            "cities": "贵阳市、温州市",
            "kinds": ["PASSPORT", "HKM_PERMIT", "TWN_PERMIT"],
            "categories": ["replace", "reissue"],
            "groups": "adult",
            "effective_at_0": f"{local:%Y-%m-%d}",
            "effective_at_1": f"{local:%H:%M:%S}",
            "source": "测试公告第 3 号",
            "confidence": "H",
        }
    )
    said = seat.press("input[type=submit]")
    assert "1 名演示人员可以改在网上办" in said
    assert re.search(rf"{OUTSIDER}\s+贵阳市\s+普通护照.*换发\s+窗口\s+网上", said)
    seat.look("2-preview")
    decide(seat, "propose")
    return RuleRevision.objects.get(is_loaded=False)


def decide(seat: Seat, action: str, note: str = "按公告办理") -> str:
    seat.press(f'a[href$="/do/{action}/"]')
    seat.fill({"note": note})
    seat.look(f"3-{action}")
    return seat.press("input[type=submit]")


def two_supervisors_decide(desk: Desk, moment: datetime) -> RuleRevision:
    """One supervisor proposes and cannot decide; another does."""
    first, second = scope.supervisor(), scope.supervisor()
    mine, other = desk.sit_down(first), desk.sit_down(second)
    row = propose(mine, moment)
    own = reverse("admin:documents_rulerevision_change", args=[row.pk])
    mine.see(own)
    assert desk.do(mine.tab.locator('a[href*="/do/enact/"]').count) == 0
    mine.see(reverse("admin:documents_rulerevision_do", args=[row.pk, "enact"]))
    assert "现在不能这样办" in desk.do(mine.tab.locator("body").inner_text)
    row.refresh_from_db()
    assert (row.status, row.decided_by) == ("proposed", None)
    assert row.label in other.see(LIST)
    other.look("4-list")
    assert "1 名演示人员可以改在网上办" in other.press(f'a[href*="{row.pk}"]')
    decide(other, "enact")
    row.refresh_from_db()
    assert (row.status, row.proposed_by_id, row.decided_by_id) == ("in_force", first.user_id, second.user_id)
    return row


def test_refused_in_the_morning_accepted_after_the_moment(desk: Desk) -> None:
    cases.ground()
    outbox.run_due()
    person = cases.person(OUTSIDER)
    form = cases.draft(person)
    check = reverse("applications:check", args=[form.pk])
    before = cases.filed(cases.person(phone="13800000009"))[0]
    terms = (before.revision, before.fee_fen, before.due_on)
    moment = (clock.now() + FAR).replace(microsecond=0)
    citizen = desk.sit_down(person)

    # The morning: neither the checker nor the form lets them.
    morning = ask_the_checker(citizen)
    assert NOT_OPEN in morning
    assert "记下了" in citizen.press(f'form[action="{reverse("applications:wishes")}"] button')
    assert NOT_OPEN in file(citizen, check)

    row = two_supervisors_decide(desk, moment)

    # Decided is not yet in force.
    outbox.run_due()
    assert NOT_OPEN in file(citizen, check)
    assert not Application.objects.filter(person=person).exists()
    assert not Message.objects.filter(code=wishes.MESSAGE).exists()

    with time_machine.travel(moment):
        for _ in range(2):
            outbox.run_due()
        assert Message.objects.filter(user=person.user, code=wishes.MESSAGE).count() == 1
        assert Wish.objects.get().told_at is not None
        message = Message.objects.get(user=person.user, code=wishes.MESSAGE)
        assert "现在可以在网上办了" in citizen.see(reverse("notifications:message", args=[message.pk]))
        assert "开始申请" in ask_the_checker(citizen)
        file(citizen, check)
        filed = Application.objects.get(person=person)
        assert filed.revision == row.label
        assert filed.receipt in re.sub(r"\s", "", citizen.said())

        # What was filed before stays under the terms of its day, also where those are closed a moment later.
        scope.enacted(scope.SHANGHAI, act="close", effective_at=moment + timedelta(minutes=5))
    with time_machine.travel(moment + timedelta(minutes=6)):
        officer = cases.officer()
        services.claim(before.pk, acting=officer)
        after = services.approve(before.pk, acting=officer)
        assert (after.status, after.revision, after.fee_fen, after.due_on) == ("approved", *terms)
        assert terms[0] == FIRST
    assert desk.faults == [], "\n".join(desk.faults)

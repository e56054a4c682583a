"""What the officer and the supervisor do: come in with a second factor, decide, read the count."""

import re
import time
from collections.abc import Callable
from typing import Self

from portal.home.journey.browser import Browser, Stuck, rounds
from portal.home.journey.papers import TOTP_SECONDS, Credentials, one_time_code

COUNT = re.compile(r"<dt>签发</dt><dd><strong class=\"num\">([\d,]+)</strong>")


class Official:
    """One official with a browser."""

    def __init__(self, base: str, credentials: Credentials, open_browser: Callable[[str], Browser] = Browser) -> None:
        self.browser = open_browser(base)
        self.credentials = credentials

    def sign_in(self) -> Self:
        """Come in with password and authenticator; a code used a moment ago is waited out."""
        self.browser.get("account/staff/")
        self.browser.send("staff_code", staff_code=self.credentials.code, password=self.credentials.password)
        form = self.browser.page.form("token")
        for _ in range(3):
            try:
                self.browser.submit(form, token=one_time_code(self.credentials.secret, time.time()))
            except Stuck as stuck:
                reason = stuck
                time.sleep(TOTP_SECONDS - time.time() % TOTP_SECONDS + 1)
            else:
                return self
        raise reason


class Officer(Official):
    """Decides."""

    def find(self, receipt: str) -> str:
        """Return the address of the case with this receipt number."""
        found = self.browser.get(f"desk/applications/application/?q={receipt}")
        case = re.search(r"/desk/cases/[0-9a-f-]{36}/", found.html)
        if case is None:
            raise Stuck(f"the officer's list does not show {receipt}: another office decides on it")
        return case[0]

    def approve(self, receipt: str) -> None:
        """Find the case by its receipt number, claim it, accept it if that is still to do, approve it."""
        case = self.find(receipt)
        page = self.browser.get(case)
        claim = page.form_to("/claim/")
        page = self.browser.submit(claim) if claim else page
        if f"{case}do/accept/" in page.html:
            self.browser.get(f"{case}do/accept/")
            self.browser.send("complete", complete="on")
        form = self.browser.get(f"{case}do/approve/").form("opinion")
        judged = {name: "as_typed" for name in form.offered if name.startswith("judge_")}
        self.browser.submit(form, opinion="explained" if judged else "consistent", **judged)


class Supervisor(Official):
    """Counts."""

    def count(self) -> int:
        """Return how many documents were issued this month, as the page says."""
        page = self.browser.get("statistics/")
        found = COUNT.search(page.html)
        if found is None:
            raise Stuck("the supervisor's page shows no count of issued documents")
        return int(found[1].replace(",", ""))

    def see_it_move(self, before: int, by: int) -> None:
        """Wait until the count has moved by so many at least: others may have been issued theirs meanwhile."""
        now = before
        for _ in rounds():
            now = self.count()
            if now >= before + by:
                return
        raise Stuck(f"the count went from {before} to {now}, not by {by}")

"""The order of the path: three people, one after the other, each step with its time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from portal.home.journey.browser import Browser, Stuck, Upload, rounds
from portal.home.journey.citizen import Citizen
from portal.home.journey.officials import Officer, Supervisor
from portal.home.journey.papers import Credentials, Somebody

Result = TypeVar("Result")


@dataclass
class Journey:
    """The path through one portal; `say` is told each step's name and seconds."""

    base: str
    officer: Credentials
    supervisor: Credentials
    portrait: Upload
    people: list[Somebody]
    say: Callable[[str, float], None]
    open_browser: Callable[[str], Browser] = Browser

    def run(self) -> Citizen:
        """Take every step; raises Stuck at the first that does not go on, naming it."""
        self._step("the portal is well", self._wait_until_well)
        supervisor = self._step(
            "the supervisor signs in", Supervisor(self.base, self.supervisor, self.open_browser).sign_in
        )
        before = self._step("the supervisor reads the count", supervisor.count)
        citizen = self._step("the citizen signs up and proves who they are", self._somebody)
        self._step("the citizen asks the checker", citizen.ask_the_checker)
        self._step("the citizen starts a form", citizen.start_a_form)
        self._step("the citizen fills every page", citizen.fill_every_page)
        self._step("the citizen checks the answers and files", citizen.file)
        officer = self._step("the officer signs in", Officer(self.base, self.officer, self.open_browser).sign_in)
        for receipt in citizen.receipts:
            self._step("the officer approves", partial(officer.approve, receipt))
        self._step("the citizen pays at the cashier", citizen.pay)
        self._step("the document is made and delivered", citizen.wait_for_delivery)
        self._step("the citizen sees the new document", citizen.see_the_document)
        self._step("anybody with both secrets looks the form up", citizen.look_up)
        issued = len(citizen.receipts)
        self._step("the supervisor sees the count move", partial(supervisor.see_it_move, before, issued))
        return citizen

    def _step(self, name: str, act: Callable[[], Result]) -> Result:
        began = time.monotonic()
        try:
            result = act()
        except Stuck as stuck:
            message = f"{name}: {stuck}"
            raise Stuck(message) from stuck
        self.say(name, time.monotonic() - began)
        return result

    def _wait_until_well(self) -> None:
        """Web, worker and beat answer; just after the start they may need a moment."""
        reason = Stuck("no answer")
        for _ in rounds():
            try:
                Browser(self.base).get("healthz")
            except Stuck as stuck:
                reason = stuck
            else:
                return
        raise reason

    def _somebody(self) -> Citizen:
        """Return somebody without an account, or when all have one, somebody an earlier run signed up."""
        signed_up, refusals = [], []
        for person in self.people:
            citizen = Citizen(self.base, person, self.portrait, self.open_browser)
            try:
                if citizen.sign_in():
                    citizen.prove()
                    signed_up.append(citizen)
                    continue
                citizen.sign_up()
                citizen.prove()
            except Stuck as stuck:
                refusals.append(f"{person.name}: {stuck}")
            else:
                return citizen
        for citizen in signed_up:
            if not citizen.is_busy():
                return citizen
        raise Stuck("; ".join(refusals) or "everybody is waiting for an earlier form")

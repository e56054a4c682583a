"""Pages of the test's own database in Chromium: a state is made by a service call, the tab is answered by Django."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Page as Tab
from playwright.sync_api import Request, Route, sync_playwright

from portal.accounts.models import Person, User
from tests.factories import accounts

BASE = "http://testserver"
OK = 200
BUTTONS = "main form[method=post] button:not([type=button])"
TYPED = "main form[method=post] :is(input[type=text], input[type=tel], input[type=password], textarea)"
TICKED = "main form[method=post] input[type=checkbox]"
# The summary takes the focus; every link in it that stays on the page leads to a control that takes it in its turn.
ASTRAY = """() => {
  const summary = document.querySelector('.govuk-error-summary');
  if (!summary) return ['no error summary'];
  const found = document.activeElement === summary ? [] : ['the error summary has not taken the focus'];
  for (const link of summary.querySelectorAll('a')) {
    if (!link.hash || link.pathname !== location.pathname) continue;
    link.click();
    if (document.activeElement.id !== link.hash.slice(1)) found.push(link.hash + ' has not taken the focus');
  }
  summary.focus();
  return found;
}"""
Result = TypeVar("Result")


def view_of(path: str) -> str:
    """Return the full name of the address, or nothing where there is none."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


class Stage:
    """One tab and the person before it; `look` gets the tab and the name of each page, and returns its faults.

    `routes` names the addresses whose pages were looked at.

    Playwright leaves its thread marked as asynchronous and Django keeps its connection to one thread that is not:
    so each has its own, and this one answers what the browser asks for while it waits for it.
    """

    def __init__(self, executable: str, look: Callable[[Tab, str], list[str]]) -> None:
        self.look = look
        self.faults: list[str] = []
        self.routes: set[str] = set()
        self.status = 0
        self._path = ""
        self.door = Client(raise_request_exception=False)
        self._browser = ThreadPoolExecutor(1)
        self._asked: SimpleQueue[Request | None] = SimpleQueue()
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self._opened = self._open(executable)
        self.tab = self._do(self._opened.__enter__)

    def close(self) -> None:
        """End the browser."""
        self._do(lambda: self._opened.__exit__(None, None, None))
        self._browser.shutdown()

    @contextmanager
    def _open(self, executable: str) -> Iterator[Tab]:
        with sync_playwright() as playwright:
            engine = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
            context = engine.new_context(locale="zh-CN", color_scheme="dark", reduced_motion="reduce")
            context.route("**/*", self._hand_over)
            yield context.new_page()
            engine.close()

    def become(self, who: Person | User | None) -> None:
        """Go on as somebody else, with a browser that remembers nothing."""
        self.door = Client(raise_request_exception=False)
        if who is not None:
            accounts.sign_in(self.door, who)

    def see(self, path: str, name: str, /, *, status: int = OK) -> None:
        """Open a page."""
        self._do(lambda: self.tab.goto(BASE + path))
        self._arrived(name, status)

    def press(
        self, path: str, name: str, /, *, button: str = "", status: int = OK, is_wrong: bool = True, **typed: str
    ) -> None:
        """Open a page, type and tick this and nothing else, press its main button, or the one with these words.

        An empty path means the page that is open. What comes back with 200 has an error summary, whose links lead to
        controls, unless nothing was wrong.
        """
        self._do(lambda: self._press(path, button, typed))
        if self.status == OK and is_wrong:
            self.faults += [f"{name}: {fault}" for fault in self._do(lambda: self.tab.evaluate(ASTRAY))]
        self._arrived(name, status)

    def _press(self, path: str, button: str, typed: dict[str, str]) -> None:
        if path:
            self.tab.goto(BASE + path)
        for field in self.tab.locator(TYPED).all():
            field.fill(typed.get(field.get_attribute("name") or "", ""))
        for box in self.tab.locator(TICKED).all():
            # The label lies over the box, as a finger meets it.
            box.set_checked((box.get_attribute("name") or "") in typed, force=True)
        buttons = self.tab.locator(BUTTONS)
        pressed = buttons.filter(has_text=button) if button else buttons.and_(self.tab.locator(":not([name])"))
        with self.tab.expect_navigation():
            pressed.first.click()

    def _arrived(self, name: str, status: int) -> None:
        if self.status != status:
            self.faults.append(f"{name}: {self.status} came, not {status}")
        elif status == OK:
            self.routes.add(view_of(self._path))
        self.faults += self._do(lambda: self.look(self.tab, name))

    def _do(self, act: Callable[[], Result]) -> Result:
        """Let the browser act, and answer what it asks for meanwhile."""
        done = self._browser.submit(act)
        done.add_done_callback(lambda _done: self._asked.put(None))
        while (asked := self._asked.get()) is not None:
            self._answers.put(self._answer(asked))
        return done.result()

    def _hand_over(self, route: Route, asked: Request) -> None:
        path = urlsplit(asked.url).path
        if path.startswith(settings.STATIC_URL):
            route.fulfill(path=finders.find(path.removeprefix(settings.STATIC_URL)) or "")
            return
        self._asked.put(asked)
        answer = self._answers.get()
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.getvalue())

    def _answer(self, asked: Request) -> Any:
        where = asked.url.removeprefix(BASE)
        if asked.method == "POST":
            kind = asked.headers["content-type"]
            answer = self.door.post(where, asked.post_data_buffer, content_type=kind, follow=True)
        else:
            answer = self.door.get(where, follow=True)
        if asked.is_navigation_request():
            self.status = answer.status_code
            self._path = answer.request["PATH_INFO"]
        return answer

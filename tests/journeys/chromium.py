"""The small browser of the path, driven through Chromium: same steps, real fields, real buttons, real scripts."""

import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser as Engine
from playwright.sync_api import BrowserContext, Error, Locator
from playwright.sync_api import Page as Tab

from portal.home.journey.browser import Browser, Form, Page, Stuck, Upload, Value, read

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false});
  const say = node => node.target.join(' ') + ' ' + (node.any[0]?.message || '');
  return found.violations.map(rule => rule.id + ': ' + rule.nodes.map(say).join(' | '));
}"""
# A link within a sentence is as high as its line; a control drawn by its label is as large as the label's row.
SMALL_PRINT = """() => {
  const text = node => node.nodeType === Node.TEXT_NODE && node.textContent.trim();
  const hidden = 'svg, .p-hide, .govuk-visually-hidden';
  const shown = [...document.body.querySelectorAll('*')].filter(e => e.getClientRects().length && !e.closest(hidden));
  const say = e => (e.innerText || e.name || e.className).slice(0, 20);
  const targets = shown.filter(e => e.matches('a, button, summary, select, textarea, input:not([type=hidden])'));
  const low = targets.filter(e => getComputedStyle(e).display !== 'inline' && e.offsetHeight < 60 && e.offsetWidth > 1);
  const tiny = shown.filter(e => [...e.childNodes].some(text) && parseFloat(getComputedStyle(e).fontSize) < 24);
  return [...low.map(e => `${e.offsetHeight} px high: ${say(e)}`), ...tiny.map(e => `under 18 pt: ${say(e)}`)];
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
Look = Callable[[Tab], None]
NARROW, WIDE = (375, 812), (1280, 900)
DRESS = "([mode, theme]) => Object.assign(document.documentElement.dataset, {mode, theme})"
PLAIN = ((NARROW, "normal", "light"), (WIDE, "normal", "light"))
DRESSED = (*PLAIN, (WIDE, "normal", "auto"), (NARROW, "elder", "light"))


class Chromium(Browser):
    """One person's tab; `look` is called on every page that has come."""

    def __init__(self, base: str, context: BrowserContext, look: Look) -> None:
        super().__init__(base)
        self.tab = context.new_page()
        self.look = look

    def get(self, path: str) -> Page:
        """See Browser.get."""
        address = urljoin(self.base, path)
        try:
            answer = self.tab.goto(address)
        except Error as error:
            # A page that waits for its picture goes on by itself, perhaps at this very moment.
            if "ERR_ABORTED" not in error.message:
                raise
            self.tab.wait_for_load_state("load")
            answer = self.tab.goto(address)
        return self._arrived(answer.status if answer else 200)

    def submit(self, form: Form, /, **values: Value) -> Page:
        """Fill the fields as a person does, then press the button."""
        shown = self.tab.locator("form").nth(self.page.forms.index(form))
        press: Locator | None = None
        for name, value in values.items():
            field = shown.locator(f'[name="{name}"]')
            kind = field.first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName")
            if kind in ("radio", "checkbox"):
                _tick(shown, name, [value] if isinstance(value, str) else list(value))  # type: ignore[arg-type]
            elif kind == "BUTTON":
                press = shown.locator(f'button[name="{name}"][value="{value}"]')
            elif kind == "file" and isinstance(value, Upload):
                mime = mimetypes.guess_type(value.name)[0] or "application/octet-stream"
                field.set_input_files({"name": value.name, "mimeType": mime, "buffer": value.data})
            elif kind == "SELECT":
                field.select_option(str(value))
            else:
                field.fill(str(value))
        press = press or shown.locator("button:not([name]):not([type=button])").last
        with self.tab.expect_navigation() as navigation:
            press.click()
        page = self._arrived(navigation.value.status if navigation.value else 200)
        if page.errors:
            raise Stuck(f"{page.path}: {' '.join(page.errors)}")
        return page

    def _arrived(self, status: int) -> Page:
        self.tab.wait_for_load_state("load")
        self.page = read(Page(self.tab.url, status, self.tab.content()))
        if status != 200:
            raise Stuck(f"{self.page.path} answers {status}: {self.page.title}")
        try:
            self.look(self.tab)
        except Error as error:
            # The page went on by itself while it was looked at: look at the one that came.
            if "context was destroyed" not in error.message:
                raise
            self.tab.wait_for_load_state("load")
            self.look(self.tab)
        return self.page


def _tick(form: Locator, name: str, values: list[str]) -> None:
    for box in form.locator(f'input[name="{name}"]').all():
        wanted = (box.get_attribute("value") or "on") in values
        if wanted != box.is_checked():
            # The label lies over the box, as a finger meets it.
            box.set_checked(wanted, force=True)


def tabs(engine: Engine, look: Look, **told: Any) -> Callable[[str], Browser]:
    """Return what opens a tab in a window of its own, so that nobody shares cookies."""
    return lambda base: Chromium(base, engine.new_context(locale="zh-CN", **told), look)


def faults_of_access(tab: Tab) -> list[str]:
    """Return what axe finds on the page, one line for each rule."""
    if not tab.evaluate("() => 'axe' in window"):
        tab.evaluate(AXE.read_text())
    found: list[str] = tab.evaluate(RUN_AXE)
    return found


def faults_of_large_print(tab: Tab) -> list[str]:
    """Return what is smaller than large print promises: targets of 60 pixels, text of 18 points."""
    found: list[str] = tab.evaluate(SMALL_PRINT)
    return found


def too_wide(tab: Tab) -> int:
    """Return by how many pixels the page is wider than the window."""
    return int(tab.evaluate(TOO_WIDE))


def faults_in_every_dress(tab: Tab, name: str) -> list[str]:
    """Examine a page at both widths; one without errors also in the dark on a desk and in large print on a phone."""
    found = []
    # A form sent back is dressed as the form before; each state of a case has parts of its own.
    sizes = PLAIN if tab.query_selector(".govuk-error-summary") else DRESSED
    for (width, height), mode, theme in sizes:
        tab.set_viewport_size({"width": width, "height": height})
        tab.evaluate(DRESS, [mode, theme])
        faults = faults_of_access(tab) + (faults_of_large_print(tab) if mode == "elder" else [])
        if too_wide(tab):
            faults.append(f"{too_wide(tab)} pixels too wide")
        found += [f"{name} at {width}, {mode}, {theme}: {fault}" for fault in faults]
    return found

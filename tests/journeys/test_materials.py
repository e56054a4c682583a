"""The page of papers in Chromium: progress by script, errors in place, the verdict by itself; and without scripts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, sync_playwright
from playwright.sync_api import Page as Tab

from applications import attachments, materials, services
from applications.models import Submission
from tests.factories import accounts, cases, papers
from tests.journeys.chromium import faults_of_access, faults_of_large_print, too_wide
from tests.journeys.conftest import CHROMIUM, NARROW, WIDE

pytestmark = pytest.mark.django_db(transaction=True)
FAMILY = {"HK": {"letter": "T", "option": "3m1"}}
SENT = "input[type=file]"


@pytest.fixture
def do() -> Iterator[Any]:
    """Playwright marks its thread as asynchronous, where Django asks no database: it has a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda act: thread.submit(act).result()


@pytest.fixture
def form() -> Submission:
    cases.ground()
    person = cases.person("赵测试")
    draft = cases.draft(person, requests={}, endorsements=FAMILY, pictures=False)
    return materials.refresh(draft, services.gather(person))


def context_of(engine: Any, live: Any, form: Submission, session: str, **more: Any) -> BrowserContext:
    context: BrowserContext = engine.new_context(locale="zh-CN", reduced_motion="reduce", base_url=live.url, **more)
    context.add_cookies([{"name": "sessionid", "value": session, "url": live.url}])
    return context


def session_of(form: Submission) -> str:
    return str(accounts.sign_in(Client(), form.beneficiary).cookies["sessionid"].value)


def faults(tab: Tab) -> list[str]:
    found = []
    for (width, height), mode in ((NARROW, "normal"), (WIDE, "normal"), (NARROW, "elder")):
        tab.set_viewport_size({"width": width, "height": height})
        tab.evaluate("mode => { document.documentElement.dataset.mode = mode }", mode)
        found += faults_of_access(tab) + (faults_of_large_print(tab) if mode == "elder" else [])
        found += [f"{too_wide(tab)} pixels too wide at {width}"] if too_wide(tab) else []
    tab.evaluate("document.documentElement.dataset.mode = 'normal'")
    return found


def a_file(name: str, data: bytes) -> Any:
    return {"name": name, "mimeType": "application/pdf", "buffer": data}


def test_a_file_is_sent_by_script_and_its_verdict_comes_by_itself(do: Any, form: Submission, live_server: Any) -> None:
    path, session = f"/apply/{form.pk}/materials/", session_of(form)
    opened: list[Any] = []

    def begin() -> Tab:
        playwright = sync_playwright().start()
        engine = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened.extend([playwright, engine])
        tab = context_of(engine, live_server, form, session).new_page()
        tab.goto(path)
        return tab

    def send(name: str, data: bytes, awaited: str) -> None:
        tab.locator(SENT).set_input_files(a_file(name, data))
        tab.evaluate("window.stayed = true")
        tab.locator("form[data-upload] button").click()
        tab.locator(awaited).first.wait_for()

    tab: Tab = do(begin)
    try:
        assert do(lambda: faults(tab)) == []
        do(lambda: send("坏.pdf", b"only words", ".govuk-error-summary"))
        assert do(lambda: tab.evaluate("window.stayed && document.activeElement.className")).startswith("govuk-error")
        assert "错误：" in do(tab.title)
        assert do(lambda: faults(tab)) == []
        do(lambda: send("证明.pdf", papers.pdf(), "[data-poll]"))
        assert do(lambda: tab.evaluate("window.stayed"))
        assert do(lambda: faults(tab)) == []
        [row] = attachments.of(form.pk)
        papers.scanned(row)
        do(tab.get_by_role("link", name="证明.pdf").first.wait_for)
        do(lambda: tab.locator("[data-poll]").wait_for(state="detached"))
        assert do(lambda: faults(tab)) == []
    finally:
        do(lambda: [opened[1].close(), opened[0].stop()])


def test_without_scripts_the_same_form_does_the_same(do: Any, form: Submission, live_server: Any) -> None:
    path, session = f"/apply/{form.pk}/materials/", session_of(form)

    def walk() -> str:
        with sync_playwright() as playwright:
            engine = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            tab = context_of(engine, live_server, form, session, java_script_enabled=False).new_page()
            tab.goto(path)
            tab.locator(SENT).set_input_files(a_file("证明.pdf", papers.pdf()))
            with tab.expect_navigation():
                tab.locator("form[data-upload] button").click()
            said = tab.content()
            engine.close()
        return said

    assert "正在检查文件" in do(walk)
    assert [row.name for row in attachments.of(form.pk)] == ["证明.pdf"]

"""axe on every citizen page, taken from the URL configuration, at 375 and 1280 pixels."""

import pytest
from django.urls import URLResolver, get_resolver

from tests.journeys import beside, states
from tests.journeys.conftest import Portal, Walk
from tests.journeys.stage import view_of

pytestmark = pytest.mark.browser
# Pages and HTTP are the same on every database.
on_one_database = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)

SOMEBODY = "19900000009"
# Routes that show no page of their own, or none that differs from one examined, with the reason.
EXCEPTIONS = {
    "common:appearance": "keeps a choice and goes back",
    "common:healthz": "answers in JSON",
    "accounts:send_again": "sends a code and goes back",
    "accounts:sign_out": "ends the session and goes to the start page",
    "accounts:identity_status": "a part of the waiting page, which is examined",
    "accounts:identity_by_hand": "hands the proof over and goes back",
    "accounts:choose": "keeps for whom somebody acts and goes on",
    "accounts:enterprise_remove": "takes somebody off the list and goes back",
    "accounts:enterprise_renew": "asks and goes back",
    "accounts:enterprise_withdraw": "takes the request back and goes back",
    "accounts:helper_revoke": "ends the authorisation and goes back",
    "accounts:staff_sign_in": "a page of officials",
    "accounts:staff_code": "a page of officials",
    "accounts:staff_enrol": "a page of officials",
    "notifications:mark_all_read": "marks and goes back",
    "applications:checker": "goes to the first open question",
    "applications:discard": "throws a draft away and goes back",
    "applications:forget": "forgets the answers and goes back",
    "applications:picture_state": "a part of the picture's page, which is examined",
    "applications:picture": "an image",
    "applications:material_file": "a file",
    "applications:material_state": "a part of the page of papers, which is examined",
    "applications:revoke_wish": "takes a wish back and goes back",
    "appointments:booking_sheet_pdf": "a file",
    "appointments:code_image": "an image, shown on the booking, which is examined",
    "appointments:home_withdraw": "takes the request back and goes back, or shows the request, which is examined",
    "appointments:kept_sheet_pdf": "a file",
    "appointments:send_sheet": "answers with the sheet, which is examined",
    "appointments:sheet_pdf": "a file",
    "payments:start": "goes to the cashier",
    "payments:return": "goes back to the page of payment",
    "payments:state": "a part of the waiting page",
}

# Pages of their own that other walks with axe examine; each of them asserts that it came to its own.
ELSEWHERE = beside.ROUTES | states.ROUTES


def citizen_routes(resolver: URLResolver | None = None, space: str = "") -> set[str]:
    found = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            found |= citizen_routes(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif getattr(entry.callback, "access", "") in ("public", "citizen"):
            found.add(f"{space}{entry.name}")
    return found


def open_and_refuse_a_second_form(walk: Walk) -> None:
    """Pass the pages that an ordinary walk does not show: withdraw, the notice of a refusal."""
    citizen, officer = walk.citizen, walk.officer.browser
    citizen.start_a_form()
    citizen.fill_every_page()
    citizen.file()
    page = citizen.browser.get(f"apply/track/{citizen.reference}/")
    citizen.browser.get(page.link("/apply/withdraw/"))
    case = walk.officer.find(citizen.receipts[0])
    officer.submit(next(form for form in officer.get(case).forms if form.action.endswith("/claim/")))
    form = officer.get(f"{case}do/refuse/").form("code")
    officer.submit(form, code=form.offered["code"][0], note="合成的测试案件，不予批准。")
    page = citizen.browser.get(f"apply/track/{citizen.reference}/")
    citizen.browser.get(page.link("/apply/notice/"))


@on_one_database
def test_axe_finds_nothing_on_any_citizen_page(walk: Walk, portal: Portal) -> None:
    citizen = walk.citizen
    browser = citizen.browser
    for path in ("cities/", "help/", "privacy/", "accessibility/", "source/", "apply/", "messages/"):
        browser.get(path)
    browser.get(browser.page.link("/messages/"))
    inbox = browser.get("messages/")
    browser.get(next(href for href, _ in inbox.links if href.startswith("/messages/") and len(href) > 40))
    browser.get(f"pay/{citizen.reference}/receipt/")
    open_and_refuse_a_second_form(walk)
    stranger = citizen.open_browser(portal.url)
    stranger.get("account/sign-in/")
    stranger.get("account/reset/")
    stranger.send("phone", phone=SOMEBODY)
    examined = {view_of(mark.partition(" ")[0]) for mark in walk.seen}
    missing = citizen_routes() - examined - ELSEWHERE - EXCEPTIONS.keys()
    assert missing == set(), "examine these pages, or name them with a reason"
    assert citizen_routes() >= ELSEWHERE | EXCEPTIONS.keys(), "an exception for a page that is gone"
    assert walk.faults == [], "\n".join(walk.faults)

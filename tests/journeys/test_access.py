"""axe on every citizen page, taken from the URL configuration, at 375 and 1280 pixels."""

import pytest
from django.urls import Resolver404, URLResolver, get_resolver, resolve

from tests.journeys.conftest import Portal, Walk

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
    "accounts:staff_sign_in": "a page of officials",
    "accounts:staff_code": "a page of officials",
    "accounts:staff_enrol": "a page of officials",
    "notifications:mark_all_read": "marks and goes back",
    "applications:checker": "goes to the first open question",
    "applications:discard": "throws a draft away and goes back",
    "applications:forget": "forgets the answers and goes back",
    "applications:picture_state": "a part of the picture's page, which is examined",
    "applications:picture": "an image",
    "applications:send_again": "needs a returned parcel: examined among the states, in test_states",
    "payments:start": "goes to the cashier",
    "payments:return": "goes back to the page of payment",
    "payments:state": "a part of the waiting page",
}

# The walk does not come here yet: enterprises, helpers, guardians, papers, wishes, the window have their own tests.
NOT_WALKED = (
    "accounts:choose",
    "accounts:enterprise",
    "accounts:enterprise_mend",
    "accounts:enterprise_new",
    "accounts:enterprise_remove",
    "accounts:enterprise_renew",
    "accounts:enterprise_staff",
    "accounts:enterprise_withdraw",
    "accounts:enterprises",
    "accounts:helper_answer",
    "accounts:helper_invite",
    "accounts:helper_revoke",
    "accounts:helpers",
    "applications:child",
    "applications:consent",
    "applications:consents",
    "applications:material_file",
    "applications:material_state",
    "applications:revoke_wish",
    "applications:wishes",
    "appointments:book",
    "appointments:booking",
    "appointments:booking_sheet",
    "appointments:booking_sheet_pdf",
    "appointments:cancel",
    "appointments:code",
    "appointments:code_image",
    "appointments:home_ask",
    "appointments:home_visit",
    "appointments:home_withdraw",
    "appointments:kept_sheet",
    "appointments:kept_sheet_pdf",
    "appointments:move",
    "appointments:phone",
    "appointments:point",
    "appointments:points",
    "appointments:send_sheet",
    "appointments:sheet",
    "appointments:sheet_pdf",
)
EXCEPTIONS |= dict.fromkeys(NOT_WALKED, "not walked yet")


def citizen_routes(resolver: URLResolver | None = None, space: str = "") -> set[str]:
    found = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            found |= citizen_routes(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif getattr(entry.callback, "access", "") in ("public", "citizen"):
            found.add(f"{space}{entry.name}")
    return found


def view_of(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


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
    missing = citizen_routes() - examined - EXCEPTIONS.keys()
    assert missing == set(), "examine these pages, or name them with a reason"
    assert EXCEPTIONS.keys() <= citizen_routes(), "an exception for a page that is gone"
    assert walk.faults == [], "\n".join(walk.faults)

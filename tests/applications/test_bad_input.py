"""Bad input about people, over the pages: said at its field with the remedy, nothing typed lost, nothing written."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Guardianship, IdentityProof, Person, PhoneCode
from portal.common.models import AuditEntry, Event, Promise
from tests.factories import accounts, cases, children

pytestmark = pytest.mark.django_db
EXPIRED_GUARDIAN, REVOKED_GUARDIAN, OTHER_CHILD = "周虚构", "吴样例", "许明满"
# A passport, a permit to Hong Kong and Macao of the older and the newer series, one to Taiwan, one of a resident there.
NUMBERS = ("E99002401", "C99002402", "CA9900240", "L99002403", "H1234567800")


def written() -> tuple[int, ...]:
    tables = (Person, Guardianship, IdentityProof, PhoneCode, Event, Promise, AuditEntry)
    return tuple(model._default_manager.count() for model in tables)


def refused(browser: Client, address: str, told: dict[str, Any], field: str, code: str) -> str:
    """The page that names the field alone, with everything typed still on it; nothing is written."""
    before = written()
    page = browser.post(address, told)
    shown = page.content.decode()
    errors = page.context["form"].errors.as_data()
    assert page.status_code == 200
    assert {name: [one.code for one in found] for name, found in errors.items()} == {field: [code]}
    assert f'href="#id_{field}' in shown
    for typed in told.values():
        assert f'value="{typed}"' in shown or typed in ("on", "1")
    assert written() == before
    return shown


@pytest.fixture
def guardian_page() -> str:
    cases.ground()
    children.open_to_children()
    return reverse("applications:child")


@pytest.mark.parametrize(
    ("guardian", "child", "code", "said"),
    [
        (EXPIRED_GUARDIAN, OTHER_CHILD, "guardian.expired", "登记显示您的监护期限已经过了"),
        (REVOKED_GUARDIAN, OTHER_CHILD, "guardian.revoked", "登记显示您的监护资格已经撤销"),
        (children.MOTHER, OTHER_CHILD, "guardian.unknown", "登记里查不到您是这个孩子的监护人"),
    ],
)
def test_a_guardian_of_yesterday(guardian_page: str, guardian: str, child: str, code: str, said: str) -> None:
    browser = accounts.sign_in(Client(), accounts.proven(guardian))
    told = {"name": child, "citizen_number": accounts.record(child).citizen_number}
    page = refused(browser, guardian_page, told, "citizen_number", code)
    assert said in page
    assert "请带监护证明和孩子到出入境窗口办理" in page


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_of_another_kind_in_the_claim_of_a_child(guardian_page: str, number: str) -> None:
    browser = accounts.sign_in(Client(), accounts.proven(children.MOTHER))
    told = {"name": children.CHILD, "citizen_number": number}
    page = refused(browser, guardian_page, told, "citizen_number", "citizen_number.document")
    assert "这是护照或通行证的号码" in page
    assert "请填身份证上的 18 位号码" in page


def test_a_number_of_another_kind_in_the_proof_of_identity() -> None:
    browser = accounts.sign_in(Client(), accounts.signed_up())
    browser.post(reverse("accounts:identity_way"), {"way": "by_hand", "agree": "on"})
    told = {"name": "张示例", "citizen_number": "C99002402"}
    page = refused(browser, reverse("accounts:identity_details"), told, "citizen_number", "citizen_number.document")
    assert "这是护照或通行证的号码" in page

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from documents import catalog
from payments.gateways.simulator import cashier
from payments.models import Charge, Order
from portal.accounts.models import User
from portal.common.models import Promise
from tests.factories.payments import Case, approve_more, approved, keep, paid, pay_at_the_cashier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money_is_right")]


@pytest.fixture
def case() -> Case:
    return approved()


@pytest.fixture
def payer(case: Case) -> Client:
    return signed_in(case)


def signed_in(case: Case) -> Client:
    client = Client(enforce_csrf_checks=False)
    client.force_login(case.submission.filer)
    return client


def address(page: str, case: Case) -> str:
    return reverse(f"payments:{page}", args=[case.submission.reference])


def press(client: Client, case: Case, fen: int = 18000) -> Any:
    return client.post(address("start", case), {"amount_fen": fen})


def test_the_page_says_what_how_much_and_by_when(payer: Client, case: Case) -> None:
    approve_more(case, catalog.HKM_PERMIT)
    page = payer.get(address("pay", case)).content.decode()
    for words in ("普通护照", "往来台湾通行证", "120.00", "60.00", "240.00", "缴费 240 元", "还有 7 天", "模拟收银台"):
        assert words in page, words
    assert page.count("p-btn--go") == 1
    assert not Order.objects.exists()


def test_what_is_not_approved_yet_is_named_apart(payer: Client, case: Case) -> None:
    from applications.models import Application

    row = case.applications[1]
    Application.objects.filter(pk=row.pk).update(status="accepted")
    page = payer.get(address("pay", case)).content.decode()
    assert "还没轮到" in page
    assert "缴费 120 元" in page


def test_the_whole_way_without_scripts(payer: Client, case: Case) -> None:
    to_cashier = press(payer, case)
    page = payer.get(to_cashier["Location"]).content.decode()
    assert "这是模拟的收银台" in page
    for words in ("付款 180 元", "付款成功", "付款失败", "不付了"):
        assert words in page
    back = payer.post(to_cashier["Location"], {"decision": "pay"})
    arrived = payer.get(back["Location"], follow=True)
    assert arrived.redirect_chain[-1][0] == address("receipt", case)
    receipt = arrived.content.decode().replace("<wbr>", "")
    for words in ("缴费成功", "180.00", case.applications[0].receipt, cashier.reference_of(Charge.objects.get().pk)):
        assert words in receipt
    assert case.statuses() == ["paid", "paid"]
    keep()
    assert payer.get(address("pay", case))["Location"] == address("receipt", case)


def test_pressing_twice_leads_to_the_same_cashier_page(payer: Client, case: Case) -> None:
    assert press(payer, case)["Location"] == press(payer, case)["Location"]
    assert Charge.objects.count() == 1


@pytest.mark.parametrize("decision", ["fail", "leave"])
def test_an_attempt_that_failed_says_so_and_can_be_made_again(payer: Client, case: Case, decision: str) -> None:
    first = press(payer, case)["Location"]
    payer.post(first, {"decision": decision})
    page = payer.get(address("return", case), follow=True).content.decode()
    assert "没有付成，没有扣钱" in page
    assert "缴费 180 元" in page
    second = press(payer, case)["Location"]
    assert second != first
    assert "已经关闭" in payer.get(first).content.decode()


def test_while_it_is_checked_nobody_is_asked_to_pay_again(payer: Client, case: Case) -> None:
    press(payer, case)
    page = payer.get(address("pay", case)).content.decode()
    assert "正在向缴费平台核对，请不要重复付款" in page
    assert f'data-poll="{address("state", case)}"' in page
    assert "缴费 180 元" not in page
    state = payer.get(address("state", case))
    assert "data-poll-done" not in state.content.decode()
    assert "X-Poll" not in state
    pay_at_the_cashier(Charge.objects.get())
    keep("cashier.callback")
    state = payer.get(address("state", case))
    assert f'data-poll-done="{address("pay", case)}"' in state.content.decode()
    assert state["X-Poll"] == "done"


def test_a_provider_that_is_away_takes_nothing_and_loses_nothing(payer: Client, case: Case) -> None:
    cashier.books().arm("down")
    page = payer.post(address("start", case), {"amount_fen": 18000}, follow=True).content.decode()
    assert "正在向缴费平台核对" in page
    again = press(payer, case)
    assert "simulated-cashier" in again["Location"]
    assert Charge.objects.count() == 1


def test_an_amount_that_changed_is_shown_before_it_is_paid(payer: Client, case: Case) -> None:
    approve_more(case, catalog.HKM_PERMIT)
    page = payer.post(address("start", case), {"amount_fen": 18000}, follow=True).content.decode()
    assert "金额有变化" in page
    assert "缴费 240 元" in page
    assert not Charge.objects.exists()


def test_a_foreign_form_and_an_absent_one_look_the_same(case: Case) -> None:
    stranger = Client()
    stranger.force_login(User.objects.create_citizen(phone="13600000001", password="an-even-longer-secret"))
    for page in ("pay", "return", "state", "receipt"):
        foreign = stranger.get(address(page, case))
        absent = stranger.get(reverse(f"payments:{page}", args=["x" * 32]))
        assert (foreign.status_code, absent.status_code) == (404, 404)
    assert stranger.post(address("start", case), {"amount_fen": 18000}).status_code == 404
    assert not Order.objects.exists()
    assert Client().get(address("pay", case)).status_code == 302


def test_who_filed_for_another_pays_only_while_they_may(case: Case) -> None:
    former = User.objects.create_citizen(phone="13600000002", password="an-even-longer-secret")
    case.submission.filer = former
    case.submission.save(update_fields=["filer"])
    for user, status in ((former, 404), (case.person.user, 200)):
        client = Client()
        client.force_login(user)
        assert client.get(address("pay", case)).status_code == status


def test_nothing_to_pay_is_said(case: Case, payer: Client) -> None:
    from applications import services as applications

    for row in case.applications:
        applications.withdraw(row.pk, acting=case.acting)
    assert "现在没有要缴的费用" in payer.get(address("pay", case)).content.decode()
    assert press(payer, case)["Location"] == address("pay", case)
    assert payer.get(address("receipt", case))["Location"] == address("pay", case)


def test_a_receipt_names_what_goes_back() -> None:
    from applications.lifecycle import LIFECYCLE
    from payments.services import refund_unproducible
    from portal.common.acting import Acting

    case = paid(catalog.PASSPORT)
    row = case.applications[0]
    row.refresh_from_db()
    LIFECYCLE.perform(row, "declare_unproducible", acting=Acting.system("production"))
    refund_unproducible()
    client = signed_in(case)
    page = client.get(address("receipt", case)).content.decode()
    assert "正在退回" in page
    assert "缴费成功" not in page
    keep()
    assert "已退回原付款账户" in client.get(address("receipt", case)).content.decode()


def test_the_cashier_knows_only_its_own_addresses(payer: Client, case: Case) -> None:
    there = press(payer, case)["Location"]
    assert payer.get(there[:-3] + "0/").status_code == 404
    assert payer.get(there.replace("SIM", "SIN")).status_code == 404
    assert payer.get(there.rstrip("/") + "é/").status_code == 404
    assert payer.post(there, {"decision": "steal"}).status_code == 200
    assert Promise.objects.filter(topic="cashier.callback").count() == 0
    assert payer.post(there, {"decision": "fail"}).status_code == 302
    keep()


def test_pages_speak_english(payer: Client, case: Case) -> None:
    payer.cookies["django_language"] = "en"
    page = payer.get(address("pay", case)).content.decode()
    for words in ("Pay 180", "2 applications are approved", "This payment"):
        assert words in page, words

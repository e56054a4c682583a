"""The checker without sign-in: every branch of the rules, answers in any order, nothing personal kept."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from applications import checker, window
from applications.cities import find_city
from documents import catalog
from portal.common import clock
from tests.applications.test_pages_path import CHECKER, walk_checker
from tests.factories import cases

pytestmark = pytest.mark.django_db

ONE = {
    **{slug: answer for slug, answer in CHECKER.items() if "hkm" not in slug},
    "kinds": ["PASSPORT"],
}


@pytest.fixture(autouse=True)
def _ground() -> None:
    cases.ground()


def result_of(client: Client, **changes: Any) -> str:
    answers = {**ONE, **{slug.replace("_", "-"): answer for slug, answer in changes.items()}}
    walk_checker(client, answers)
    return str(client.get("/apply/checker/result/").content.decode())


def test_somebody_eligible_sees_price_term_and_what_to_prepare(client: Client) -> None:
    shown = result_of(client)
    assert "您可以在网上换发护照" in shown
    for word in ("120.00", "7 个工作日", "快递到付", "有效期 10 年", "身份证", "户口在杭州", "登录，开始申请"):
        assert word in shown, word
    assert "不符合" not in shown


@pytest.mark.parametrize(
    ("changes", "reason", "remedy"),
    [
        ({"city": "贵阳"}, "户口所在城市还没有开通网上办理", "请到出入境窗口办理"),
        ({"age": "no"}, "未满 16 周岁", "请由监护人陪同到窗口办理"),
        ({"held_passport": "expired"}, "护照：这本证件已经过期或作废", "请到出入境窗口办理"),
        ({"held_passport": "never"}, "护照：您没有这种证件的记录", "请到出入境窗口办理"),
        ({"reason_passport": "none"}, "护照：换发补发的原因不在网上办理的范围里", "请到出入境窗口办理"),
        ({"fingerprints": "no"}, "以前办证没有留过指纹", "请到窗口采集指纹"),
        ({"mainland": "no"}, "您现在不在内地", "请找中国驻外使领馆"),
        ({"identity": "state_employee"}, "登记备案的国家工作人员不能网上办", "请带单位同意的意见到窗口办理"),
        ({"identity": "military"}, "现役军人、武警不能网上办", "请带单位同意的意见到窗口办理"),
        ({"changed": "yes"}, "姓名、性别、出生日期或身份证号有变更", "请到出入境窗口办理"),
        (
            {"changed": "yes", "reason_passport": "none"},
            "姓名、性别、出生日期或身份证号有变更",
            "请到出入境窗口办理",
        ),
    ],
)
def test_each_bar_is_named_with_its_remedy_and_ground(
    client: Client, changes: dict[str, str], reason: str, remedy: str
) -> None:
    shown = result_of(client, **changes)
    assert "现在还不能在网上办" in shown
    assert reason in shown
    assert remedy in shown
    assert "依据：" in shown
    assert 'action="/apply/start/"' not in shown


def test_every_reason_stands_there_at_once(client: Client) -> None:
    shown = result_of(client, city="贵阳", age="no", fingerprints="no", identity="military", changed="yes")
    assert shown.count('class="is-unmet"') == 5


def test_one_document_can_be_had_online_and_another_not(client: Client) -> None:
    answers = {**CHECKER, "held-hkm-permit": "expired"}
    walk_checker(client, answers)
    shown = client.get("/apply/checker/result/").content.decode()
    assert "您可以在网上换发护照" in shown
    assert "另外，港澳通行证要到窗口办" in shown
    assert "120.00" in shown


def test_what_one_does_not_remember_stays_open(client: Client) -> None:
    shown = result_of(client, fingerprints="unsure")
    assert "您可以在网上换发护照" in shown
    assert 'class="is-open"' in shown


def test_an_answer_is_changed_from_the_result_and_leads_back_to_it(client: Client) -> None:
    walk_checker(client, ONE)
    page = client.post("/apply/checker/age/", {"answer": "no"})
    assert page["Location"] == "/apply/checker/result/"
    # Another document brings its own questions, and nothing else is asked again.
    page = client.post("/apply/checker/kinds/", {"answer": ["PASSPORT", "TWN_PERMIT"]})
    assert page["Location"] == "/apply/checker/held-twn-permit/"
    page = client.post(page["Location"], {"answer": "valid"})
    assert page["Location"] == "/apply/checker/reason-twn-permit/"
    assert client.post(page["Location"], {"answer": "damaged"})["Location"] == "/apply/checker/result/"


def test_pages_lead_back_and_no_question_is_skipped_by_its_address(client: Client) -> None:
    assert client.get("/apply/checker/result/")["Location"] == "/apply/checker/"
    assert client.get("/apply/checker/reason-passport/")["Location"] == "/apply/checker/"
    assert client.get("/apply/checker/salary/").status_code == 404
    walk_checker(client, ONE)
    for slug, before in (("age", "city"), ("city", "kinds"), ("fingerprints", "reason-passport")):
        assert f'href="/apply/checker/{before}/"' in client.get(f"/apply/checker/{slug}/").content.decode()


@pytest.mark.parametrize(("slug", "said"), [("city", "请填写户口所在城市"), ("age", "还没有选，请选一项")])
def test_no_answer_is_said_at_the_question(client: Client, slug: str, said: str) -> None:
    page = client.post(f"/apply/checker/{slug}/", {})
    assert page.status_code == 200
    assert said in page.content.decode()
    assert "<title>错误：" in page.content.decode()


def test_a_city_that_is_not_clear_is_offered_to_choose_from(client: Client) -> None:
    page = client.post("/apply/checker/city/", {"answer": "浙江"})
    shown = page.content.decode()
    assert "没有认出这个城市" in shown
    assert "浙江省杭州市" in shown
    assert 'value="浙江"' in shown
    page = client.post("/apply/checker/city/", {"answer": "浙江", "pick": "other"})
    assert page["Location"] == "/apply/checker/age/"
    page = client.post("/apply/checker/city/", {"answer": "浙江", "pick": "000000"})
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("武汉", "420100"),
        (" 武汉市 ", "420100"),
        ("湖北省武汉市", "420100"),
        ("湖北武汉", "420100"),
        ("杭州西湖区", "330100"),
        ("北京", "110000"),
        ("吉林省长春市", "220100"),
        ("吉林市", "220200"),
        ("延边", "222400"),
        ("亚特兰蒂斯", None),
        ("", None),
        ("\x00", None),
    ],
)
def test_a_city_is_found_by_what_people_write(typed: str, code: str | None) -> None:
    assert find_city(typed).code == code


def test_a_city_is_found_by_its_name_in_english(client: Client) -> None:
    with translation.override("en"):
        assert result_of(client, city="Hangzhou")


def test_the_result_takes_three_queries(client: Client) -> None:
    walk_checker(client, CHECKER)
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        client.get("/apply/checker/result/")
    # The session is the fourth: it lies in the cache, which was emptied here.
    assert len([row for row in captured.captured_queries if "session" not in row["sql"]]) <= 3


def test_the_answers_stay_in_the_session_and_hold_nothing_personal(client: Client) -> None:
    walk_checker(client, ONE)
    kept = Session.objects.get().get_decoded()["checker"]
    assert kept == {**ONE, "city": "330100"}
    client.post("/apply/checker/again/")
    assert "checker" not in client.session


TRIP = {
    "city": "武汉",
    "age": "yes",
    "kinds": ["HK"],
    "purpose-hk": "L",
    "option-hk": "1y2",
    "held-hkm-permit": "valid",
    "fingerprints": "yes",
    "mainland": "yes",
    "identity": "other",
    "changed": "no",
}


def trip(client: Client, **changes: Any) -> str:
    walk_checker(client, {**TRIP, **{slug.replace("_", "-"): answer for slug, answer in changes.items()}})
    return str(client.get("/apply/checker/result/").content.decode())


def test_an_endorsement_on_a_permit_in_force_can_be_had_online(client: Client) -> None:
    shown = trip(client)
    assert "您可以在网上办香港签注" in shown
    assert "30.00" in shown
    assert "香港 团队旅游 1 年两次签注" in shown


def test_elsewhere_a_device_writes_a_tour_at_once_and_a_window_takes_papers(client: Client) -> None:
    shown = trip(client, city="贵阳")
    assert "自助签注设备，当场写入" in shown
    assert "30 元" in shown
    shown = trip(Client(), city="贵阳", purpose_hk="T", option_hk="3mM")
    assert "出入境窗口" in shown
    assert "80 元，7 个工作日" in shown
    assert "亲属关系证明" in shown


def test_an_individual_visit_asks_for_the_residence_permit_and_says_where_it_is_closed(client: Client) -> None:
    closed = trip(client, city="黄冈", purpose_hk="G", option_hk="1y1", residence="")
    assert "香港签注：户口和居住证所在的城市不在这种签注的开放范围里" in closed
    assert "现在办不了" in closed
    open_there = trip(Client(), city="黄冈", purpose_hk="G", option_hk="1y1", residence="广州")
    assert "自助签注设备，当场写入" in open_there


def test_a_kind_the_portal_does_not_take_leads_to_the_window_with_its_fee(client: Client) -> None:
    shown = trip(client, kinds=["HRP", "EXIT_ENTRY_PERMIT"], held_hrp="valid", reason_hrp="card_gone")
    assert "费用请问窗口" in shown
    assert "15 元" in shown


@pytest.mark.parametrize(
    ("state", "reason", "titles"),
    [
        ("valid", "card_gone", "港澳居民来往内地通行证，补发"),
        ("expired", "card_expiring", "港澳居民来往内地通行证，换发"),
        ("valid", "identity_changed", "港澳居民来往内地通行证，换发"),
    ],
)
def test_a_card_of_others_tells_its_reason_and_neither_city_nor_change(
    client: Client, state: str, reason: str, titles: str
) -> None:
    answers = {
        "kinds": ["HRP"],
        "age": "yes",
        "held-hrp": state,
        "reason-hrp": reason,
        **{slug: TRIP[slug] for slug in ("fingerprints", "mainland", "identity")},
    }
    # Whatever else were asked, the walk would have no answer to it.
    assert walk_checker(client, answers) == "/apply/checker/result/"
    shown = str(client.get("/apply/checker/result/").content.decode())
    assert "户口" not in shown
    assert "出入境窗口" in shown
    told = client.session["checker"]
    asked = window.asked_in_checker(told, on=clock.today())
    assert asked
    assert window.outlook(asked, on=clock.today()).titles == (titles,)
    assert ("change_proof" in papers_of(told)) is (reason == "identity_changed")


def papers_of(told: dict[str, Any]) -> list[str]:
    return [paper.code for paper in checker.judge(told).verdict.materials]


@pytest.mark.parametrize(
    ("changes", "papers"),
    [
        ({"held_passport": "never"}, ["photo", "identity_card"]),
        ({"held_passport": "expired"}, ["photo", "identity_card", "old_document"]),
        ({"reason_passport": "annotate"}, ["photo", "identity_card", "old_document"]),
        (
            {"reason_passport": "damaged", "city": "贵阳"},
            ["photo", "identity_card", "old_document", "loss_statement"],
        ),
        ({"reason_passport": "lost", "city": "贵阳"}, ["photo", "identity_card", "loss_statement"]),
    ],
)
def test_each_way_to_a_passport_has_its_own_papers(client: Client, changes: dict[str, str], papers: list[str]) -> None:
    shown = result_of(client, **changes)
    assert papers_of(client.session["checker"]) == papers
    for code in catalog.MATERIALS:
        assert (f"<strong>{catalog.material(code).label}</strong>" in shown) is (code in papers), code


FEE_PASSPORT, FEE_TRIP = "发改价格〔2019〕914号", "发改价格〔2017〕1186号"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        # Online: a permit and an endorsement with papers.
        (
            {"purpose_hk": "T", "option_hk": "3mM"},
            ("80.00", FEE_TRIP, "7 个工作日", "全程网办 7 个工作日内审批签发", "亲属关系证明", "往来港澳签注办事指南"),
        ),
        # At a device: as much, and who has to go to a window all the same.
        (
            {"city": "贵阳"},
            ("30 元", FEE_TRIP, "智能签注设备：当场写入签注", "居民身份证", "第一次要到窗口"),
        ),
        # At a window.
        (
            {"city": "贵阳", "purpose_hk": "T", "option_hk": "3mM"},
            ("80 元", FEE_TRIP, "7 个工作日", "受理之日起计", "亲属关系证明", "中国公民出入境证件申请表"),
        ),
    ],
)
def test_every_way_says_fee_term_papers_and_what_they_rest_on(
    client: Client, changes: dict[str, str], said: tuple[str, ...]
) -> None:
    shown = trip(client, **changes)
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        client.get("/apply/checker/result/")
    assert len([row for row in captured.captured_queries if "session" not in row["sql"]]) <= 3
    for words in said:
        assert words in shown, words


def test_an_annotation_is_for_the_window_and_costs_nothing(client: Client) -> None:
    shown = result_of(client, reason_passport="annotate")
    assert "护照加注要到窗口办理，不收费" in shown
    assert "<small>不收费" in shown
    assert "2021 年第 22 号" in shown


def test_older_residents_of_shandong_read_that_postage_is_free(client: Client) -> None:
    for city, told in (("济南", True), ("临沂", True), ("杭州", False)):
        shown = result_of(Client(), city=city)
        assert ("65 周岁以上" in shown) is told
        assert ("山东省公安厅" in shown) is told


def test_a_short_permit_is_offered_its_replacement_with_one_button(client: Client) -> None:
    shown = trip(client, held_hkm_permit="soon")
    assert "请在同一张表上先换发通行证" in shown
    assert "把换港澳通行证也加进来" in shown
    found = re.findall(r'<input type="hidden" name="answer" value="(\w+)">', shown)
    page = client.post("/apply/checker/kinds/", {"answer": found}, follow=True)
    assert page.request["PATH_INFO"] == "/apply/checker/reason-hkm-permit/"
    page = client.post(page.request["PATH_INFO"], {"answer": "expiring"}, follow=True)
    assert page.request["PATH_INFO"] == "/apply/checker/result/"
    shown = page.content.decode()
    assert "您可以在网上换发港澳通行证、办香港签注" in shown
    assert "也加进来" not in shown
    assert set(checker.requests_told(client.session["checker"])) == {"HKM_PERMIT"}

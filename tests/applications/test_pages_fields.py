"""Pages of the form: a wrong field names itself, its limit and its remedy, and what was typed stays."""

from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils.html import escape

from applications import services
from applications.models import Submission
from applications.views.typed import LIMIT
from portal.accounts.models import Person
from portal.common.models import Event, Promise
from portal.common.simulation import Ledger
from tests.factories import accounts, cases

pytestmark = pytest.mark.django_db

PERSONAL = {**cases.ANSWERS["personal"], "identity_changed": "no"}
CONTACT, DELIVERY = cases.ANSWERS["contact"], cases.ANSWERS["delivery"]
NAME = {"choice": "own", "surname_romanised": "WANG", "given_romanised": "YANSHI", "confirmed": "on"}
LOST = {"reason": "lost", "statement": "上周在火车站丢失，没有找到。"}


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person()


@pytest.fixture
def submission(client: Client, person: Person) -> Submission:
    assert person.user is not None
    client.force_login(person.user)
    return cases.draft(person, pictures=False)


def stored(submission: Submission) -> dict[str, Any]:
    answers: dict[str, Any] = Submission.objects.get(pk=submission.pk).answers
    return answers


BAD = [
    ("personal", PERSONAL, "address", "短", "现住址要有 8 到 120 个字，现在是 1 个"),
    ("personal", PERSONAL, "address", "长" * 121, "现住址要有 8 到 120 个字，现在是 121 个"),
    ("personal", PERSONAL, "address", "", "还没有填现住址"),
    ("personal", PERSONAL, "employer", "厂", "工作单位或学校要有 2 到 60 个字，现在是 1 个"),
    ("personal", PERSONAL, "identity", "", "还没有选本人身份"),
    ("personal", PERSONAL, "identity", "king", "本人身份里没有您选的这一项"),
    ("personal", PERSONAL, "identity_changed", "", "还没有说明身份信息有没有变更"),
    ("contact", CONTACT, "phone", "12345", "您的手机号要有 11 位数字，以 13 到 19 开头，现在有 5 位"),
    ("contact", CONTACT, "emergency_name", "", "还没有填紧急联系人姓名"),
    ("contact", CONTACT, "emergency_phone", cases.PHONE, "紧急联系人的手机号和您的一样"),
    ("contact", CONTACT, "emergency_phone", "", "还没有填紧急联系人手机号"),
    ("delivery", DELIVERY, "method", "", "还没有选怎么取证件"),
    ("delivery", DELIVERY, "recipient", "", "还没有填收件人姓名"),
    ("delivery", DELIVERY, "address", "路口", "收件地址要有 8 到 120 个字，现在是 2 个"),
    ("delivery", DELIVERY, "postcode", "12", "邮政编码是 6 位数字"),
    ("name", NAME, "given_romanised", "yàn shì", "拼音只能用字母 A 至 Z"),
    ("name", NAME, "given_romanised", "X" * 40, "证件机读行最多 39 位，现在是 46 位"),
    ("name", NAME, "surname_romanised", "", "请填写拼音"),
    ("name", NAME, "choice", "", "还没有选拼音"),
    ("name", NAME, "confirmed", "", "还没有确认拼音姓名"),
    ("reason-passport", LOST, "reason", "", "还没有选换发补发的原因"),
    ("reason-passport", LOST, "statement", "丢了", "情况说明要有 10 到 500 个字，现在是 2 个"),
    ("reason-passport", LOST, "statement", "长" * 501, "情况说明要有 10 到 500 个字，现在是 501 个"),
    ("documents", {}, "kinds", [], "还没有选要办的证件或签注"),
]


@pytest.mark.parametrize(("slug", "good", "field", "typed", "said"), BAD)
def test_a_wrong_field_names_itself_and_keeps_what_was_typed(  # noqa: PLR0917
    client: Client, submission: Submission, slug: str, good: dict[str, Any], field: str, typed: Any, said: str
) -> None:
    before = stored(submission)
    data = {**good, field: typed} if typed else {key: value for key, value in good.items() if key != field}
    page = client.post(f"/apply/{submission.pk}/{slug}/", data)
    shown = page.content.decode()
    assert page.status_code == 200
    assert "<title>错误：" in shown
    summary, _, rest = shown.partition('class="govuk-error-summary__list"')[2].partition("</ul>")
    assert escape(said) in summary
    assert escape(said) in rest
    for name, value in data.items():
        if isinstance(value, str) and value not in ("on", "own", "king"):
            assert escape(value) in rest, name
    assert stored(submission) == before


@pytest.mark.parametrize(
    ("slug", "data"),
    [
        ("personal", PERSONAL),
        ("contact", {**CONTACT, "phone": "+86 139-0000 0001"}),
        ("delivery", {"method": "pickup"}),
        ("delivery", DELIVERY),
        ("name", {**NAME, "surname_romanised": "ｗａｎｇ "}),
        ("reason-passport", LOST),
        ("reason-passport", {"reason": "expiring"}),
        ("documents", {"kinds": ["PASSPORT", "TWN_PERMIT"]}),
    ],
)
def test_a_right_page_is_saved_and_leads_on(
    client: Client, submission: Submission, slug: str, data: dict[str, Any]
) -> None:
    page = client.post(f"/apply/{submission.pk}/{slug}/", data)
    assert page.status_code == 302
    assert page["Location"] != f"/apply/{submission.pk}/{slug}/"
    surveyed = {item.page.slug: item for item in cases.survey(submission)}
    assert surveyed[slug].is_done


def test_what_was_typed_is_put_by_for_later_right_or_wrong(client: Client, submission: Submission) -> None:
    page = client.post(f"/apply/{submission.pk}/contact/", {**CONTACT, "phone": "12", "later": "1"})
    assert page["Location"] == f"/apply/{submission.pk}/"
    assert stored(submission)["contact"]["phone"] == "12"
    assert 'value="12"' in client.get(f"/apply/{submission.pk}/contact/").content.decode()
    assert "要修改" in client.get(page["Location"]).content.decode()


def test_a_page_opened_from_the_summary_leads_back_to_it(client: Client, submission: Submission) -> None:
    page = client.post(f"/apply/{submission.pk}/contact/?back=check", CONTACT)
    assert page["Location"] == f"/apply/{submission.pk}/check/"


def test_a_reason_the_rules_refuse_is_answered_where_it_was_chosen(client: Client) -> None:
    cases.ground()
    person = cases.person("李样本")
    assert person.user is not None
    client.force_login(person.user)
    submission = services.start(person.user, person)
    services.save_page(submission.pk, "requests", {"PASSPORT": {"reason": "", "statement": ""}}, acting=person.acting)
    page = client.post(f"/apply/{submission.pk}/reason-passport/", {"reason": "expiring"})
    shown = page.content.decode()
    assert "证件有效期还有 6 个月以上，还不能因快到期换发。" in shown
    assert "如果证件损坏、遗失或签证页用完，请选对应的原因。" in shown
    assert stored(submission)["requests"]["PASSPORT"]["reason"] == ""


@pytest.mark.parametrize(
    ("name", "said", "offered"),
    [
        ("华外地", "户口所在城市还没有开通网上办理", False),
        ("邹无纹", "以前办证没有留过指纹", False),
        ("戚公务", "登记备案的国家工作人员不能网上办", False),
        ("喻限制", "按法律规定暂时不能办理", False),
        ("秦少年", "未满 16 周岁", False),
        ("蒋过期", "普通护照：这本证件已经过期或作废", True),
        ("张示例", "往来台湾通行证：您没有这种证件的记录", True),
    ],
)
def test_what_cannot_be_renewed_is_shown_with_reason_and_remedy(
    client: Client, name: str, said: str, *, offered: bool
) -> None:
    cases.ground()
    person = cases.person(name)
    assert person.user is not None
    client.force_login(person.user)
    submission = services.start(person.user, person)
    shown = client.get(f"/apply/{submission.pk}/documents/").content.decode()
    assert said in shown
    assert "窗口" in shown
    assert ('type="checkbox"' in shown) is offered
    if not offered:
        client.post(f"/apply/{submission.pk}/documents/", {"kinds": ["PASSPORT"]})
        assert "PASSPORT" not in stored(submission).get("requests", {})


def test_documents_on_their_way_are_said_to_be_so(client: Client) -> None:
    cases.ground()
    person = accounts.proven("张示例")
    assert person.user is not None
    client.force_login(person.user)
    submission = services.start(person.user, person)
    assert "普通护照：正在带出您的证件" in client.get(f"/apply/{submission.pk}/documents/").content.decode()


def test_who_belongs_to_the_window_is_told_at_the_question(client: Client, submission: Submission) -> None:
    page = client.post(f"/apply/{submission.pk}/personal/", {**PERSONAL, "identity": "military"}, follow=True)
    assert page.request["PATH_INFO"] == f"/apply/{submission.pk}/personal/"
    assert "现役军人、武警不能网上办" in page.content.decode()
    assert stored(submission)["personal"]["identity"] == "military"


def test_a_page_opens_while_the_register_is_away(client: Client, submission: Submission) -> None:
    for slug in ("documents", "personal", "reason-passport"):
        Ledger("register").arm("down", 1)
        page = client.get(f"/apply/{submission.pk}/{slug}/")
        assert page.status_code == 200
    Ledger("register").arm("down", 1)
    assert client.post(f"/apply/{submission.pk}/personal/", PERSONAL).status_code == 302


@pytest.mark.parametrize("slug", ["personal", "contact", "delivery", "name", "reason-passport", "documents", "photo"])
@pytest.mark.parametrize("junk", ["x" * 20_000, "\x00", "𠮷㐂·\u202e<script>alert(1)</script>", "9" * 400, "／"])
def test_nothing_typed_ends_in_a_fault(client: Client, submission: Submission, slug: str, junk: str) -> None:
    names = {*PERSONAL, *CONTACT, *DELIVERY, *NAME, *LOST, "kinds", "file"}
    for later in ({}, {"later": "1"}):
        page = client.post(f"/apply/{submission.pk}/{slug}/", {**dict.fromkeys(names, junk), **later})
        assert page.status_code in (200, 302)
        assert "<script>alert" not in page.content.decode()
        assert client.get(f"/apply/{submission.pk}/{slug}/").status_code == 200
    assert client.get(f"/apply/{submission.pk}/").status_code == 200


def test_an_unknown_page_does_not_exist(client: Client, submission: Submission) -> None:
    assert client.get(f"/apply/{submission.pk}/salary/").status_code == 404
    dropped = client.get(f"/apply/{submission.pk}/reason-hkm-permit/")
    assert dropped["Location"] == f"/apply/{submission.pk}/documents/"


def test_a_filed_form_is_closed_and_says_so(client: Client, person: Person, submission: Submission) -> None:
    submission = cases.filed(person, {cases.HKM_PERMIT: "expiring"})[0].submission
    assert person.user is not None
    client.force_login(person.user)
    before, events, promises = stored(submission), Event.objects.count(), Promise.objects.count()
    assert "这一页现在不能改" in client.get(f"/apply/{submission.pk}/contact/").content.decode()
    page = client.post(f"/apply/{submission.pk}/contact/", {**CONTACT, "phone": "13900000003"})
    assert page.status_code == 409
    assert stored(submission) == before
    assert (Event.objects.count(), Promise.objects.count()) == (events, promises)
    assert client.get(f"/apply/{submission.pk}/")["Location"] == f"/apply/{submission.pk}/filed/"


def test_a_document_reported_lost_can_still_be_replaced_after_the_form_was_withdrawn(
    client: Client, person: Person
) -> None:
    (row,) = cases.filed(person, {cases.PASSPORT: "lost"})
    services.withdraw(row.pk, acting=person.acting)
    assert person.user is not None
    client.force_login(person.user)
    submission = services.start(person.user, person)
    assert 'value="PASSPORT"' in client.get(f"/apply/{submission.pk}/documents/").content.decode()
    client.post(f"/apply/{submission.pk}/documents/", {"kinds": ["PASSPORT"]})
    assert client.post(f"/apply/{submission.pk}/reason-passport/", {"reason": "damaged"}).status_code == 200
    assert client.post(f"/apply/{submission.pk}/reason-passport/", LOST).status_code == 302


def sign_in_again(client: Client, page: Any) -> Any:
    """Follow the way a signed-out post leads: to the sign-in, and back to the page."""
    door, _, after = page["Location"].partition("?next=")
    typed = {"phone": cases.PHONE, "password": accounts.PASSWORD, "next": unquote(after)}
    return client.post(door, typed, follow=True)


@pytest.mark.parametrize(
    ("slug", "typed", "shown"),
    [
        ("contact", {**CONTACT, "emergency_name": "新联系人"}, "新联系人"),
        ("contact", {**CONTACT, "phone": "12345"}, "12345"),
        ("delivery", {**DELIVERY, "address": "浙江省杭州市西湖区另一条路 9 号"}, "另一条路 9 号"),
        ("reason-passport", LOST, LOST["statement"]),
    ],
)
def test_what_was_typed_outlives_a_session_that_ended(
    client: Client, submission: Submission, slug: str, typed: dict[str, str], shown: str
) -> None:
    before = stored(submission)
    client.logout()
    url = f"/apply/{submission.pk}/{slug}/"
    page = client.post(url, typed)
    assert page.status_code == 302
    assert client.session["typed"]["path"] == url
    assert shown not in str(dict(client.session))
    back = sign_in_again(client, page)
    assert back.request["PATH_INFO"] == url
    assert shown in back.content.decode()
    assert "还没有保存" in back.content.decode()
    assert stored(submission) == before
    # Once: opened again, the page shows what is saved.
    assert "还没有保存" not in client.get(url).content.decode()
    assert "typed" not in client.session


def test_nobody_else_sees_what_was_typed_and_not_everything_is_kept(client: Client, submission: Submission) -> None:
    client.logout()
    url = f"/apply/{submission.pk}/contact/"
    client.post(url, {**CONTACT, "emergency_name": "长" * 6000})
    assert "typed" not in client.session
    client.post(f"/apply/{submission.pk}/photo/", {"human": "1"})
    assert "typed" not in client.session
    client.post(url, {**CONTACT, "emergency_name": "新联系人"})
    client.force_login(accounts.signed_up())
    assert client.get(url).status_code == 404


def test_one_address_has_only_so_much_kept(client: Client, submission: Submission) -> None:
    url = f"/apply/{submission.pk}/contact/"
    client.logout()
    for _ in range(LIMIT):
        client.post(url, CONTACT)
    other = Client()
    other.post(url, CONTACT)
    assert "typed" not in other.session

"""Signing up, signing in and setting a new password, over HTTP."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts import codes, services
from portal.accounts.models import PhoneCode, User
from portal.common import audit, clock
from portal.common.models import Promise
from portal.common.unmet import Refused
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

PHONE = "13900139001"
GOOD = "correct horse battery"
LATER = timedelta(seconds=61)


@pytest.fixture(autouse=True)
def _home(settings: Any) -> None:
    settings.LOGIN_REDIRECT_URL = settings.LOGOUT_REDIRECT_URL = "/somewhere/"


def ask(client: Client, phone: str = PHONE, name: str = "sign_up", **more: str) -> Any:
    return client.post(reverse(f"accounts:{name}"), {"phone": phone, **more})


def enter(client: Client, code: str, password: str = GOOD, name: str = "sign_up_code", **more: str) -> Any:
    return client.post(reverse(f"accounts:{name}"), {"code": code, "password": password, **more})


def latest() -> PhoneCode:
    return PhoneCode.objects.latest("created_at")


def page(response: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_a_phone_becomes_an_account_by_its_code(client: Client) -> None:
    assert ask(client).url == reverse("accounts:sign_up_code")
    shown = page(client.get(reverse("accounts:sign_up_code")))
    assert "139****9001" in shown
    assert PHONE not in shown
    row = latest()
    assert Promise.objects.filter(topic="sms.code", payload={"phone_code": str(row.id)}).count() == 1
    anonymous = client.session.session_key
    assert enter(client, row.code).url == reverse("accounts:identity")
    user = User.objects.get()
    assert client.session["_auth_user_id"] == str(user.id)
    assert client.session.session_key != anonymous
    assert services.person_of(user) is None
    row.refresh_from_db()
    assert (row.code, row.code_mac, row.ended_at is None) == ("", "", False)
    assert services.message_of(row.id) is None
    assert list(audit.verify()) == []


def test_the_text_message_says_the_code_and_to_keep_it(client: Client) -> None:
    ask(client)
    message = services.message_of(latest().id)
    assert message is not None
    assert (message.phone, latest().code in message.text) == (PHONE, True)


def test_a_known_phone_gets_the_same_page_and_another_message(client: Client) -> None:
    make.signed_up(PHONE)
    PhoneCode.objects.all().delete()
    codes.throttle.forget("phone_code.minute", key=PHONE)
    stranger, known = Client(), Client()
    answers = [ask(stranger, "13900139002"), ask(known)]
    assert [(a.status_code, a.url) for a in answers] == [(302, reverse("accounts:sign_up_code"))] * 2
    bodies = [page(c.get(reverse("accounts:sign_up_code"))) for c in (stranger, known)]
    assert bodies[0].replace("139****9002", "") == bodies[1].replace("139****9001", "")
    for tried in range(6):
        bodies = [page(enter(c, "000000")) for c in (stranger, known)]
        assert bodies[0].replace("139****9002", "") == bodies[1].replace("139****9001", ""), tried
    row = PhoneCode.objects.get(wording=PhoneCode.ALREADY_KNOWN)
    message = services.message_of(row.id)
    assert message is not None
    assert "已经有" in message.text
    assert row.code == ""
    assert User.objects.count() == 1


def test_a_wrong_code_is_counted_five_times_then_useless(client: Client) -> None:
    ask(client)
    right = latest().code
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for left in (4, 3, 2, 1):
        assert f"还可以试 {left} 次" in page(enter(client, wrong))
    assert "已经作废" in page(enter(client, wrong))
    assert "已经作废" in page(enter(client, right))
    assert not User.objects.exists()
    assert "_auth_user_id" not in client.session


def test_a_code_lives_five_minutes(client: Client) -> None:
    ask(client)
    row = latest()
    with clock.set_to(row.expires_at), pytest.raises(Refused, match=r"code\.expired"):
        services.sign_up(row.id, code=row.code, password=GOOD, language="en")
    assert not User.objects.exists()


def test_a_code_works_once_and_for_its_purpose_alone() -> None:
    row = services.request_code(PHONE, purpose=PhoneCode.SIGN_UP, address="a", language="en")
    with pytest.raises(Refused, match=r"code\.expired"):
        services.reset_password(row.id, code=row.code, password=GOOD)
    services.sign_up(row.id, code=row.code, password=GOOD, language="en")
    with pytest.raises(Refused, match=r"code\.expired"):
        services.sign_up(row.id, code=row.code, password=GOOD, language="en")
    assert User.objects.count() == 1


def test_the_account_made_meanwhile_is_named_to_who_holds_the_phone() -> None:
    row = services.request_code(PHONE, purpose=PhoneCode.SIGN_UP, address="a", language="en")
    User.objects.create_citizen(phone=PHONE, password=GOOD)
    with pytest.raises(Refused, match=r"account\.exists"):
        services.sign_up(row.id, code=row.code, password=GOOD, language="en")
    assert User.objects.count() == 1


def test_a_second_press_sends_nothing_and_a_new_code_ends_the_old(client: Client) -> None:
    ask(client)
    first = latest()
    ask(client)
    assert PhoneCode.objects.count() == 1
    again = reverse("accounts:send_again", args=["sign_up"])
    early = client.post(again)
    assert early.status_code == 429
    assert "60 秒内只能发一次" in page(early)
    codes.throttle.forget("phone_code.minute", key=PHONE)
    with clock.set_to(clock.now() + LATER):
        assert client.post(again).status_code == 302
    first.refresh_from_db()
    assert first.ended_at
    assert PhoneCode.objects.filter(ended_at=None).count() == 1
    assert Promise.objects.filter(topic="sms.code").count() == 2


@pytest.mark.parametrize("wanted", ["sign_up", "reset"])
def test_messages_are_limited_by_phone_and_by_address(wanted: str) -> None:
    now = clock.now()
    for turn in range(codes.CODES_AN_HOUR_BY_PHONE):
        codes.throttle.forget("phone_code.minute", key=PHONE)
        with clock.set_to(now + turn * LATER):
            services.request_code(PHONE, purpose=wanted, address=f"{turn}", language="en")
    codes.throttle.forget("phone_code.minute", key=PHONE)
    with clock.set_to(now + 9 * LATER), pytest.raises(Refused, match=r"code\.too_many"):
        services.request_code(PHONE, purpose=wanted, address="z", language="en")
    count = PhoneCode.objects.count()
    for number in range(codes.CODES_AN_HOUR_BY_ADDRESS):
        services.request_code(f"137{number:08d}", purpose=wanted, address="one", language="en")
    with pytest.raises(Refused, match=r"code\.too_many"):
        services.request_code("13700009999", purpose=wanted, address="one", language="en")
    assert PhoneCode.objects.count() == count + codes.CODES_AN_HOUR_BY_ADDRESS


def test_a_throttled_request_is_answered_429_on_its_page(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(codes.throttle, "spend", lambda bucket, **_: bucket != "phone_code.phone")
    answer = ask(client)
    assert answer.status_code == 429
    assert PHONE in page(answer)
    assert not Promise.objects.exists()


@pytest.mark.parametrize(
    ("code", "password", "says"),
    [
        ("", GOOD, "请填写短信验证码"),
        ("12345", GOOD, "6 位数字"),
        ("12a456", GOOD, "6 位数字"),
        ("123456", "short", "至少 10 个字符"),
        ("123456", "1357924680", "不能全是数字"),
        ("123456", "password123", "太常见"),
        ("123456", "x" * 129, "最多 128 个字"),
        ("123456", "", "请填写密码"),
    ],
)
def test_a_wrong_field_says_what_is_wrong_and_spends_no_try(
    client: Client, code: str, password: str, says: str
) -> None:
    ask(client)
    answer = page(enter(client, code, password))
    assert says in answer
    assert "<title>错误：" in answer
    assert latest().tries == 0
    assert not User.objects.exists()


def test_a_code_page_without_a_code_starts_over(client: Client) -> None:
    for name in ("sign_up", "reset"):
        first = f"{reverse(f'accounts:{name}')}?next=%2Fapply%2F"
        assert client.get(reverse(f"accounts:{name}_code") + "?next=/apply/").url == first
        assert client.post(reverse("accounts:send_again", args=[name]), {"next": "/apply/"}).url == first
    ask(client)
    PhoneCode.objects.all().delete()
    assert client.get(reverse("accounts:sign_up_code")).url == reverse("accounts:sign_up")
    assert client.post(reverse("accounts:send_again", args=["sign_up"])).url == reverse("accounts:sign_up")


def test_the_row_is_forgotten_after_an_hour() -> None:
    services.request_code(PHONE, purpose=PhoneCode.SIGN_UP, address="a", language="en")
    assert make.keep("accounts.forget_code") == 0
    with clock.set_to(clock.now() + timedelta(hours=1, seconds=1)):
        assert make.keep("accounts.forget_code") == 1
    assert not PhoneCode.objects.exists()


def test_sign_in_and_out(client: Client) -> None:
    make.signed_up(PHONE)
    before = client.get(reverse("accounts:sign_in"))
    assert before.status_code == 200
    wanted = {"phone": "+86 139 0013 9001", "password": make.PASSWORD, "next": "/apply/question/7/"}
    assert client.post(reverse("accounts:sign_in"), wanted).url == "/apply/question/7/"
    assert "_auth_user_id" in client.session
    assert client.get(reverse("accounts:sign_in") + "?next=/apply/").url == "/apply/"
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert client.post(reverse("accounts:sign_out")).url == "/somewhere/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "http:///x"])
def test_next_never_leads_elsewhere(client: Client, elsewhere: str) -> None:
    make.signed_up(PHONE)
    wanted = {"phone": PHONE, "password": make.PASSWORD, "next": elsewhere}
    assert client.post(reverse("accounts:sign_in"), wanted).url == "/somewhere/"


def test_next_is_carried_through_sign_up(client: Client) -> None:
    asked = ask(client, next="/apply/question/7/?a=1")
    assert asked.url.endswith("?next=%2Fapply%2Fquestion%2F7%2F%3Fa%3D1")
    assert 'value="/apply/question/7/?a=1"' in page(client.get(asked.url))
    assert enter(client, latest().code, next="/apply/question/7/?a=1").url == "/apply/question/7/?a=1"


def test_unknown_phone_and_wrong_password_look_the_same(client: Client) -> None:
    make.signed_up(PHONE)
    off = make.signed_up("13900139003")
    off.is_active = False
    off.save()
    bodies = set()
    for phone, password in ((PHONE, "wrong"), ("13900139009", "wrong"), ("13900139003", make.PASSWORD)):
        answer = Client().post(reverse("accounts:sign_in"), {"phone": phone, "password": password})
        assert answer.status_code == 200
        bodies.add(page(answer).replace(phone, ""))
    assert len(bodies) == 1
    assert "手机号或密码不对" in bodies.pop()


def test_an_official_cannot_come_in_by_the_citizens_door(client: Client, django_user_model: Any) -> None:
    officer = make.official()
    officer.user.staff_code = "13900139010"
    officer.user.save()
    answer = client.post(reverse("accounts:sign_in"), {"phone": "13900139010", "password": make.PASSWORD})
    assert "手机号或密码不对" in page(answer)
    assert "_auth_user_id" not in client.session


def test_guessing_closes_the_name_for_a_while(client: Client) -> None:
    make.signed_up(PHONE)
    for _ in range(10):
        assert client.post(reverse("accounts:sign_in"), {"phone": PHONE, "password": "wrong"}).status_code == 200
    closed = client.post(reverse("accounts:sign_in"), {"phone": PHONE, "password": make.PASSWORD})
    assert (closed.status_code, closed["Retry-After"]) == (429, "900")
    assert "_auth_user_id" not in client.session


def test_a_reset_sets_the_password_and_ends_other_sessions(client: Client) -> None:
    user = make.signed_up(PHONE)
    codes.throttle.forget("phone_code.minute", key=PHONE)
    elsewhere = make.sign_in(Client(), user)
    assert elsewhere.get(reverse("accounts:identity_way")).status_code == 200
    assert ask(client, name="reset").url == reverse("accounts:reset_code")
    assert enter(client, latest().code, "another good phrase", name="reset_code").status_code == 302
    assert client.session["_auth_user_id"] == str(user.id)
    assert elsewhere.get(reverse("accounts:identity_way")).status_code == 302
    user.refresh_from_db()
    assert user.check_password("another good phrase")


def test_a_reset_for_an_unknown_phone_looks_the_same_and_tells_its_owner(client: Client) -> None:
    assert ask(client, name="reset").url == reverse("accounts:reset_code")
    assert "139****9001" in page(client.get(reverse("accounts:reset_code")))
    assert "还可以试 4 次" in page(enter(client, "000000", name="reset_code"))
    message = services.message_of(latest().id)
    assert message is not None
    assert "还没有" in message.text
    assert not User.objects.exists()


def test_a_signed_out_citizen_is_sent_to_sign_in_and_back(client: Client) -> None:
    answer = client.get(reverse("accounts:identity_details"))
    assert answer.url == f"{reverse('accounts:sign_in')}?next={reverse('accounts:identity_details')}"

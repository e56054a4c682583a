"""Officials: sign-in with a second factor, sessions that end, and who may appoint whom."""

import base64
import re
from datetime import timedelta
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import middleware, services
from portal.accounts.models import Authenticator, Officer, User
from portal.common import audit, clock
from portal.common.acting import NATION, Acting
from portal.common.models import AuditEntry
from portal.common.unmet import Refused
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

FIRST, CODE, ENROL = (reverse(f"accounts:staff_{page}") for page in ("sign_in", "code", "enrol"))
DESK = reverse("admin:index")


def enter(client: Client, officer: Officer, password: str = make.PASSWORD, **more: str) -> Any:
    return client.post(FIRST, {"staff_code": officer.user.staff_code or "", "password": password, **more})


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_first_sign_in_enrols_an_authenticator(client: Client) -> None:
    officer = make.official()
    assert enter(client, officer, next="/desk/x/").url == ENROL + "?next=%2Fdesk%2Fx%2F"
    assert "_auth_user_id" not in client.session
    assert client.get(CODE).url == ENROL
    page = text(client.get(ENROL))
    device = Authenticator.objects.get()
    secret = device.config_url.partition("secret=")[2].partition("&")[0]
    assert secret in page.replace(" ", "")
    assert "<svg" in page
    assert not re.search(r"<svg[^>]*style=|<style", page)
    assert "动态口令不对" in text(client.post(ENROL, {"token": "000000"}))
    Authenticator.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post(ENROL, {"token": make.token_of(device), "next": "/desk/x/"}).url == "/desk/x/"
    assert client.get(DESK).status_code == 200
    assert client.get(FIRST).url == DESK
    other = Client()
    assert enter(other, officer).url == CODE
    assert other.get(ENROL).url == CODE
    assert secret not in text(other.get(CODE)).replace(" ", "")
    assert list(audit.verify()) == []


def test_without_the_second_factor_the_desk_does_not_open(client: Client) -> None:
    officer = make.official()
    client.force_login(officer.user)
    assert client.get(DESK).status_code == 302
    fresh = Client()
    for address in (CODE, ENROL):
        assert fresh.get(address).url == FIRST
        assert fresh.post(address, {"token": "123456"}).url == FIRST


def test_a_code_works_once() -> None:
    officer = make.official()
    device = make.enrolled(officer)
    token = make.token_of(device)
    assert services.verify_second_factor(officer.user, token) is None
    Authenticator.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    fresh = make.token_of(device, offset=1)
    first, second = Client(), Client()
    for client in (first, second):
        assert enter(client, officer).url == CODE
    assert first.post(CODE, {"token": f"{fresh[:3]} {fresh[3:]}"}).url == DESK
    assert "已经用过" in text(second.post(CODE, {"token": fresh}))
    assert "_auth_user_id" not in second.session


@pytest.mark.parametrize("token", ["", "12345", "abcdef", "1234567"])
def test_what_is_no_code_is_not_tried(client: Client, token: str) -> None:
    officer = make.official()
    make.enrolled(officer)
    enter(client, officer)
    assert "govuk-error-message" in text(client.post(CODE, {"token": token}))
    assert Authenticator.objects.get().throttling_failure_count == 0


def test_guessing_codes_is_closed_for_a_while(client: Client) -> None:
    officer = make.official()
    make.enrolled(officer)
    enter(client, officer)
    answers = [client.post(CODE, {"token": f"{n:06d}"}).status_code for n in range(11)]
    assert answers == [200] * 10 + [429]


def test_unknown_wrong_ended_and_citizens_look_the_same() -> None:
    ended = make.official()
    Officer.objects.filter(pk=ended.pk).update(ends_on=clock.today())
    citizen = make.signed_up("13900139020")
    known = make.official()
    tried = [
        ("S99999", make.PASSWORD),
        (known.user.staff_code, "wrong"),
        (ended.user.staff_code, make.PASSWORD),
        (citizen.phone, make.PASSWORD),
    ]
    bodies = set()
    for name, password in tried:
        client = Client()
        answer = client.post(FIRST, {"staff_code": name, "password": password})
        bodies.add(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text(answer)).replace(str(name), ""))
        assert "official_pending" not in client.session
    assert len(bodies) == 1
    assert Authenticator.objects.count() == 0


def test_guessing_passwords_is_closed_for_a_while(client: Client) -> None:
    officer = make.official()
    for _ in range(10):
        assert enter(client, officer, "wrong").status_code == 200
    assert enter(client, officer).status_code == 429


def test_the_password_is_good_for_five_minutes(client: Client) -> None:
    officer = make.official()
    device = make.enrolled(officer)
    enter(client, officer)
    with clock.set_to(clock.now() + timedelta(minutes=6)):
        assert client.post(CODE, {"token": make.token_of(device, offset=1)}).url == FIRST


def test_a_revoked_office_closes_an_open_session(client: Client) -> None:
    officer = make.official()
    make.sign_in(client, officer)
    assert client.get(DESK).status_code == 200
    services.change_office(
        officer,
        role=officer.role,
        authority=officer.authority,
        ends_on=clock.today(),
        acting=Acting("supervisor", "other", NATION),
    )
    assert client.get(DESK).status_code == 302


def _stamped(idle: int, total: int) -> Any:
    officer = make.official()
    client = make.sign_in(Client(), officer)
    session = client.session
    now = clock.now().timestamp()
    session[middleware.SINCE], session[middleware.SEEN] = now - total, now - idle
    request = RequestFactory().get("/")
    request.session, request.user = session, officer.user
    middleware.OfficialSessions(lambda r: None)(request)  # type: ignore[arg-type, return-value]
    return request


@pytest.mark.parametrize(
    ("idle", "total", "open_still"),
    [
        (10, 10, True),
        (7199, 7200, True),
        (7201, 7300, False),
        (30, 8 * 3600 - 5, True),
        (30, 8 * 3600 + 5, False),
    ],
)
def test_an_officials_session_ends(idle: int, total: int, *, open_still: bool) -> None:
    request = _stamped(idle, total)
    assert request.user.is_authenticated is open_still
    if open_still and idle > middleware.STAMP_SECONDS:
        assert clock.now().timestamp() - request.session[middleware.SEEN] < 5


def test_signing_in_sets_the_limits(client: Client) -> None:
    officer = make.official()
    device = make.enrolled(officer)
    enter(client, officer)
    assert client.post(CODE, {"token": make.token_of(device, offset=1)}).url == DESK
    assert client.session.get_expiry_age() == middleware.IDLE_SECONDS
    assert middleware.SINCE in client.session
    assert client.post(reverse("accounts:sign_out")).url == FIRST


def test_only_a_supervisor_of_the_jurisdiction_appoints() -> None:
    office = make.office_of("330100")
    wanted = {"name": "甲", "role": "officer", "authority": office, "password": make.PASSWORD}
    for acting, code in (
        (Acting("officer", "x", "330100"), r"official\.role"),
        (Acting("supervisor", "x", "440000"), r"official\.jurisdiction"),
    ):
        with pytest.raises(Refused, match=code):
            services.appoint("S77001", **wanted, acting=acting)
    assert not User.objects.exists()
    made = services.appoint("S77001", **wanted, acting=Acting("supervisor", "x", "330000"))
    with pytest.raises(Refused, match=r"official\.code_taken"):
        services.appoint("S77001", **wanted, acting=Acting("supervisor", "x", "330000"))
    assert AuditEntry.objects.filter(chain=f"official:{made.user_id}", action="official.appointed").count() == 1


def test_nobody_changes_their_own_office_and_a_lost_authenticator_is_taken_away() -> None:
    chief, officer = make.official("supervisor"), make.official()
    make.enrolled(officer)
    with pytest.raises(Refused, match=r"official\.self"):
        services.change_office(chief, role="auditor", authority=chief.authority, ends_on=None, acting=chief.acting)
    with pytest.raises(Refused, match=r"official\.self"):
        services.reset_second_factor(chief, note="n", acting=chief.acting)
    with pytest.raises(Refused, match="note"):
        services.reset_second_factor(officer, note="", acting=chief.acting)
    assert Authenticator.objects.count() == 1
    services.reset_second_factor(officer, note="手机丢失", acting=chief.acting)
    assert Authenticator.objects.count() == 0
    assert list(audit.verify()) == []


def test_no_secret_of_an_authenticator_lies_in_clear_and_rotation_keeps_it_working(settings: Any) -> None:
    device = make.enrolled(make.official())
    secret = device.secret

    def columns() -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT d.key, a.secret FROM otp_totp_totpdevice d JOIN accounts_authenticator a ON true")
            return [value for row in cursor.fetchall() for value in row]

    key, sealed = columns()
    assert key == ""
    assert sealed
    assert secret not in str(sealed)
    settings.SEALING_KEYS = [f"t9:{base64.b64encode(b'n' * 32).decode()}", *settings.SEALING_KEYS]
    call_command("rotate_keys", stdout=StringIO())
    assert columns()[1] != sealed
    again = Authenticator.objects.get()
    assert again.secret == secret
    assert again.verify_token(make.token_of(again, offset=1))


def test_secrets_kept_in_clear_are_moved_and_sealed() -> None:
    official = make.official()
    device = TOTPDevice.objects.create(user=official.user, name="totp", confirmed=True, last_t=7)
    import_module("portal.accounts.migrations.0003_authenticator").seal_secrets(apps, None)
    moved = Authenticator.objects.get()
    assert (moved.pk, moved.user, moved.secret) == (device.pk, official.user, device.key)
    assert (moved.confirmed, moved.last_t) == (True, 7)
    assert TOTPDevice.objects.get().key == ""

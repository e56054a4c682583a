"""The demonstration accounts: synthetic, repeatable, kept where only the owner reads them."""

import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from portal.accounts import demonstration, services
from portal.accounts.enterprises import credit_code, registering
from portal.accounts.enterprises.models import Enterprise
from portal.accounts.models import Authenticator, Authority, Officer, Person, User
from portal.common import audit
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _var(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def load(**options: Any) -> str:
    out = StringIO()
    call_command("load_demonstration", stdout=out, **options)
    return out.getvalue()


def test_the_accounts_work(client: Client) -> None:
    printed = load()
    accounts = demonstration.read()
    for account in accounts.values():
        assert account.name in printed
        assert account.password in printed
        assert account.totp_secret in printed
    assert "synthetic" in printed
    others = [one for one in demonstration.able_people() if one["name"] != demonstration.ready_person().name]
    assert len(others) >= 10
    assert all(one["citizen_number"] in printed for one in others)
    citizen = accounts["citizen"]
    wanted = {"phone": citizen.name, "password": citizen.password, "next": "/x/"}
    assert client.post(reverse("accounts:sign_in"), wanted).url == "/x/"
    person = Person.objects.get()
    assert (person.name, person.proved_by) == (demonstration.ready_person().name, "face")
    for key in ("officer", "supervisor", "auditor"):
        desk, account = Client(), accounts[key]
        wanted = {"staff_code": account.name, "password": account.password}
        assert desk.post(reverse("accounts:staff_sign_in"), wanted).url == reverse("accounts:staff_code")
        device = Authenticator.objects.get(user__staff_code=account.name)
        assert account.totp_secret in device.config_url
        token = {"token": make.token_of(device)}
        assert desk.post(reverse("accounts:staff_code"), token).url == reverse("admin:index")
        assert Officer.objects.get(user__staff_code=account.name).role == key
    officer = Officer.objects.get(role="officer")
    assert officer.acting.covers(services.jurisdiction_of(person.hukou_code))
    assert Authority.objects.count() >= 21
    assert list(audit.verify()) == []


def test_the_citizen_is_listed_by_a_made_up_firm_that_lives_on_as_it_is() -> None:
    printed = load()
    row, person = Enterprise.objects.get(), Person.objects.get()
    assert services.firms_of(person) == (services.Firm(row.authority, is_major_project=True),)
    assert (row.agent, row.quota, row.staff_count) == (person, demonstration.FIRM_QUOTA, 1)
    assert "虚构" in row.name
    assert row.name in printed
    assert credit_code.read(row.credit_code) == row.credit_code
    supervisor = Officer.objects.get(user__staff_code="S00002")
    registering.cancel(row, note="演示取消。", acting=supervisor.acting)
    load()
    row.refresh_from_db()
    assert (row.status, Enterprise.objects.count()) == ("cancelled", 1)


def test_loading_again_changes_nothing() -> None:
    first = load()
    tables = (User, Officer, Person, Authority, Authenticator, Enterprise)
    counts = [model.objects.count() for model in tables]
    assert load() == first
    assert load(show=True) == first
    assert [model.objects.count() for model in tables] == counts


def test_a_lost_file_gives_new_passwords_that_work() -> None:
    load()
    old = demonstration.read()["citizen"].password
    demonstration.file().unlink()
    load()
    new = demonstration.read()["citizen"].password
    assert new != old
    assert User.objects.get(staff_code=None).check_password(new)


def test_only_the_owner_reads_the_file() -> None:
    load()
    assert stat.S_IMODE(demonstration.file().stat().st_mode) == 0o600


def test_nothing_is_shown_before_loading_and_nothing_loaded_in_production(settings: Any) -> None:
    with pytest.raises(CommandError, match="no demonstration accounts yet"):
        load(show=True)
    settings.DEVELOPMENT_PAGES = False
    with pytest.raises(CommandError, match="development settings only"):
        load()
    assert not User.objects.exists()

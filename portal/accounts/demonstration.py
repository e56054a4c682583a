"""Demonstration accounts for development: synthetic people of the embedded register, and officials who do not exist."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from PIL import Image

from portal.accounts import officials, proving, signing
from portal.accounts.codes import request_code
from portal.accounts.divisions import city_of, name_of
from portal.accounts.enterprises import registering, staff
from portal.accounts.enterprises.models import Enterprise
from portal.accounts.gateways.register.base import RegisterRecord
from portal.accounts.gateways.register.simulator import list_people
from portal.accounts.models import Authenticator, Authority, Officer, Person, PhoneCode, User
from portal.common import clock, outbox
from portal.common.acting import NATION, Acting
from portal.common.fields import BlindIndexField

SYSTEM = Acting.system("demonstration")
PHONE = "13800000001"
# Under this key the file names people of the officer's city who may sign up: `journey` knows them from there alone.
PEOPLE = "people"
ADULT_YEARS = 16
OFFICER = "S00001"
# The check character fits and no such firm is registered: the middle says so.
FIRM, FIRM_CODE, FIRM_QUOTA = "示例进出口有限公司（虚构）", "91330100MADEM0000K", 5

# The first twenty cities of the pilot (in force from 2024-05-06), and Wuhan of the second group (2025-11-20).
PILOT_CITIES = (
    *("110000", "120000", "210100", "230100", "310000", "320100", "330100", "330200", "340100", "350200"),
    *("370100", "370200", "410100", "440100", "440300", "440400", "500000", "510100", "530100", "610100"),
    "420100",
)


@dataclass
class Account:
    """One demonstration account as it is printed; officials have a TOTP secret (base 32)."""

    who: str
    name: str
    password: str
    totp_secret: str = ""


def file() -> Path:
    """Return where the accounts are kept to be shown again: readable by the owner alone."""
    return Path(settings.VAR_DIR) / "demonstration.json"


def read() -> dict[str, Account]:
    """Return the accounts loaded before, or none."""
    if not file().exists():
        return {}
    content = json.loads(file().read_text(encoding="utf-8"))
    return {key: Account(**entry) for key, entry in content.items() if key != PEOPLE}


def load() -> dict[str, Account]:
    """Create what is missing and return every account; what exists gets the password on record."""
    known = read()
    record = ready_person()
    city = city_of(record.hukou_code)
    _open_authorities(city)
    wanted = {
        "officer": (OFFICER, "officer", city, "演示审核人员"),
        "supervisor": ("S00002", "supervisor", NATION, "演示主管"),
        # A change of the scope takes two of them.
        "second_supervisor": ("S00004", "supervisor", NATION, "演示主管二"),
        "auditor": ("S00003", "auditor", NATION, "演示审计人员"),
    }
    accounts = {"citizen": _citizen(record, known.get("citizen"))}
    for key, (code, role, authority, name) in wanted.items():
        accounts[key] = _official(code, role=role, authority=authority, name=name, known=known.get(key))
    _register_enterprise(record)
    _write(accounts, able_people())
    return accounts


def _register_enterprise(record: RegisterRecord) -> None:
    """Register a firm that does not exist, whose agent and only listed member is the citizen: its options are theirs.

    Once it is there it lives like any other; only one that expired is registered anew.
    """
    agent = Person.objects.filter(citizen_number_index=Person.index_of(record.citizen_number)).first()
    if agent is None or Enterprise.objects.filter(credit_code=FIRM_CODE).exclude(status="expired").exists():
        return
    told = registering.Told(
        credit_code=FIRM_CODE,
        name=FIRM,
        kind=Enterprise.LEGAL_PERSON,
        place=city_of(record.hukou_code),
        contact_name=record.name,
        contact_phone=PHONE,
        wanted=FIRM_QUOTA,
        materials=registering.NEEDED,
        project="虚构的重大项目（演示）",
    )
    officer = Officer.objects.get(user__staff_code=OFFICER).acting
    row = registering.register(agent, told)
    registering.approve(row, quota=FIRM_QUOTA, is_major_project=True, note="演示数据，单位是虚构的。", acting=officer)
    staff.add(row.pk, name=record.name, number=record.citizen_number, acting=agent.acting)


def able_people() -> list[dict[str, str]]:
    """Return name and number of the synthetic people of the officer's city whom nothing keeps from renewing online."""
    city = city_of(ready_person().hukou_code)
    records = [one.record for one in list_people() if one.face_matches]
    latest = clock.today().replace(year=clock.today().year - ADULT_YEARS, day=min(clock.today().day, 28))
    return [
        {"name": record.name, "citizen_number": record.citizen_number}
        for record in records
        if record.hukou_code
        and city_of(record.hukou_code) == city
        and record.born <= latest
        and not (record.state_employee or record.military or record.exit_barred)
        and record.fingerprints_on_file
        and record.in_mainland
        and any(document.state == "valid" for document in record.holds)
    ]


def ready_person() -> RegisterRecord:
    """Return the first person of the register's twin whom nothing hinders: the ordinary way."""
    return next(
        person.record
        for person in list_people()
        if person.face_matches and person.record.hukou_code and person.record.fingerprints_on_file
    )


def face() -> bytes:
    """Return a drawn gradient: it shows nobody, and the register's twin looks no closer."""
    image = Image.linear_gradient("L").resize((354, 472)).convert("RGB")
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _open_authorities(city: str) -> None:
    names = {code: f"{name_of(code)}出入境管理机构（演示）" for code in (*PILOT_CITIES, city)}
    names[NATION] = "国家移民管理机构（演示）"
    rows = [Authority(code=code, name=name) for code, name in names.items()]
    Authority.objects.bulk_create(rows, ignore_conflicts=True)


def _citizen(record: RegisterRecord, known: Account | None) -> Account:
    password = known.password if known else _password()
    user = User.objects.filter(phone_index=BlindIndexField.of(User, "phone", PHONE)).first()
    if user is None:
        row = request_code(PHONE, purpose=PhoneCode.SIGN_UP, address="demonstration", language="zh-hans")
        user = signing.sign_up(row.id, code=row.code, password=password, language="zh-hans")
    else:
        _set_password(user, password)
    if proving.person_of(user) is None:
        proof = proving.start_proof(user, without_face=False)
        if proving.may_submit(proof):
            proving.submit_proof(
                proof, name=record.name, number=record.citizen_number, picture=face(), acting=user.acting
            )
        outbox.run_due()
    return Account(f"{record.name}（虚构人员）", PHONE, password)


def _official(code: str, *, role: str, authority: str, name: str, known: Account | None) -> Account:
    password = known.password if known else _password()
    office = Authority.objects.get(pk=authority)
    officer = Officer.objects.select_related("user").filter(user__staff_code=code).first()
    if officer is None:
        officer = officials.appoint(code, name=name, role=role, authority=office, password=password, acting=SYSTEM)
    else:
        _set_password(officer.user, password)
    device = officials.device_of(officer.user)
    if not device.confirmed:
        # A demonstration official is enrolled already, so that one code is enough to come in.
        Authenticator.objects.filter(pk=device.pk).update(confirmed=True)
    secret = str(device.config_url).partition("secret=")[2].partition("&")[0]
    return Account(f"{name}，{office.name}", code, password, secret)


def _set_password(user: User, password: str) -> None:
    if user.check_password(password):
        return
    hashed = make_password(password)
    with transaction.atomic():
        user.password = hashed
        user.save(update_fields=["password"])


def _password() -> str:
    return f"demo-{secrets.token_urlsafe(9)}"


def _write(accounts: dict[str, Account], people: list[dict[str, str]]) -> None:
    content: dict[str, Any] = {key: asdict(account) for key, account in accounts.items()}
    content[PEOPLE] = people
    file().parent.mkdir(parents=True, exist_ok=True)
    # Opened with its final rights: there is no moment at which others could read it.
    descriptor = os.open(file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        os.fchmod(descriptor, 0o600)
        json.dump(content, opened, ensure_ascii=False, indent=2)

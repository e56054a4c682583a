"""People and officials for tests, made the way the portal makes them: through the services."""

from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.storage import default_storage
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp
from PIL import Image

from portal.accounts import services
from portal.accounts.gateways.register.base import RegisterRecord
from portal.accounts.gateways.register.simulator import list_people
from portal.accounts.models import Authenticator, Authority, IdentityProof, Officer, Person, PhoneCode, User
from portal.common import clock, outbox
from portal.common.acting import NATION, Acting
from portal.common.models import Event, Promise
from tests.factories.processes import until

PASSWORD = "an-even-longer-secret"
HANGZHOU, ORDINARY = "330100", "张示例"
_numbers = count(1)


def picture(*, colours: int = 2) -> bytes:
    """A small PNG; with one colour the register's twin sees no face in it."""
    image = Image.new("RGB", (40, 50), (90, 90, 90))
    if colours > 1:
        image.paste((200, 180, 160), (10, 10, 30, 40))
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def keep(*topics: str) -> int:
    """Keep the due promises of these topics, once each; returns when a worker that was faster is done, too."""
    rows = Promise.objects.open().filter(topic__in=topics).order_by("created_at")
    kept = sum(outbox.attempt(pk) for pk in rows.values_list("pk", flat=True))
    until(lambda: not rows.filter(lease_until__gt=clock.now()).exists(), f"kept: {topics}")
    return kept


def record(name: str = ORDINARY) -> RegisterRecord:
    """What the register's twin says of one of its people, by name."""
    return next(person.record for person in list_people() if person.record.name == name)


def signed_up(phone: str = "") -> User:
    """A citizen with an account and no proof."""
    phone = phone or f"198{next(_numbers):08d}"
    row = services.request_code(phone, purpose=PhoneCode.SIGN_UP, address=f"test-{phone}", language="zh-hans")
    return services.sign_up(row.id, code=row.code, password=PASSWORD, language="zh-hans")


def started(user: User, *, without_face: bool = False) -> IdentityProof:
    """An open proof with its consents."""
    return services.start_proof(user, without_face=without_face)


def submitted(
    user: User, name: str = ORDINARY, *, without_face: bool = False, face: bytes | None = None
) -> IdentityProof:
    """A proof whose claim waits for the register."""
    claim = record(name)
    proof = started(user, without_face=without_face)
    return services.submit_proof(
        proof,
        name=claim.name,
        number=claim.citizen_number,
        picture=None if without_face else face or picture(),
        acting=user.acting,
    )


def proven(name: str = ORDINARY, *, phone: str = "") -> Person:
    """A citizen of the register's twin, by name, proven by their face; the user is `person.user`.

    People whose face the twin does not recognise are proven by an officer instead.
    """
    user = signed_up(phone)
    proof = submitted(user, name, without_face=not _has_matching_face(name))
    keep("accounts.compare")
    proof.refresh_from_db()
    if services.person_of(user) is None:
        services.approve_proof(proof, note="synthetic", acting=official(authority=NATION).acting)
    person = services.person_of(user)
    assert person is not None
    return person


def status_of(proof: IdentityProof) -> str:
    """The status as the database has it; the row given is refreshed."""
    proof.refresh_from_db()
    return proof.status


def compared(proof: IdentityProof) -> str:
    """The status after the register was asked once."""
    keep("accounts.compare")
    return status_of(proof)


def codes_of(proof: IdentityProof, action: str) -> list[str]:
    """The codes of the one event of this action."""
    return list(Event.objects.get(subject_id=proof.pk, action=action).codes)


def pictures() -> list[str]:
    """The live pictures that still lie in the storage."""
    promised = Promise.objects.filter(topic="accounts.forget_face").values_list("payload__file", flat=True)
    return sorted({name for name in promised if default_storage.exists(name)})


def _has_matching_face(name: str) -> bool:
    return next(person.face_matches for person in list_people() if person.record.name == name)


def office_of(code: str = HANGZHOU) -> Authority:
    """An exit-entry office."""
    return Authority.objects.get_or_create(code=code, defaults={"name": f"测试机关 {code}"})[0]


def official(role: str = "officer", *, authority: str = HANGZHOU, code: str = "") -> Officer:
    """An official in office, whose authenticator is not enrolled yet."""
    number = next(_numbers)
    office = office_of(authority)
    return services.appoint(
        code or f"S{number:05d}",
        name=f"测试人员 {number}",
        role=role,
        authority=office,
        password=PASSWORD,
        acting=Acting.system("tests"),
    )


def token_of(device: Authenticator, *, offset: int = 0) -> str:
    """The code an authenticator shows now, or so many steps later."""
    return f"{totp(device.bin_key, step=device.step, t0=device.t0 - offset * device.step, digits=device.digits):06d}"


def enrolled(officer: Officer) -> Authenticator:
    """The confirmed authenticator of an official."""
    device = services.device_of(officer.user)
    if not device.confirmed:
        confirmed = services.verify_second_factor(officer.user, token_of(device))
        assert confirmed is not None
        device = confirmed
    return device


def sign_in(client: Client, who: Person | User | Officer) -> Any:
    """Sign a citizen in, or an official with the second factor verified; returns the client."""
    if isinstance(who, Officer):
        client.force_login(who.user)
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = enrolled(who).persistent_id
        session.save()
        return client
    user = who.user if isinstance(who, Person) else who
    assert user is not None
    client.force_login(user)
    return client

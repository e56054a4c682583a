"""Real-name proof: consents and claims taken, the register asked, the person recorded or an officer called."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts import citizen_number
from portal.accounts.divisions import city_of
from portal.accounts.gateways import register_gateway
from portal.accounts.gateways.register.base import (
    NameMismatch,
    NoSuchPerson,
    PictureUnreadable,
    RegisterRecord,
    canonical_name,
)
from portal.accounts.lifecycle import FACE_TRIES, IDENTITY_PROOF
from portal.accounts.models import Authority, IdentityProof, Person, User
from portal.common import clock, outbox, throttle
from portal.common.acting import NATION, Acting
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.models import Promise
from portal.common.storage import new_name
from portal.common.unmet import Refused, Unmet

COMPARE_TOPIC = "accounts.compare"
FORGET_FACE_TOPIC = "accounts.forget_face"
PERSON_PROVED_TOPIC = "person.proved"

# A picture of a face is kept for a day at most, whatever becomes of the proof (PIPL article 19: the shortest time).
FACE_KEPT = timedelta(hours=24)
NAME_LENGTH = 50
SUBMISSIONS_A_DAY = 10
DAY_SECONDS = 24 * 3600
SYSTEM = Acting.system("identity")


class Taken(Exception):
    """The person is already recorded under another sign-in."""


class Claim(NamedTuple):
    """What somebody claims to be, as read from the form."""

    name: str
    number: str


def proof_of(user: User) -> IdentityProof | None:
    """Return the user's latest proof, open or ended, or None."""
    return IdentityProof.objects.filter(user=user).order_by("-opened_at").first()


def person_of(user: User) -> Person | None:
    """Return the proven person behind a sign-in, or None."""
    return Person.objects.filter(user=user).first()


def start_proof(user: User, *, without_face: bool) -> IdentityProof:
    """Open a proof with the consents just given, or change the way of the one already open; returns it.

    Raises Refused (identity.proved) when the user is proven already.
    """
    if person_of(user):
        raise Refused([Unmet("identity.proved", _("您已经完成实名"), remedy=_("可以直接办理证件"))])
    now = clock.now()
    face_consent = None if without_face else now
    proof = IdentityProof(
        user=user,
        authority="",
        without_face=without_face,
        consented_at=now,
        face_consented_at=face_consent,
        opened_at=now,
    )
    try:
        with transaction.atomic():
            IDENTITY_PROOF.begin([proof], actions=[("start", user.acting)], params={"without_face": without_face})
    except IntegrityError:
        # One open proof for each user: a second press, or a second device, goes on with the first.
        proof = IdentityProof.objects.open().get(user=user)
        if IDENTITY_PROOF.find("choose_way", proof.status):
            columns = {"without_face": without_face, "face_consented_at": face_consent}
            params = {"without_face": without_face}
            return IDENTITY_PROOF.perform(proof, "choose_way", acting=user.acting, params=params, sets=columns)
    return proof


def submit_proof(
    proof: IdentityProof, *, name: str, number: str, picture: bytes | None, acting: Acting
) -> IdentityProof:
    """Take the claim and, unless the way is without a face, a live picture (JPEG or PNG); promise the comparison.

    Raises Refused: name.*, citizen_number.*, identity.too_often, identity.picture, or state when the proof is not
    waiting for its owner (already submitted, already ended).
    """
    claim = read_claim(name, number)
    if proof.without_face:
        picture = None
    elif not picture:
        remedy = _("请拍一张正面照片上传")
        raise Refused([Unmet("identity.picture", _("还没有本人照片"), remedy=remedy, field="picture")])
    if may_submit(proof) and not throttle.spend(
        "identity.submit", key=str(proof.user_id), limit=SUBMISSIONS_A_DAY, seconds=DAY_SECONDS
    ):
        words = format_lazy(_("一天内最多核对 {count} 次"), count=SUBMISSIONS_A_DAY)
        raise Refused([Unmet("identity.too_often", words, remedy=_("请明天再试，或改由工作人员核验"))])
    stored = _keep_picture(picture) if picture else ""
    try:
        with transaction.atomic():
            attempt = proof.submissions + 1
            fresh = IDENTITY_PROOF.perform(
                proof,
                "submit",
                acting=acting,
                sets={
                    "name": claim.name,
                    "citizen_number": claim.number,
                    "authority": jurisdiction_of(claim.number[:6]),
                    "picture": stored,
                    "picture_at": clock.now() if stored else None,
                    "submissions": attempt,
                },
            )
            outbox.promise(COMPARE_TOPIC, key=f"{proof.id}:{attempt}", payload={"proof": str(proof.id)})
    except Exception:
        if stored:
            default_storage.delete(stored)
        raise
    return fresh


def read_claim(name: str, number: str) -> Claim:
    """Return name and number as they are compared; raises Refused with the reasons of both fields."""
    unmet: list[Unmet] = []
    spelled = canonical_name(name)
    if not spelled:
        unmet.append(Unmet("name.missing", _("请填写姓名"), remedy=_("与身份证上的姓名一致"), field="name"))
    elif len(spelled) > NAME_LENGTH:
        words = format_lazy(_("姓名最多 {limit} 个字，现在是 {count} 个"), limit=NAME_LENGTH, count=len(spelled))
        unmet.append(Unmet("name.length", words, remedy=_("请按身份证填写"), field="name"))
    elif any(character.isdigit() or not character.isprintable() for character in spelled):
        words = _("姓名里不能有数字和看不见的字符")
        unmet.append(Unmet("name.characters", words, remedy=_("请按身份证填写"), field="name"))
    read = ""
    try:
        read = citizen_number.read(number, as_of=clock.today()).number
    except Refused as refused:
        unmet += refused.unmet
    if unmet:
        raise Refused(unmet)
    return Claim(spelled, read)


def ask_an_officer(proof: IdentityProof, *, acting: Acting) -> IdentityProof:
    """Give the proof to an officer because its owner chose so; raises Refused (state)."""
    return IDENTITY_PROOF.perform(proof, "ask_an_officer", acting=acting, codes=["chosen"])


def is_open(proof: IdentityProof) -> bool:
    """Tell whether somebody still has to act."""
    return IDENTITY_PROOF.states[proof.status].open


def may_submit(proof: IdentityProof) -> bool:
    """Tell whether the proof waits for its owner's claim and picture."""
    return IDENTITY_PROOF.find("submit", proof.status) is not None


def may_ask_an_officer(proof: IdentityProof) -> bool:
    """Tell whether its owner can hand the proof to an officer now."""
    return IDENTITY_PROOF.find("ask_an_officer", proof.status) is not None


def is_comparing(proof: IdentityProof) -> bool:
    """Tell whether the register's answer is awaited."""
    return IDENTITY_PROOF.find("prove", proof.status) is not None


def jurisdiction_of(code: str) -> str:
    """Return the authority that decides for a division: its city's, else its province's, else the national one."""
    if not code:
        return NATION
    city = city_of(code)
    wanted = (city, f"{city[:2]}0000")
    known = set(Authority.objects.filter(code__in=wanted).values_list("code", flat=True))
    return next((candidate for candidate in wanted if candidate in known), NATION)


# --- asking the register


def compare(promise: Promise) -> None:
    """Keep a promise of topic "accounts.compare": ask the register about claim and face, and act on the answer."""
    proof = IdentityProof.objects.filter(pk=promise.payload["proof"]).first()
    if proof is None or not is_comparing(proof):
        return
    claim = Claim(proof.name, proof.citizen_number)
    try:
        record = look_up(claim, request_id=f"{promise.id}:look_up")
    except (NoSuchPerson, NameMismatch):
        # One answer for both: the portal must not become a way to ask whose number it is.
        _end_comparison(proof, "find_unmatched", code="unmatched")
        return
    authority = jurisdiction_of(record.hukou_code or record.residence_code)
    if proof.without_face:
        _end_comparison(proof, "hand_over", code="without_face", authority=authority)
        return
    try:
        with default_storage.open(proof.picture) as file:
            picture = file.read()
        answer = register_gateway().compare_face(claim.number, picture, request_id=f"{promise.id}:face")
    except (PictureUnreadable, FileNotFoundError):
        matched, code = False, "picture_unreadable"
    else:
        matched, code = answer.match, "face_unlike"
    if matched:
        _conclude(proof, record, authority=authority)
        return
    failures = proof.face_failures + 1
    if failures < FACE_TRIES:
        _end_comparison(proof, "fail_face", code=code, authority=authority, face_failures=failures)
    else:
        # The officer needs the last picture: it stays until the decision, for a day at most.
        IDENTITY_PROOF.perform(
            proof,
            "hand_over",
            acting=SYSTEM,
            codes=[code],
            sets={"authority": authority, "face_failures": failures},
        )


def stop_comparing(promise: Promise, code: str) -> None:
    """The register could not be asked in all the tries: an officer takes over, nobody is left waiting."""
    proof = IdentityProof.objects.filter(pk=promise.payload["proof"]).first()
    if proof is not None and is_comparing(proof):
        IDENTITY_PROOF.perform(proof, "hand_over", acting=SYSTEM, codes=[code])


def look_up(claim: Claim, *, request_id: str) -> RegisterRecord:
    """Ask the register for the record of a claim and distrust an answer about somebody else.

    Raises NoSuchPerson, NameMismatch, GatewayDown.
    """
    record = register_gateway().look_up(claim.number, claim.name, request_id=request_id)
    if record.citizen_number != claim.number or canonical_name(record.name) != claim.name:
        reason = "population_register.wrong_answer"
        raise GatewayDown(reason)
    return record


def register_facts(person: Person) -> RegisterRecord:
    """Ask the register afresh what it says of a proven person; nothing of it is stored.

    Raises GatewayDown when it does not answer, GatewayRefused when it no longer knows the person by this name.
    """
    return look_up(Claim(person.name, person.citizen_number), request_id=str(uuid4()))


# --- the officer's decision


def approve_proof(proof: IdentityProof, *, note: str, acting: Acting) -> IdentityProof:
    """Record the person on an officer's word; name and number must still stand in the register.

    Raises Refused: state, role, jurisdiction, note, identity.register_down, identity.unmatched, identity.taken.
    """
    claim = Claim(proof.name, proof.citizen_number)
    try:
        request_id = f"{proof.id}:approve:{proof.event_seq}:{clock.now().isoformat()}"
        record = look_up(claim, request_id=request_id)
    except GatewayDown:
        remedy = _("请过几分钟再试，案件留在您的队列里")
        raise Refused([Unmet("identity.register_down", _("人口登记系统没有应答"), remedy=remedy)]) from None
    except GatewayRefused:
        remedy = _("请核对材料，或写明理由后不予通过")
        raise Refused([Unmet("identity.unmatched", _("姓名和公民身份号码在登记系统里对不上"), remedy=remedy)]) from None
    try:
        return _record_person(proof, record, action="approve", by="manual", acting=acting, note=note)
    except Taken:
        remedy = _("请写明理由后不予通过，并请对方用原来的账户登录")
        raise Refused([Unmet("identity.taken", _("此人已在另一个账户实名"), remedy=remedy)]) from None


def refuse_proof(proof: IdentityProof, *, note: str, acting: Acting) -> IdentityProof:
    """End a proof in the negative with a reason the person is told to ask for; raises Refused."""
    with transaction.atomic():
        fresh = IDENTITY_PROOF.perform(
            proof, "refuse", acting=acting, codes=["officer"], note=note, sets={"picture": ""}
        )
        _promise_deletion(proof.picture)
    return fresh


# --- how a comparison ends


def _conclude(proof: IdentityProof, record: RegisterRecord, *, authority: str) -> None:
    try:
        _record_person(proof, record, action="prove", by="face", acting=SYSTEM, authority=authority)
    except Taken:
        _end_comparison(proof, "find_taken", code="person_taken", authority=authority)


def _record_person(  # noqa: PLR0913 - the parts of one act
    proof: IdentityProof,
    record: RegisterRecord,
    *,
    action: str,
    by: str,
    acting: Acting,
    note: str = "",
    authority: str = "",
) -> IdentityProof:
    """Write or claim the person and end the proof in one transaction; raises Taken, having written nothing."""
    columns: dict[str, object] = {"picture": ""}
    if authority:
        columns["authority"] = authority
    with transaction.atomic():
        fresh = IDENTITY_PROOF.perform(proof, action, acting=acting, note=note, codes=[by], sets=columns)
        person = _write_person(proof.user, record, by=by)
        outbox.promise(PERSON_PROVED_TOPIC, key=str(person.id), payload={"person": str(person.id)})
        _promise_deletion(proof.picture)
    return fresh


def _write_person(user: User, record: RegisterRecord, *, by: str) -> Person:
    """Create the person of a record, or give one known without a sign-in to this one; raises Taken."""
    known = (
        Person.objects.select_for_update().filter(citizen_number_index=Person.index_of(record.citizen_number)).first()
    )
    if known and known.user_id not in (None, user.id):
        raise Taken
    person = known or Person(citizen_number=record.citizen_number)
    person.user = user
    person.name, person.sex, person.born = record.name, record.sex, record.born.isoformat()
    person.hukou_code = city_of(record.hukou_code) if record.hukou_code else ""
    person.proved_at, person.proved_by = clock.now(), by
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        # Two sign-ins proved the same person at the same moment: the other one was first.
        raise Taken from None
    return person


def _end_comparison(proof: IdentityProof, action: str, *, code: str, **columns: object) -> None:
    """End a comparison without a person: the picture has served its purpose and goes."""
    with transaction.atomic():
        IDENTITY_PROOF.perform(proof, action, acting=SYSTEM, codes=[code], sets={**columns, "picture": ""})
        _promise_deletion(proof.picture)


# --- the live picture


def _keep_picture(picture: bytes) -> str:
    """Store a live picture sealed; the promise of its deletion stands before the file does."""
    name = new_name("live")
    outbox.promise(FORGET_FACE_TOPIC, key=name, payload={"file": name}, after=clock.now() + FACE_KEPT)
    default_storage.save(name, ContentFile(picture))
    return name


def _promise_deletion(name: str) -> None:
    if name:
        outbox.promise(FORGET_FACE_TOPIC, key=f"{name}:now", payload={"file": name})


def forget_face(promise: Promise) -> None:
    """Keep a promise of topic "accounts.forget_face": delete the picture, whoever still points to it."""
    name = str(promise.payload["file"])
    IdentityProof.objects.filter(picture=name).update(picture="")
    default_storage.delete(name)


def overdue_pictures() -> list[UUID]:
    """Return the proofs that point to a picture after their end, or more than a day and an hour after it was taken."""
    ended = Q(status__in=[state.name for state in IDENTITY_PROOF.states.values() if not state.open])
    late = Q(picture_at__lt=clock.now() - FACE_KEPT - timedelta(hours=1))
    rows = IdentityProof.objects.exclude(picture="").filter(ended | late)
    return list(rows.order_by("pk").values_list("pk", flat=True))

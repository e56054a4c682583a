"""A small town for hostile visitors: one citizen with something behind every address, and all who may not see it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from applications import services
from applications.consents import CONSENT
from applications.models import GuardianConsent, Submission
from documents.models import NumberRange, Tariff, Wish
from payments.gateways.simulator import cashier, signing
from payments.models import Callback
from payments.services import open_order, receive, start_charge
from photos.models import Shot
from photos.services import PORTRAIT, ask_human
from photos.services import receive as receive_picture
from portal.accounts.lifecycle import FACE_TRIES
from portal.accounts.models import Person
from portal.accounts.services import submit_proof
from portal.common import clock, outbox
from portal.common.models import Promise
from portal.notifications.models import Message
from tests.factories import accounts, cases, enterprises, helping, papers, scope
from tests.hostile import windows

HANGZHOU, BEIJING = "330100", "110100"
OWNER, NEIGHBOUR, UNLIKE = "张示例", "李样本", "葛不像"
CITIZENS = ("owner", "neighbour", "newcomer")
OFFICIALS = ("officer", "distant officer", "supervisor", "auditor")
ACTORS = ("stranger", *CITIZENS, *OFFICIALS)
PROVIDER = "simulator"


@dataclass
class World:
    """Who may knock (`doors`, by actor), and the rows behind the addresses (`rows`, by the names the matrix uses)."""

    doors: dict[str, Client] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)


def build() -> World:
    """Make the town; the applicant's rows belong to `owner`, whose city is Hangzhou."""
    cases.ground()
    world = World()
    owner = cases.person(OWNER, phone="13911112222")
    neighbour = accounts.proven(NEIGHBOUR, phone="13933334444")
    officer = accounts.official(authority=HANGZHOU)
    supervisor = accounts.official("supervisor", authority=HANGZHOU)
    people = {
        "owner": owner,
        "neighbour": neighbour,
        "newcomer": accounts.signed_up("13955556666"),
        "officer": officer,
        "distant officer": accounts.official(authority=BEIJING),
        "supervisor": supervisor,
        "auditor": accounts.official("auditor", authority=HANGZHOU),
    }
    for name, who in people.items():
        world.doors[name] = accounts.sign_in(_door(), who)
    world.doors["stranger"] = _door()
    world.rows |= {
        **_filed(owner, officer.acting),
        **_draft(owner),
        **windows.rows(owner, HANGZHOU),
        **_enterprise(owner, officer.acting),
        "message": Message.objects.filter(user_id=owner.user_id).values_list("pk", flat=True)[0],
        "proof": _proof(),
        "invitation": helping.invited(accounts.proven("施高龄"), phone="13911112222").pk,
        "consent": _consent(owner, neighbour),
        "authorisation": helping.authorised(accounts.proven("袁虚构"), owner).pk,
        "officer": accounts.official(authority=HANGZHOU).pk,
        "authority": HANGZHOU,
        "promise": _given_up(),
        "tariff": Tariff.objects.values_list("pk", flat=True)[0],
        "revision": scope.proposed(scope.WENZHOU).pk,
        "wish": _wish(owner),
        "range": NumberRange.objects.values_list("pk", flat=True)[0],
    }
    return world


def _door() -> Client:
    return Client(raise_request_exception=False)


def _enterprise(owner: Person, officer: Any) -> dict[str, Any]:
    """A registered enterprise with one person on its list."""
    row = enterprises.registered(owner, officer)
    return {"enterprise": row.pk, "member": enterprises.listed(row, "李样本").pk}


def _filed(owner: Person, officer: Any) -> dict[str, Any]:
    """One form: the passport approved and about to be paid, the permit refused."""
    form = cases.draft(owner, {"PASSPORT": "expiring", "HKM_PERMIT": "expiring"})
    done = services.file(form.pk, acting=owner.acting, known=services.gather(owner), declared=cases.DECLARED)
    passport, permit = done.applications
    for row in (passport, permit):
        services.claim(row.pk, acting=officer)
    services.approve(passport.pk, acting=officer)
    services.refuse(permit.pk, acting=officer, code="EEL12", note="说明")
    order = open_order(form.pk, acting=owner.acting)
    assert order is not None
    charge = start_charge(order.pk, acting=owner.acting, return_url="/pay/x/return/").charge
    receive(PROVIDER, {}, b"{}", sender="203.0.113.9")
    outbox.run_due()
    reference = cashier.reference_of(charge.pk)
    return {
        "filed": form.pk,
        "reference": Submission.objects.get(pk=form.pk).reference,
        "case": passport.pk,
        "refused case": permit.pk,
        "order": order.pk,
        "charge": charge.pk,
        "callback": Callback.objects.values_list("pk", flat=True)[0],
        "cashier reference": reference,
        "cashier token": signing.page_token(reference),
    }


def _draft(owner: Person) -> dict[str, Any]:
    """An open draft with a picture that waits for a person, and a file that was scanned."""
    assert owner.user is not None
    form = services.start(owner.user, owner)
    for page, data in cases.ANSWERS.items():
        services.save_page(form.pk, page, data, acting=owner.acting)
    shots = []
    for _ in range(2):
        shot = receive_picture(
            cases.blank(), owner=form.pk, purpose=PORTRAIT, authority=form.authority, acting=owner.acting
        )
        outbox.run_due()
        shots.append(shot.pk)
    ask_human(shots[-1], owner=form.pk, acting=owner.acting)
    paper = papers.handed_in(form, owner, "kinship")
    return {"draft": form.pk, "attachment": paper.pk, "shot": Shot.objects.get(pk=shots[-1]).pk}


def _wish(owner: Person) -> UUID:
    """Something the owner waits for."""
    told = {"kind": "PASSPORT", "category": "replace", "reason": "expiring", "city": HANGZHOU, "group": "minor"}
    return Wish.objects.create(person=owner, left_at=clock.now(), **told).pk


def _consent(owner: Person, other: Person) -> UUID:
    """A guardian's consent that is asked of the owner, on somebody else's form."""
    assert other.user is not None
    form, now = services.start(other.user, other), clock.now()
    row = GuardianConsent(
        submission=form,
        authority=HANGZHOU,
        guardian_number=owner.citizen_number,
        guardian_name=owner.name,
        relation="father",
        asked_at=now,
        answer_by=now + timedelta(days=7),
    )
    CONSENT.begin([row], actions=[("ask", owner.acting)])
    return row.pk


def _proof() -> UUID:
    """A proof that waits for an officer of Hangzhou, with the picture the register did not recognise."""
    user, claim = accounts.signed_up("13977778888"), accounts.record(UNLIKE)
    proof = accounts.started(user)
    for _ in range(FACE_TRIES):
        proof = submit_proof(
            proof, name=claim.name, number=claim.citizen_number, picture=accounts.picture(), acting=user.acting
        )
        accounts.keep("accounts.compare")
        proof.refresh_from_db()
    assert proof.status == "manual", proof.status
    return proof.pk


def _given_up() -> UUID:
    """A given-up step."""
    outbox.promise("message", key="hostile", payload={})
    Promise.objects.filter(key="hostile").update(dead_at=clock.now(), last_code="tests")
    return Promise.objects.get(key="hostile").pk

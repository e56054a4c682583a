"""The officer's side of a real-name proof: who may decide, on what, and what becomes of the picture."""

import pytest

from portal.accounts import proving, services
from portal.accounts.lifecycle import FACE_TRIES
from portal.accounts.models import IdentityProof, Person
from portal.common.acting import NATION
from portal.common.models import Event, Promise
from portal.common.unmet import Refused
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

UNLIKE = "葛不像"


def test_without_a_face_an_officer_decides() -> None:
    user = make.signed_up()
    make.office_of("330100")
    proof = make.submitted(user, without_face=True)
    assert (proof.face_consented_at, proof.picture) == (None, "")
    assert make.compared(proof) == "manual"
    assert make.codes_of(proof, "hand_over") == ["without_face"]
    assert make.pictures() == []
    officer = make.official()
    services.approve_proof(proof, note="比对过身份证", acting=officer.acting)
    person = services.person_of(user)
    assert person is not None
    assert person.proved_by == "manual"
    assert make.status_of(proof) == "proved"
    decision = Event.objects.get(subject_id=proof.pk, action="approve")
    assert (decision.actor_kind, decision.actor_id) == ("officer", str(officer.user_id))


def test_a_face_that_fails_three_times_goes_to_an_officer_who_approves() -> None:
    user = make.signed_up()
    for failures in range(1, FACE_TRIES):
        proof = make.submitted(user, UNLIKE)
        assert make.compared(proof) == "face_failed"
        assert (proof.face_failures, proof.picture) == (failures, "")
        make.keep("accounts.forget_face")
        assert make.pictures() == []
    proof = make.submitted(user, UNLIKE)
    assert make.compared(proof) == "manual"
    assert IdentityProof.objects.count() == 1
    assert make.pictures() == [proof.picture]
    assert services.person_of(user) is None
    assert Promise.objects.filter(topic="message", payload__code="identity_manual").count() == 1
    services.approve_proof(proof, note="见过本人", acting=make.official(authority=NATION).acting)
    assert services.person_of(user) is not None
    make.keep("accounts.forget_face")
    assert make.pictures() == []


def test_an_officer_refuses_with_a_reason_and_the_person_may_start_again() -> None:
    user = make.signed_up()
    for _ in range(FACE_TRIES):
        proof = make.submitted(user, UNLIKE)
        make.compared(proof)
    acting = make.official(authority=NATION).acting
    with pytest.raises(Refused, match="note"):
        services.refuse_proof(proof, note=" ", acting=acting)
    services.refuse_proof(proof, note="照片不是本人", acting=acting)
    assert make.status_of(proof) == "refused"
    make.keep("accounts.forget_face")
    assert make.pictures() == []
    assert services.person_of(user) is None
    assert make.started(user).pk != proof.pk


@pytest.mark.parametrize(
    ("role", "authority", "code"), [("auditor", NATION, "role"), ("officer", "440100", "jurisdiction")]
)
def test_others_cannot_decide(role: str, authority: str, code: str) -> None:
    user = make.signed_up()
    make.office_of("330100")
    proof = make.submitted(user, without_face=True)
    make.compared(proof)
    acting = make.official(role, authority=authority).acting
    for decide in (services.approve_proof, services.refuse_proof):
        with pytest.raises(Refused, match=code):
            decide(proof, note="n", acting=acting)
    assert (make.status_of(proof), Person.objects.count()) == ("manual", 0)


def test_an_officer_cannot_approve_a_claim_the_register_does_not_hold() -> None:
    user = make.signed_up()
    proof = make.started(user)
    services.submit_proof(proof, name="别的名", number="11010519491231002X", picture=make.picture(), acting=user.acting)
    make.compared(proof)
    services.ask_an_officer(proof, acting=user.acting)
    with pytest.raises(Refused, match=r"identity\.unmatched"):
        services.approve_proof(proof, note="n", acting=make.official(authority=NATION).acting)
    assert Person.objects.count() == 0


def test_jurisdiction_is_the_nearest_authority_there_is() -> None:
    assert proving.jurisdiction_of("330106") == NATION
    make.office_of("330000")
    assert proving.jurisdiction_of("330106") == "330000"
    make.office_of("330100")
    assert proving.jurisdiction_of("330106") == "330100"
    assert proving.jurisdiction_of("") == NATION
    assert proving.jurisdiction_of("810000") == NATION

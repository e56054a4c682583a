"""The workbench's pages of accounts: queue, decision, picture, unmasking, officials."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts import services
from portal.accounts.models import Authority, IdentityProof, Officer
from portal.common.acting import NATION
from portal.common.models import AuditEntry
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:accounts_identityproof_changelist")
UNLIKE = "葛不像"


@pytest.fixture
def proof() -> IdentityProof:
    """A proof waiting for an officer with its live picture."""
    user = make.signed_up()
    make.office_of("330100")
    for _ in range(3):
        proof = make.submitted(user, UNLIKE)
        make.keep("accounts.compare", "accounts.forget_face")
    proof.refresh_from_db()
    assert proof.picture
    return proof


@pytest.fixture
def officer(proof: IdentityProof) -> Officer:
    return make.official(authority=proof.authority)


@pytest.fixture
def desk(client: Client, officer: Officer) -> Client:
    make.sign_in(client, officer)
    return client


def page(name: str, *args: object) -> str:
    return reverse(f"admin:accounts_{name}", args=args)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_queue_shows_masks_alone(desk: Client, proof: IdentityProof) -> None:
    for address in (QUEUE, page("identityproof_change", proof.pk)):
        answer = desk.get(address)
        assert answer.status_code == 200
        shown = text(answer)
        assert proof.citizen_number not in shown
        assert proof.name not in shown
        assert f"{proof.citizen_number[:4]}**********{proof.citizen_number[-4:]}" in shown
    assert 'name="_save"' not in text(desk.get(page("identityproof_change", proof.pk)))


def test_approval_asks_for_a_reason_on_a_page_of_its_own(desk: Client, proof: IdentityProof) -> None:
    act = page("identityproof_do", proof.pk, "approve")
    assert f'href="{act}"' in text(desk.get(page("identityproof_change", proof.pk)))
    assert desk.get(act).status_code == 200
    assert desk.post(act, {"note": "", "version": proof.event_seq}).status_code == 200
    assert services.person_of(proof.user) is None
    done = desk.post(act, {"note": "核对过身份证", "version": proof.event_seq})
    assert done.url == QUEUE
    assert services.person_of(proof.user) is not None
    assert desk.get(act).status_code == 404
    assert proof.pk.hex not in text(desk.get(QUEUE)).replace("-", "")


def test_a_decision_on_an_older_version_is_refused(desk: Client, proof: IdentityProof) -> None:
    act = page("identityproof_do", proof.pk, "refuse")
    assert "已经有了变化" in text(desk.post(act, {"note": "x", "version": proof.event_seq - 1}))
    assert IdentityProof.objects.open().count() == 1
    assert desk.post(act, {"note": "照片不符", "version": proof.event_seq}).url == QUEUE
    assert IdentityProof.objects.open().count() == 0


def test_a_refusal_of_the_service_is_said_on_the_page(desk: Client, proof: IdentityProof) -> None:
    act = page("identityproof_do", proof.pk, "approve")
    from portal.accounts.gateways.register.simulator import LEDGER

    LEDGER.arm("down", 1)
    assert "没有应答" in text(desk.post(act, {"note": "x", "version": proof.event_seq}))
    assert services.person_of(proof.user) is None


def test_an_action_that_is_not_open_does_not_exist(desk: Client, proof: IdentityProof) -> None:
    assert desk.post(page("identityproof_do", proof.pk, "prove"), {"note": "x"}).url == QUEUE
    assert services.person_of(proof.user) is None


def test_the_picture_is_shown_to_the_officer_and_the_look_is_audited(desk: Client, proof: IdentityProof) -> None:
    address = page("identityproof_picture", proof.pk)
    assert f'src="{address}"' in text(desk.get(page("identityproof_change", proof.pk)))
    answer = desk.get(address)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Cache-Control"] == "no-store" or "no-store" in answer["Cache-Control"]
    assert answer.content == make.picture()
    assert AuditEntry.objects.filter(chain=proof.chain, action="picture.viewed").count() == 1
    IdentityProof.objects.update(picture="")
    assert desk.get(address).status_code == 404
    assert "已按期删除" in text(desk.get(page("identityproof_change", proof.pk)))


def test_unmasking_needs_a_purpose_and_leaves_a_link(desk: Client, proof: IdentityProof) -> None:
    address = page("identityproof_unmask", proof.pk)
    for answer in (desk.get(address), desk.post(address, {}), desk.post(address, {"purpose": "curious"})):
        assert proof.citizen_number not in text(answer)
    assert not AuditEntry.objects.filter(action="data.unmasked").exists()
    assert proof.citizen_number in text(desk.post(address, {"purpose": "call"}))
    link = AuditEntry.objects.get(action="data.unmasked")
    assert (link.chain, link.content["purpose"]) == (proof.chain, "call")


@pytest.mark.parametrize(("role", "authority", "status"), [("officer", "440100", 404), ("auditor", NATION, 403)])
def test_others_do_not_see_the_task(
    client: Client, proof: IdentityProof, role: str, authority: str, status: int
) -> None:
    make.sign_in(client, make.official(role, authority=authority))
    for name, more in (("do", ["approve"]), ("picture", []), ("unmask", [])):
        answer = client.get(page(f"identityproof_{name}", proof.pk, *more))
        assert answer.status_code == status, name
        posted = client.post(page(f"identityproof_{name}", proof.pk, *more), {"note": "x", "version": 1})
        assert posted.status_code in {status, 405}
    changelist = client.get(QUEUE)
    assert changelist.status_code == 403 or proof.pk.hex not in text(changelist).replace("-", "")
    assert client.get(page("identityproof_change", proof.pk)).status_code in {302, 403}
    assert services.person_of(proof.user) is None


def test_a_supervisor_appoints_changes_and_resets(client: Client) -> None:
    chief = make.official("supervisor", authority="330000")
    make.office_of("440100")
    mine = make.office_of("330100")
    make.sign_in(client, chief)
    add = page("officer_add")
    form = text(client.get(add))
    assert "测试机关 330100" in form
    assert "测试机关 440100" not in form
    wanted = {"staff_code": "S55001", "password": make.PASSWORD, "name": "乙", "role": "officer", "authority": mine.pk}
    assert client.post(add, wanted).status_code == 302
    made = Officer.objects.get(name="乙")
    assert made.user.check_password(make.PASSWORD)
    assert client.post(add, wanted).status_code == 302
    assert Officer.objects.filter(name="乙").count() == 1
    change = page("officer_change", made.pk)
    assert client.post(change, {"role": "auditor", "authority": mine.pk, "ends_on": ""}).status_code == 302
    made.refresh_from_db()
    assert made.role == "auditor"
    make.enrolled(made)
    reset = page("officer_second_factor", made.pk)
    assert f'href="{reset}"' in text(client.get(change))
    assert client.get(reset).status_code == 200
    assert client.post(reset, {"note": "手机丢失", "version": 0}).url == change
    assert client.get(page("officer_delete", made.pk)).status_code == 403
    own = page("officer_change", chief.pk)
    assert client.post(own, {"role": "officer", "authority": mine.pk}).status_code == 403
    assert client.get(page("officer_second_factor", chief.pk)).status_code == 404


def test_a_foreign_authority_cannot_be_chosen(client: Client) -> None:
    make.sign_in(client, make.official("supervisor", authority="330000"))
    foreign = make.office_of("440100")
    wanted = {
        "staff_code": "S55002",
        "password": make.PASSWORD,
        "name": "丙",
        "role": "officer",
        "authority": foreign.pk,
    }
    assert client.post(page("officer_add"), wanted).status_code == 200
    assert not Officer.objects.filter(name="丙").exists()


@pytest.mark.parametrize("role", ["officer", "auditor"])
def test_others_change_no_officials_and_no_authorities(client: Client, role: str) -> None:
    target = make.official()
    make.sign_in(client, make.official(role))
    for address in (
        page("officer_add"),
        page("officer_second_factor", target.pk),
        page("authority_add"),
    ):
        assert client.post(address, {"note": "x", "version": 0}).status_code in {403, 404}
    assert client.post(page("officer_change", target.pk), {"role": "supervisor"}).status_code == 403


def test_the_national_supervisor_opens_an_authority(client: Client) -> None:
    make.sign_in(client, make.official("supervisor", authority=NATION))
    assert client.post(page("authority_add"), {"code": "350200", "name": "测试"}).status_code == 302
    assert Authority.objects.filter(code="350200").exists()
    changed = {"code": "999999", "name": "测试二"}
    assert client.post(page("authority_change", "350200"), changed).status_code == 302
    assert Authority.objects.get(code="350200").name == "测试二"
    assert AuditEntry.objects.filter(chain="authority:350200").count() == 2
    other = make.sign_in(Client(), make.official("supervisor", authority="330000"))
    assert other.post(page("authority_add"), {"code": "350300", "name": "测试"}).status_code == 403

"""What a citizen may meet beside the straight way: forms sent empty, every end of a case, failures."""

from datetime import timedelta
from typing import Any

import pytest

from applications import services
from applications.gateways.courier.simulator import SimulatedCourier
from applications.models import Application, Submission
from portal.accounts.models import Person
from portal.accounts.services import start_proof
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.home import start
from tests.factories import accounts, cases
from tests.journeys.stage import Stage

THREE = {"PASSPORT": "damaged", "HKM_PERMIT": "damaged", "TWN_PERMIT": "damaged"}
CHECKER: dict[str, Any] = {"city": "杭州市", "age": "yes", "kinds": ["PASSPORT"]}
# What no other walk comes to.
ROUTES = {"applications:send_again"}
PAGES = ("documents", "reason-passport", "personal", "name", "photo", "contact", "signature", "delivery")


def pass_strangers_forms(stage: Stage) -> None:
    """Every form one meets before the account."""
    stage.become(None)
    stage.press("/account/sign-in/", "sign in, empty")
    stage.press("/account/sign-in/", "sign in, wrong", phone="13900000000", password="wrong")
    stage.press("/account/reset/", "reset, rubbish", phone="12")
    stage.press("/account/sign-up/", "sign up, empty")
    stage.door.post("/account/sign-up/", {"phone": "13922223333"})
    stage.press("/account/sign-up/code/", "code, empty")
    stage.press("/account/sign-up/code/", "code, asked again too soon", button="重新发送", status=429)
    stage.press("/apply/lookup/", "look-up, empty")
    stage.press("/apply/lookup/", "look-up, nothing fits", reference="x" * 32, tail="0000")
    for slug, answer in CHECKER.items():
        stage.press(f"/apply/checker/{slug}/", f"checker {slug}, empty")
        stage.door.post(f"/apply/checker/{slug}/", {"answer": answer})
    stage.press("/apply/checker/held-passport/", "checker held, empty")


def pass_proofs_forms(stage: Stage) -> None:
    """The forms of the real-name proof."""
    newcomer = accounts.signed_up()
    stage.become(newcomer)
    stage.press("/account/identity/way/", "way, empty")
    stage.door.post("/account/identity/way/", {"way": "face", "agree": "on"})
    stage.press("/account/identity/face-consent/", "face consent, empty")
    start_proof(newcomer, without_face=False)
    stage.press("/account/identity/details/", "details, empty")
    stage.press("/account/identity/details/", "details, rubbish", name="?", citizen_number="12")


def pass_ends(stage: Stage, person: Person, officer: Acting) -> None:
    """Three documents of one form: refused, withdrawn, lapsed."""
    refused, withdrawn, lapsed = _claimed(person, officer)
    services.refuse(refused.pk, acting=officer, code="EEL12", note="合成的测试案件，不予批准。")
    services.withdraw(withdrawn.pk, acting=person.acting)
    lapsed = services.approve(lapsed.pk, acting=officer)
    services.lapse(lapsed.pk, event_seq=lapsed.event_seq)
    stage.become(person)
    for row, name in ((refused, "refused"), (withdrawn, "withdrawn"), (lapsed, "lapsed")):
        stage.see(f"{_track(row)}?of={row.position}", f"tracking, {name}")
    stage.see(f"/apply/notice/{refused.pk}/", "notice of a refusal")
    stage.see("/documents/", "my documents, all over")
    stage.see("/apply/", "my applications, all over")


def pass_wizard(stage: Stage, person: Person) -> Submission:
    """Every page of a form sent empty, and the form filed without its declaration."""
    assert person.user is not None
    stage.become(person)
    form = services.start(person.user, person)
    at = f"/apply/{form.pk}/"
    stage.press(f"{at}documents/", "documents, empty")
    services.save_page(form.pk, "requests", {kind: {} for kind in THREE}, acting=person.acting)
    for slug in PAGES[1:]:
        stage.press(f"{at}{slug}/", f"{slug}, empty")
    full = cases.draft(person, THREE)
    stage.press(f"/apply/{full.pk}/check/", "check, nothing declared")
    return full


def pass_turns(stage: Stage, person: Person, officer: Acting, form: Submission) -> None:
    """Three documents of one form: returned, paid, approved; handed in again unmended."""
    returned, paid, approved = _claimed(person, officer, form)
    services.return_for_correction(returned.pk, acting=officer, codes=["C01", "C06", "C08"])
    for row in (paid, approved):
        services.approve(row.pk, acting=officer)
    services.record_payment([paid.pk], acting=Acting("provider", "test"))
    stage.become(person)
    for row, name in ((returned, "returned"), (paid, "paid"), (approved, "approved")):
        stage.see(f"{_track(row)}?of={row.position}", f"tracking, {name}")
    stage.see("/documents/", "my documents, returned")
    stage.see(f"/apply/{form.pk}/", "returned")
    services.save_page(form.pk, "delivery", {"method": "courier"}, acting=person.acting)
    stage.press(f"/apply/{form.pk}/", "returned, not mended")


def pass_parcels(stage: Stage, person: Person, officer: Acting) -> None:
    """Two documents of one form: the parcel came back, delivered; then the address of the parcel sent again."""
    SimulatedCourier.ledger.arm("bounce", 1)
    rows = _claimed(person, officer, cases.draft(person, {"PASSPORT": "damaged", "HKM_PERMIT": "damaged"}))
    for row in rows:
        services.approve(row.pk, acting=officer)
    services.record_payment([row.pk for row in rows], acting=Acting("provider", "test"))
    moment = clock.now()
    for _round in range(4):
        moment += timedelta(seconds=10)
        with clock.set_to(moment):
            outbox.run_due()
    stage.become(person)
    for row in rows:
        row.refresh_from_db()
        stage.see(f"{_track(row)}?of={row.position}", f"tracking, {row.status}")
    assert {row.status for row in rows} == {"ready", "delivered"}
    stage.see("/documents/", "my documents, parcel returned")
    stage.see("/apply/", "my applications, parcel returned")
    stage.see(f"{_track(rows[0])}again/", "send again")
    stage.press(f"{_track(rows[0])}again/", "send again, empty")
    stage.press(f"{_track(rows[0])}again/", "send again, rubbish", address="短", phone="12", postcode="x")


def pass_failures(stage: Stage, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page of a request that fails."""
    stage.become(person)
    stage.see("/%00", "400", status=400)
    stage.see("/statistics/", "403", status=403)
    stage.see("/no/such/page/", "404", status=404)
    stage.see("/account/sign-out/", "405", status=405)
    for number in range(30):
        stage.door.post("/apply/lookup/status/", {"reference": f"{number:032}", "tail": "0000"})
    stage.press("/apply/lookup/", "429", status=429, reference="x" * 32, tail="0000")

    def broken() -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(start, "kinds", broken)
        stage.see("/", "500", status=500)


def _claimed(person: Person, officer: Acting, form: Submission | None = None) -> list[Application]:
    form = form or cases.draft(person, THREE)
    done = services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    for row in done.applications:
        services.claim(row.pk, acting=officer)
    return list(done.applications)


def _track(row: Application) -> str:
    return f"/apply/track/{row.submission.reference}/"

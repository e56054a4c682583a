"""From paid to delivered: production at the plant, issue, courier or window; each step a promise."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from applications import endorsing
from applications.answers import COURIER
from applications.gateways.courier import courier
from applications.gateways.courier.base import Parcel, ParcelState
from applications.gateways.plant import plant
from applications.gateways.plant.base import ProductionOrder, ProductionState
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from applications.review import end_without_issue, lock_with_dependants
from applications.settlement import PRODUCTION_TOPIC
from documents import catalog
from documents.models import IssuedDocument
from documents.services import issue, take_number, zone
from photos.models import Shot
from photos.services import picture
from portal.accounts.models import Person
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.gateway import GatewayRefused
from portal.common.models import Promise
from portal.common.outbox import Again, GiveUp

POLL_PRODUCTION_TOPIC = "applications.poll_production"
SEND_TOPIC = "applications.send_parcel"
POLL_PARCEL_TOPIC = "applications.poll_parcel"
POLL_SECONDS, POLL_CAP_SECONDS = 5, 900
SILENCE_DAYS = 30
LEASE_SECONDS = 60
# With the longest pause of a quarter of an hour: plant or courier may be away for two days before a person is asked.
TRIES = 200


def order_production(row: Promise) -> None:
    """Order the document from the plant; the application's key makes a repeated order one order.

    Only the plant's own refusal ends the case. A plant that is away, or a fault of ours, leaves the promise to be
    revived by a person: nobody loses a document to an outage.
    """
    application = _application(row, "paid", "producing")
    if application is None:
        return
    if application.is_endorsement:
        endorsing.write(application.pk)
        return
    document_number = _reserved_number(application)
    # Tried before: the plant may have the order although its answer was lost.
    is_known = row.attempts > 1 and plant().state(str(application.pk)) is not None
    if not (is_known or _ordered(application, document_number)):
        return
    with transaction.atomic():
        fresh = Application.objects.select_for_update().get(pk=application.pk)
        if fresh.status == "paid":
            LIFECYCLE.perform(fresh, "order_production", acting=Acting.system("production"))
        _promise(POLL_PRODUCTION_TOPIC, application, str(application.pk))


def _ordered(application: Application, number: str) -> bool:
    """Place the order; False when the plant refused it for good, which ends the case."""
    try:
        plant().order(_order(application, number), key=str(application.pk))
    except GatewayRefused as refusal:
        _cannot_be_made(application.pk, refusal.code)
        return False
    return True


def _reserved_number(application: Application) -> str:
    """Take the document's number once: it is on the order, so a repeated order carries the same one."""
    with transaction.atomic():
        fresh = Application.objects.select_for_update().get(pk=application.pk)
        if not fresh.reserved_number:
            fresh.reserved_number = take_number(fresh.kind)
            fresh.issued_on = clock.today()
            fresh.save(update_fields=["reserved_number", "issued_on"])
    return str(fresh.reserved_number)


def _order(application: Application, number: str) -> ProductionOrder:
    submission, person = application.submission, application.person
    fresh = Application.objects.get(pk=application.pk)
    issued_on = fresh.issued_on or clock.today()
    born = date.fromisoformat(person.born)
    name = fresh.printed
    portrait = Shot.objects.get(owner=submission.pk, pk=name["portrait"])
    applied_on = clock.local_day(application.filed_at)
    document = IssuedDocument(
        kind=application.kind,
        number=number,
        surname=name["surname"],
        given=name["given"],
        expires_on=catalog.validity_end(application.kind, issued_on, born, applied_on=applied_on),
    )
    return ProductionOrder(
        kind=document.kind,
        number=document.number,
        surname=document.surname,
        given=document.given,
        name=person.name,
        sex=person.sex,
        born=born,
        issued_on=issued_on,
        expires_on=document.expires_on,
        authority=application.authority,
        mrz=zone(document, born=born, sex=person.sex),
        portrait=picture(portrait, which="final"),
    )


def poll_production(row: Promise) -> None:
    """Ask the plant; when the document is made, register it, end the old one and send it on its way."""
    application = _application(row, "producing")
    if application is None:
        return
    state = plant().state(str(application.pk))
    if state is None:
        # The plant lost the order: placing it again under the same key is safe.
        if not _ordered(application, str(application.reserved_number)):
            return
        raise _later(row)
    if state is ProductionState.QUEUED:
        raise _later(row, silent="plant.silent")
    if state is ProductionState.SPOILED:
        _cannot_be_made(application.pk, "plant.spoiled")
        return
    _issue(application.pk)


def _issue(application_id: UUID) -> None:
    with transaction.atomic():
        application, waiting = endorsing.lock_permit(application_id)
        if application.status != "producing":
            return
        acting = Acting.system("issue")
        document = _register(application, application.person, acting)
        LIFECYCLE.perform(
            application,
            "issue",
            acting=acting,
            params={"kind": application.kind},
            sets={"document_id": document.pk},
        )
        endorsing.write_with(application, document, waiting)
        if application.submission.answers["delivery"]["method"] == COURIER:
            _promise(SEND_TOPIC, application, f"{application.pk}:{application.event_seq}")


def _register(application: Application, person: Person, acting: Acting) -> IssuedDocument:
    name = application.printed
    return issue(
        person,
        kind=application.kind,
        application_id=application.pk,
        surname=name["surname"],
        given=name["given"],
        born=date.fromisoformat(person.born),
        sex=person.sex,
        authority=application.authority,
        acting=acting,
        applied_on=clock.local_day(application.filed_at),
        issued_on=application.issued_on,
        number=str(application.reserved_number),
        replaces=application.old_document,
    )


def _cannot_be_made(application_id: UUID, code: str) -> None:
    """End a case on the plant's word: the old document counts again, payments gives the money back."""
    acting = Acting.system("production")
    with transaction.atomic():
        application = lock_with_dependants(application_id)
        if application.status in ("paid", "producing"):
            LIFECYCLE.perform(application, "declare_unproducible", acting=acting, codes=[code])
            end_without_issue(application, acting=acting)


def send_parcel(row: Promise) -> None:
    """Hand the parcel to the courier, once for each time it leaves."""
    application = _application(row, "ready")
    if application is None:
        return
    answers = application.submission.answers["delivery"]
    if answers["method"] != COURIER:
        # Changed while it waited: it stays at the window.
        return
    parcel = Parcel(
        recipient=answers["recipient"],
        phone=answers["phone"],
        address=answers["address"],
        postcode=answers.get("postcode", ""),
        contents=application.kind,
    )
    try:
        number = courier().send(parcel, key=str(row.pk))
    except GatewayRefused as refusal:
        _not_served(application, refusal.code)
        return
    with transaction.atomic():
        fresh = lock_with_dependants(application.pk)
        if fresh.status != "ready":
            return
        fresh = LIFECYCLE.perform(fresh, "mail", acting=Acting.system("delivery"), sets={"parcel": number})
        endorsing.follow(fresh, "mail", parcel=number)
        payload = {"application": str(fresh.pk), "parcel_key": str(row.pk)}
        key = f"{fresh.pk}:{fresh.event_seq}"
        outbox.promise(POLL_PARCEL_TOPIC, key=key, payload=payload, lease=LEASE_SECONDS)


def _not_served(sent: Application, code: str) -> None:
    """The courier would not take the parcel: the applicant is asked for another address or to come to the window."""
    with transaction.atomic():
        fresh = Application.objects.select_for_update().get(pk=sent.pk)
        if (fresh.status, fresh.event_seq) == (sent.status, sent.event_seq):
            LIFECYCLE.perform(fresh, "bounce", acting=Acting.system("delivery"), codes=[code])


def poll_parcel(row: Promise) -> None:
    """Ask the courier; delivered closes the case, a returned parcel opens it again at the window.

    After thirty days without news the parcel is taken for lost on the way, and the step is left to a person: tried
    again, it asks once more.
    """
    application = _application(row, "mailed")
    if application is None:
        return
    state = courier().state(str(row.payload["parcel_key"]))
    if state is None or state is ParcelState.ON_THE_WAY:
        raise _later(row, silent="courier.silent")
    action = "deliver" if state is ParcelState.DELIVERED else "bounce"
    with transaction.atomic():
        fresh = lock_with_dependants(application.pk)
        # Somebody else may have moved it on between the question and the answer; what they did stands.
        if fresh.status == "mailed":
            LIFECYCLE.perform(fresh, action, acting=Acting.system("delivery"))
            endorsing.follow(fresh, action)


def _later(row: Promise, *, silent: str = "") -> Exception:
    """Return when to ask again: after a tenth of the time waited so far, within bounds.

    With `silent` thirty days without news end it under that code, for a person to look into.
    """
    if silent and clock.now() - row.created_at >= timedelta(days=SILENCE_DAYS):
        return GiveUp(silent)
    waited = (clock.now() - row.created_at).total_seconds()
    return Again(min(max(waited / 10, POLL_SECONDS), POLL_CAP_SECONDS))


def send_again(application_id: UUID, *, acting: Acting) -> None:
    """Promise to mail a returned parcel once more, after the applicant has checked the address."""
    with transaction.atomic():
        application = Application.objects.select_for_update().get(pk=application_id)
        if application.status == "ready" and str(application.person_id) == acting.owner:
            _promise(SEND_TOPIC, application, f"{application.pk}:{application.event_seq}")


def collect(application_id: UUID, *, acting: Acting) -> Application:
    """Hand a document over at the window; raises Refused when it is not there or was to be mailed."""
    with transaction.atomic():
        fresh = LIFECYCLE.perform(lock_with_dependants(application_id), "collect", acting=acting)
        endorsing.collect_with(fresh, acting=acting)
    return fresh


def _application(row: Promise, *statuses: str) -> Application | None:
    """Return the promise's application if it still stands where the step begins."""
    rows = Application.objects.select_related("submission", "person", "old_document")
    return rows.filter(pk=row.payload["application"], status__in=statuses).first()


def _promise(topic: str, application: Application, key: str) -> None:
    outbox.promise(topic, key=key, payload={"application": str(application.pk)}, lease=LEASE_SECONDS)


TOPICS = {
    PRODUCTION_TOPIC: order_production,
    POLL_PRODUCTION_TOPIC: poll_production,
    SEND_TOPIC: send_parcel,
    POLL_PARCEL_TOPIC: poll_parcel,
}

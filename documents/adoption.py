"""Owns the taking over of documents that the population register says a newly proven person holds."""

from datetime import timedelta

from documents.register import Held, import_held
from portal.accounts.models import Person
from portal.accounts.services import HeldDocument, HeldState, register_facts
from portal.common import clock
from portal.common.acting import Acting
from portal.common.models import Promise

TOPIC = "person.proved"


def adopt_held(row: Promise) -> None:
    """Look a proven person up and take over what they hold; raises GatewayDown when the register is away."""
    person = Person.objects.get(pk=row.payload["person"])
    record = register_facts(person)
    import_held(person, [as_held(document) for document in record.holds], acting=Acting.system("adoption"))


def as_held(document: HeldDocument) -> Held:
    """Return a document of the population register as ours; what the register does not date ended yesterday."""
    counts = document.state in (HeldState.VALID, HeldState.EXPIRED)
    return Held(
        kind=document.kind,
        number=document.number,
        surname=document.surname,
        given=document.given,
        issued_on=document.issued_on,
        expires_on=document.expires_on,
        authority=document.issued_in,
        is_valid=counts,
        ended_on=None if counts else clock.today() - timedelta(days=1),
    )

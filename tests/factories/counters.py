"""People present at a counter and their forms, made through the services; everybody is synthetic."""

from typing import Any

from applications import services
from applications.counter import for_person
from applications.models import Submission
from documents import adoption
from photos.models import Shot
from photos.services import PORTRAIT, SIGNATURE
from photos.shots import TOPIC as INSPECTION_TOPIC
from portal.accounts.models import Person
from portal.accounts.services import identify
from portal.common.acting import Acting
from tests.factories import accounts, cases

HALL = "330100"
PAPERS = ("photo", "identity_card", "old_document", "loss_statement")


def present(name: str, officer: Acting) -> Person:
    """Somebody before an officer with their card, with the documents they hold on file."""
    row = identify(name, accounts.record(name).citizen_number, acting=officer)
    accounts.keep(adoption.TOPIC)
    return row


def opened(person: Person, officer: Acting, reasons: dict[str, str], **changes: Any) -> Submission:
    """The form of a person present, filled in at the counter, with both pictures."""
    form = services.open_form(person, authority=HALL, acting=officer)
    changes = {"delivery": {"method": "pickup"}, **changes}
    services.save_parts(form.pk, cases.answers(person, reasons, **changes), acting=for_person(officer, person))
    pictures = ((PORTRAIT, "photo", cases.portrait()), (SIGNATURE, "signature", cases.signature()))
    for purpose, page, data in pictures:
        if not Shot.objects.filter(owner=form.pk, purpose=purpose).exists():
            services.receive_picture(form, page, data, acting=for_person(officer, person))
    accounts.keep(INSPECTION_TOPIC)
    return form


def taken_in(form: Submission, officer: Acting, *, seen: tuple[str, ...] = PAPERS) -> services.Filed:
    """The form handed in at the counter, with these originals seen."""
    return services.take_in(
        form.pk,
        authority=HALL,
        acting=officer,
        known=services.gather(form.beneficiary),
        declared=cases.DECLARED,
        seen=seen,
    )

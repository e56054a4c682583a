"""What must hold of every case; `manage.py assert_invariants` names the first row for which it does not."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from applications.eligibility import ENDORSE
from applications.endorsing import AWAITED
from applications.models import Application, ReceiptCounter, Submission
from applications.review import CLAIM_MINUTES
from applications.settlement import PRODUCTION_TOPIC
from documents.models import IssuedDocument, IssuedEndorsement
from photos.models import Shot
from portal.accounts.models import Officer
from portal.common import clock
from portal.common.invariants import states_after
from portal.common.lifecycle import OFFICIAL_ROLES
from portal.common.models import AuditEntry, Event, Promise
from portal.notifications.models import Message

# Authority and day in front of the running number of a receipt.
PREFIX = 12
BEFORE_ISSUE = ("filed", "returned", "accepted", "approved", "paid", "producing")


def chains() -> Iterator[str]:
    """Name the audit chain of every filed form."""
    for pk in Submission.objects.exclude(filed_at=None).values_list("pk", flat=True).iterator():
        yield f"submission:{pk}"


def filed_forms_have_applications() -> Iterator[str]:
    """I1: a filed form, or one whose filing was acknowledged, has one application for each document asked for."""
    filed = Submission.objects.exclude(filed_at=None)
    empty = filed.annotate(n=Count("applications")).filter(n=0)
    yield from (f"submission {pk} is filed without applications" for pk in empty.values_list("pk", flat=True))
    early = Application.objects.filter(submission__filed_at=None)
    yield from (f"application {pk} stands on a form that is not filed" for pk in early.values_list("pk", flat=True))
    told = Message.objects.filter(code="submission.filed").exclude(Exists(filed.filter(pk=OuterRef("event"))))
    yield from (f"message {pk} acknowledges a form that is not filed" for pk in told.values_list("pk", flat=True))
    asked = Application.objects.values("submission", "kind", "destination", "endorsement_type").order_by()
    for row in asked.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"submission {row['submission']}: {row['n']} applications for one {row['kind']}"


def receipts_are_kept() -> Iterator[str]:
    """I1: every receipt number that was given out is that of one application, and no other number is."""
    given = {
        f"{authority}{day:%y%m%d}": last
        for authority, day, last in ReceiptCounter.objects.values_list("authority", "day", "last")
    }
    receipts = Application.objects.order_by("receipt").values_list("receipt", flat=True).iterator()
    for prefix, of_a_day in groupby(receipts, key=lambda receipt: receipt[:PREFIX]):
        held = {receipt[PREFIX:] for receipt in of_a_day}
        wanted = {f"{number:04d}" for number in range(1, given.pop(prefix, 0) + 1)}
        yield from (f"receipt {prefix}{number} was given out and has no application" for number in wanted - held)
        yield from (f"receipt {prefix}{number} was never given out" for number in held - wanted)
    yield from (f"receipts {prefix}: {last} were given out, none has an application" for prefix, last in given.items())


def documents_match_applications() -> Iterator[str]:
    """I4: an issued application has exactly one document or endorsement, and no other application has it."""
    issued = states_after("application", "issue")
    documents = IssuedDocument.objects.filter(pk=OuterRef("document_id"), application_id=OuterRef("pk"))
    made = Application.objects.exclude(category=ENDORSE).filter(~Q(document_id=None) | Q(status__in=issued))
    wrong = made.exclude(Exists(documents))
    yield from (f"application {pk}: its document is not in the register" for pk in wrong.values_list("pk", flat=True))
    owners = Application.objects.filter(pk=OuterRef("application_id"), document_id=OuterRef("pk"))
    stray = IssuedDocument.objects.exclude(application_id=None).exclude(Exists(owners))
    yield from (f"document {pk}: its application has another" for pk in stray.values_list("pk", flat=True))
    written = IssuedEndorsement.objects.filter(application_id=OuterRef("pk"))
    endorsed = Application.objects.filter(category=ENDORSE)
    for rows in (
        endorsed.filter(status__in=issued).exclude(Exists(written)),
        endorsed.exclude(status__in=issued).filter(Exists(written)),
    ):
        yield from (
            f"application {pk}: its endorsement and its state disagree" for pk in rows.values_list("pk", flat=True)
        )


def endorsements_have_a_permit() -> Iterator[str]:
    """I4: no endorsement waits for a permit that was not made; what is paid is about to be written, or waits for one.

    A paid one whose card was lost, replaced or refused has ended with its money on the way back, or the promise that
    looks at the card is still open.
    """
    waiting = Application.objects.filter(category=ENDORSE, status__in=BEFORE_ISSUE).order_by("pk")
    ended = waiting.filter(depends_on__status__in=("refused", "withdrawn", "lapsed", "unproducible"))
    yield from (f"application {pk}: its permit was not made" for pk in ended.values_list("pk", flat=True))
    looked_at = {
        str(key) for key in Promise.objects.open().filter(topic=PRODUCTION_TOPIC).values_list("key", flat=True)
    }
    paid = waiting.filter(status__in=("paid", "producing")).exclude(depends_on__status__in=AWAITED)
    for pk in paid.exclude(pk__in=ended.values("pk")).values_list("pk", flat=True):
        if str(pk) not in looked_at:
            yield f"application {pk}: paid, and there is no permit to write it on"


def claims_are_lawful() -> Iterator[str]:
    """I7: a claim has an owner and an end, half an hour away at most; the owner decides for the case's division."""
    half = Q(claimed_by=None) ^ Q(claimed_until=None)
    yield from (
        f"application {pk}: half a claim" for pk in Application.objects.filter(half).values_list("pk", flat=True)
    )
    longest = timedelta(minutes=CLAIM_MINUTES)
    whole = Application.objects.exclude(Q(claimed_by=None) | Q(claimed_until=None))
    for row in whole.order_by("pk").iterator():
        assert row.claimed_by_id is not None  # noqa: S101 - excluded above
        assert row.claimed_until is not None  # noqa: S101 - excluded above
        if row.claimed_until > clock.now() + longest:
            yield f"application {row.pk}: claimed until {row.claimed_until:%Y-%m-%d %H:%M}"
        officer = Officer.objects.filter(user_id=row.claimed_by_id).first()
        if officer and officer.role in OFFICIAL_ROLES and officer.acting.covers(row.authority):
            continue
        # Who was moved to another office since took the case lawfully, and can no longer decide it.
        moved = AuditEntry.objects.filter(chain=f"official:{row.claimed_by_id}", action="official.changed")
        if not moved.filter(at__gte=row.claimed_until - longest).exists():
            yield f"application {row.pk}: claimed by somebody who does not decide for {row.authority}"


def decisions_are_an_officers() -> Iterator[str]:
    """I7: who decided is who the history says, and neither the applicant nor who filed the form."""
    decided = Event.objects.filter(subject_id=OuterRef("pk"), action__in=("approve", "refuse")).order_by("-seq")
    rows = Application.objects.order_by("pk").annotate(actor=Subquery(decided.values("actor_id")[:1]))
    columns = rows.values_list("pk", "decided_by", "actor", "person__user_id", "submission__filer_id")
    for pk, decided_by, actor, applicant, filer in columns.iterator():
        if (str(decided_by) if decided_by else None) != actor:
            yield f"application {pk}: decided by another than its history says"
        elif decided_by and decided_by in (applicant, filer):
            yield f"application {pk}: decided by its own applicant"


def filed_forms_have_pictures() -> Iterator[str]:
    """I9: portrait and signature of a filed form are there."""
    alive = Shot.objects.exclude(status="removed")
    pictures = Exists(alive.filter(pk=OuterRef("portrait_id"))), Exists(alive.filter(pk=OuterRef("signature_id")))
    bare = Submission.objects.exclude(filed_at=None).exclude(*pictures)
    yield from (f"submission {pk}: a picture is missing" for pk in bare.values_list("pk", flat=True))


ALL = {
    "I1 filed forms have applications": filed_forms_have_applications,
    "I1 receipts are kept": receipts_are_kept,
    "I4 documents match applications": documents_match_applications,
    "I4 endorsements have a permit": endorsements_have_a_permit,
    "I7 claims are lawful": claims_are_lawful,
    "I7 decisions are an officer's": decisions_are_an_officers,
    "I9 filed forms have pictures": filed_forms_have_pictures,
}

"""Owns the register of documents: issue, adoption of those a person already holds, and every way one ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from documents import catalog, mrz, numbers
from documents.lifecycle import INVALID, LIFECYCLE, PENDING
from documents.models import IssuedDocument, IssuedEndorsement
from documents.ranges import take_number
from portal.accounts.models import Person
from portal.common import audit, clock
from portal.common.acting import Acting
from portal.common.fields import BlindIndexField

_PORTAL = Acting.system("documents")
_DAYS_IN_YEAR = 365.25


class DocumentConflict(Exception):
    """The register contradicts what is asked; `code` says how, without any personal data.

    other_application: the application already has a document of another person or kind. other_person: the number or
    the old document belongs to another person. other_kind: number or old document are of another kind.
    number_taken: the number is in the register already. already_replaced: the old document has its successor.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A document as the population register knows it; `authority` is the division code of the office that issued it.

    `is_valid` is False for one the register has cancelled; one whose time is over is still valid in this sense.
    """

    kind: str
    number: str
    surname: str
    given: str
    issued_on: date
    expires_on: date
    authority: str
    is_valid: bool = True
    ended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What an import did: documents newly taken over, and those known before."""

    adopted: tuple[IssuedDocument, ...]
    known: tuple[IssuedDocument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalHint:
    """How much validity is left on a day.

    `days_left` counts to the last day of validity and is negative after it; `years_left` is given in half years from
    one year up, else None; `share_left` runs from 1 (new) to 0 (over), for the ring. `renewable_from` is the first day
    with less than six months left; `is_renewable` tells whether that time has come and the document still counts and
    is not being replaced already.
    """

    days_left: int
    years_left: float | None
    share_left: float
    renewable_from: date
    is_renewable: bool
    is_in_force: bool


def _caused_by(acting: Acting, application_id: UUID | None) -> dict[str, object]:
    cause: dict[str, object] = {"on_behalf": acting.label}
    return {**cause, "application": str(application_id)} if application_id else cause


def _locked(document: IssuedDocument) -> IssuedDocument:
    return IssuedDocument.objects.select_for_update().get(pk=document.pk)


def issued_for(application_id: UUID) -> IssuedDocument | None:
    """Return the document an application led to, or None."""
    return IssuedDocument.objects.filter(application_id=application_id).first()


def issue(  # noqa: PLR0913 - each is a fact of the new document
    person: Person,
    *,
    kind: str,
    application_id: UUID,
    surname: str,
    given: str,
    born: date,
    sex: str,
    authority: str,
    acting: Acting,
    applied_on: date | None = None,
    issued_on: date | None = None,
    number: str = "",
    replaces: IssuedDocument | None = None,
) -> IssuedDocument:
    """Register the document an application led to and end the one it replaces, in one transaction, once.

    Names are romanised capitals; `sex` is M, F or X; `number` is one already taken for it (`take_number`), without it
    the next is taken here; validity follows from the age on `applied_on` (default: the day of issue, default today).
    Asked again for the same application it returns the same document and writes nothing. Raises DocumentConflict,
    RangeExhausted, MrzError when the zone cannot hold a field, NotInCatalogue.
    """
    day = issued_on or clock.today()
    known = issued_for(application_id)
    if known is not None:
        return _same(known, person, kind)
    _check_parts(person, kind, number, replaces)
    try:
        with transaction.atomic():
            document = IssuedDocument(
                person=person,
                kind=kind,
                number=number or take_number(kind),
                surname=surname,
                given=given,
                issued_on=day,
                expires_on=catalog.validity_end(kind, day, born, applied_on=applied_on),
                authority=authority,
                application_id=application_id,
                replaces=replaces,
            )
            document.mrz = zone(document, born=born, sex=sex)
            LIFECYCLE.begin([document], actions=[("register", _PORTAL)], params=_caused_by(acting, application_id))
            if replaces is not None:
                invalidate(replaces, code="replaced", acting=acting, application_id=application_id)
    except IntegrityError:
        known = issued_for(application_id)
        if known is not None:
            return _same(known, person, kind)
        _explain(number, replaces)
        raise
    return document


def _check_parts(person: Person, kind: str, number: str, replaces: IssuedDocument | None) -> None:
    if number:
        series = numbers.recognise(number)
        if series is None or series.kind != kind:
            raise DocumentConflict("other_kind")
    if replaces is not None and replaces.kind != kind:
        raise DocumentConflict("other_kind")
    if replaces is not None and replaces.person_id != person.pk:
        raise DocumentConflict("other_person")


def _explain(number: str, replaces: IssuedDocument | None) -> None:
    """Raise the conflict behind a uniqueness the database refused, if it is one of the register's."""
    if replaces is not None and IssuedDocument.objects.filter(replaces=replaces).exists():
        raise DocumentConflict("already_replaced") from None
    if number and IssuedDocument.objects.filter(number_index=_index(number)).exists():
        raise DocumentConflict("number_taken") from None


def _same(known: IssuedDocument, person: Person, kind: str) -> IssuedDocument:
    if (known.person_id, known.kind) != (person.pk, kind):
        raise DocumentConflict("other_application")
    return known


def _index(number: str) -> str:
    return BlindIndexField.of(IssuedDocument, "number", number)


def zone(document: IssuedDocument, *, born: date, sex: str) -> str:
    """Return the machine readable zone of a document, saved or not; '' for kinds that carry none written here."""
    if catalog.kind(document.kind).zone is not catalog.Zone.TD3:
        return ""
    surname, given = _in_zone(document.surname, document.given)
    return mrz.write_td3(
        number=document.number,
        surname=surname,
        given=given,
        born=born,
        sex=sex,
        expires_on=document.expires_on,
    )


def _in_zone(surname: str, given: str) -> tuple[str, str]:
    """Return the names as the zone has them: who has no surname has the given name in its place (Doc 9303-4, 4.2.3)."""
    return (surname, given) if surname else (given, "")


def wrong_names(surname: str, given: str) -> tuple[str, ...]:
    """Return which of `surname` and `given` cannot be printed in a machine readable zone."""
    try:
        mrz.name_field(*_in_zone(surname, given))
    except mrz.MrzError as error:
        return error.fields
    return ()


def import_held(person: Person, held: Sequence[Held], *, acting: Acting) -> Adoption:
    """Take over the documents the population register says a person holds; those known already stay as they are.

    Raises DocumentConflict (other_person, other_kind) and then writes nothing.
    """
    for one in held:
        series = numbers.recognise(one.number)
        if series is None or series.kind != one.kind:
            raise DocumentConflict("other_kind")
    with transaction.atomic():
        # Two imports for one person must not meet at the unique number.
        Person.objects.select_for_update().get(pk=person.pk)
        indexes = {_index(one.number): one for one in held}
        known = list(IssuedDocument.objects.filter(number_index__in=indexes))
        if any(document.person_id != person.pk for document in known):
            raise DocumentConflict("other_person")
        fresh = [one for index, one in indexes.items() if index not in {row.number_index for row in known}]
        adopted: list[IssuedDocument] = []
        for action, wanted in (("adopt", True), ("adopt_ended", False)):
            rows = [_adopted(person, one) for one in fresh if one.is_valid is wanted]
            if rows:
                LIFECYCLE.begin(rows, actions=[(action, _PORTAL)], params=_caused_by(acting, None))
                adopted += rows
    return Adoption(adopted=tuple(adopted), known=tuple(known))


def _adopted(person: Person, one: Held) -> IssuedDocument:
    return IssuedDocument(
        person=person,
        kind=one.kind,
        number=numbers.normalise(one.number),
        surname=one.surname,
        given=one.given,
        issued_on=one.issued_on,
        expires_on=one.expires_on,
        authority=one.authority,
        end_code="" if one.is_valid else "register",
        ended_on=None if one.is_valid else one.ended_on,
    )


def mark_for_invalidation(document: IssuedDocument, *, application_id: UUID, acting: Acting) -> IssuedDocument:
    """Note at approval that the issue for an application will end this document; it counts until then.

    Repeating it, or marking one that has ended, changes nothing. Raises Refused when another application waits for it.
    """
    with transaction.atomic():
        fresh = _locked(document)
        if fresh.status == INVALID or fresh.ending_for == application_id:
            return fresh
        return LIFECYCLE.perform(
            fresh,
            "mark_for_invalidation",
            acting=_PORTAL,
            params=_caused_by(acting, application_id),
            sets={"ending_for": application_id},
        )


def restore(document: IssuedDocument, *, application_id: UUID, acting: Acting) -> IssuedDocument:
    """Let a document count fully again because the application that would have ended it led to nothing.

    One that does not wait for this application, or has ended, stays as it is.
    """
    with transaction.atomic():
        fresh = _locked(document)
        if fresh.status != PENDING or fresh.ending_for != application_id:
            return fresh
        return LIFECYCLE.perform(
            fresh, "restore", acting=_PORTAL, params=_caused_by(acting, application_id), sets={"ending_for": None}
        )


def invalidate(
    document: IssuedDocument, *, code: str, acting: Acting, application_id: UUID | None = None
) -> IssuedDocument:
    """End a document for good, with the code of the reason; one that has ended stays as it is."""
    return _end(document, "invalidate", code=code, acting=acting, application_id=application_id)


def report_lost(
    document: IssuedDocument, *, code: str, acting: Acting, application_id: UUID | None = None
) -> IssuedDocument:
    """End a document at once on its holder's sworn report; `code` is lost or stolen. It is never revived."""
    if not catalog.reason(code).voids_old:
        raise catalog.NotInCatalogue("report", code)
    return _end(document, "report_lost", code=code, acting=acting, application_id=application_id)


def _end(
    document: IssuedDocument, action: str, *, code: str, acting: Acting, application_id: UUID | None
) -> IssuedDocument:
    with transaction.atomic():
        fresh = _locked(document)
        if fresh.status == INVALID:
            return fresh
        sets: Mapping[str, object] = {"ending_for": None, "end_code": code, "ended_on": clock.today()}
        return LIFECYCLE.perform(
            fresh, action, acting=_PORTAL, codes=(code,), params=_caused_by(acting, application_id), sets=sets
        )


def endorse(  # noqa: PLR0913 - each is a fact of the endorsement
    permit: IssuedDocument, *, application_id: UUID, destination: str, letter: str, option: str, acting: Acting
) -> IssuedEndorsement:
    """Register the endorsement an application led to on a permit, once; its time begins today and ends with the permit.

    Asked again for the same application it returns the same endorsement. Raises DocumentConflict (other_kind) for a
    permit that carries none for the destination, (ended) for one no longer in force, NotInCatalogue.
    """
    known = IssuedEndorsement.objects.filter(application_id=application_id).first()
    if known is not None:
        return known
    if destination not in catalog.kind(permit.kind).destinations:
        raise DocumentConflict("other_kind")
    day = clock.today()
    chosen = catalog.option(option)
    # The stay goes by the variant: a visit to a sister has two weeks each time, one to a husband ninety days.
    variants = catalog.endorsements_for(permit.kind, destination, on=day, letter=letter)
    row = catalog.options_of(variants, destination).get(option)
    with transaction.atomic():
        fresh = _locked(permit)
        if not fresh.is_in_force(day):
            raise DocumentConflict("ended")
        last = catalog.shift_months(day, chosen.months) + timedelta(days=chosen.days - 1)
        endorsement = IssuedEndorsement.objects.create(
            permit=fresh,
            application_id=application_id,
            destination=destination,
            letter=letter,
            option=option,
            stay_days=row.stay_days if row else None,
            issued_on=day,
            expires_on=min(last, fresh.expires_on),
        )
        content = {"destination": destination, "letter": letter, "option": option, "on_behalf": acting.label}
        audit.append(fresh.chain, "endorsed", acting=_PORTAL, content=content, subject=f"application:{application_id}")
    return endorsement


def carry_over(application_ids: Sequence[UUID], *, to: IssuedDocument, acting: Acting) -> None:
    """Move endorsements that were not handed over yet to the permit that took the place of theirs, in a transaction.

    `application_ids` are those they were issued for; none outlasts the new permit.
    """
    rows = IssuedEndorsement.objects.select_for_update().filter(application_id__in=application_ids)
    for row in rows.exclude(permit=to).order_by("pk"):
        content = {"from": str(row.permit_id), "on_behalf": acting.label}
        row.permit, row.expires_on = to, min(row.expires_on, to.expires_on)
        row.save(update_fields=["permit", "expires_on"])
        audit.append(
            to.chain, "carried_over", acting=_PORTAL, content=content, subject=f"application:{row.application_id}"
        )


def endorsements_of(person: Person) -> list[IssuedEndorsement]:
    """Return the endorsements in force on a person's permits, the last to end first."""
    rows = IssuedEndorsement.objects.filter(permit__person=person).in_force(clock.today())
    return list(rows.select_related("permit").order_by("-expires_on", "pk"))


def held_by(person: Person) -> list[IssuedDocument]:
    """Return every document of a person: in the catalogue's order of kinds, live ones first, the newest first."""
    order = {code: place for place, code in enumerate(catalog.KINDS)}
    rows = IssuedDocument.objects.filter(person=person).order_by("-issued_on", "pk")
    return sorted(rows, key=lambda row: (order.get(row.kind, len(order)), row.status == INVALID))


def renewal_hint(document: IssuedDocument, today: date) -> RenewalHint:
    """Return how much validity a document has left on a day, and from when it can be renewed."""
    days_left = (document.expires_on - today).days
    whole = (document.expires_on - document.issued_on).days
    in_force = document.is_in_force(today)
    years = days_left / _DAYS_IN_YEAR
    return RenewalHint(
        days_left=days_left,
        years_left=int(years * 2) / 2 if years >= 1 else None,
        share_left=min(max(days_left / whole, 0.0), 1.0) if in_force else 0.0,
        renewable_from=catalog.renewable_from(document.expires_on),
        is_renewable=document.status == "valid" and catalog.is_expiring(document.expires_on, on=today),
        is_in_force=in_force,
    )

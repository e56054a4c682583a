"""Owns wishes: who waits for something that is not open, and telling them, once, when it is."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from applications import eligibility
from applications.eligibility import ENDORSE, Facts, Want
from applications.facts import Known, gather
from documents import catalog
from documents.models import RuleRevision, ScopeLine, Wish
from documents.services import OPENS, Scope, forget, scope_on
from portal.accounts.divisions import city_of
from portal.accounts.models import Person
from portal.accounts.services import require_leave
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.gateway import GatewayRefused
from portal.common.lifecycle import MESSAGE_TOPIC
from portal.common.models import Promise
from portal.common.unmet import Refused, Unmet

TOPIC = "applications.wish"
MESSAGE = "wish.open"
# What a change of the scope can take away: city, kind, and the groups of minors, registered officials and soldiers.
_OF_SCOPE = frozenset({"E1", "E2", "E3", "X1", "X2"})


def waiting(facts: Facts, wants: Sequence[Want], opened: Scope) -> list[Want]:
    """Return the requests that are in order themselves and refused for city, kind or group alone."""
    of_person = {reason.code for reason in eligibility.unmet_of_person(facts, opened)} & _OF_SCOPE
    found = []
    for want in wants:
        own = {reason.code for reason in eligibility.unmet_of_want(facts, want, opened, wants=wants)}
        if want.kind in catalog.FORM_KINDS and own <= _OF_SCOPE and (own or of_person):
            found.append(want)
    return found


def code_of(want: Want) -> str:
    """Return a request as it stands in a form: "PASSPORT:lost", and for an endorsement "HK:L:3m1"."""
    if want.is_endorsement:
        return f"{want.destination}:{want.letter}:{want.option}"
    return f"{want.kind}:{want.reason}"


def leave(wants: Sequence[Want], *, known: Known, acting: Acting) -> list[Wish]:
    """Write down what somebody waits for, for themselves or for whom they act; twice is one wish.

    `known` was gathered just before about the one who waits: what counts is what the registers say, not what somebody
    told the checker. Raises Refused, NoLeave.
    """
    facts = known.facts
    with transaction.atomic():
        require_leave(acting)
        person = Person.objects.get(pk=acting.owner)
        found = waiting(facts, wants, scope_on(clock.today())) if facts.hukou_code else []
        if not found:
            text = _("选的这些不是因为还没开通才不能办。")
            remedy = _("请先看看能不能办；已经开通的，现在就能申请。")
            raise Refused([Unmet("wish", text, remedy=remedy, field="wants")])
        return [_kept(person, want, facts) for want in found]


def _kept(person: Person, want: Want, facts: Facts) -> Wish:
    now: dict[str, Any] = {
        "reason": want.reason,
        "option": want.option,
        "city": city_of(facts.hukou_code),
        "group": eligibility.group_of(facts),
        "left_at": clock.now(),
    }
    wish, _fresh = Wish.objects.update_or_create(
        person=person,
        kind=want.kind,
        category=want.asked,
        destination=want.destination,
        letter=want.letter,
        told_at=None,
        defaults=now,
    )
    return wish


def wishes_of(person: Person) -> "QuerySet[Wish]":
    """Return what somebody still waits for, the oldest first."""
    return Wish.objects.filter(person=person, told_at=None).order_by("left_at", "pk")


def revoke(wish_id: UUID, *, acting: Acting) -> bool:
    """Take a wish back before it was told: nothing of it stays. Returns False where there is none; raises NoLeave."""
    with transaction.atomic():
        require_leave(acting)
        deleted, _rows = Wish.objects.filter(pk=wish_id, person=UUID(acting.owner), told_at=None).delete()
    return bool(deleted)


def look_for_wishes(row: Promise) -> None:
    """Promise to look at every wish for something that a revision, in force from now on, opens."""
    revision = RuleRevision.objects.get(pk=row.payload["revision"])
    opened = ScopeLine.objects.filter(revision=revision, act=OPENS)
    things = set(opened.values_list("kind", "category"))
    if not things:
        return
    # By what was wished for alone: people move and grow up, and the rules look at them as they are now.
    # An endorsement may wait for its permit, whichever of the two opens last.
    wanted = reduce(or_, (Q(kind=kind, category__in=(category, ENDORSE)) for kind, category in things))
    keys = Wish.objects.filter(wanted, told_at=None).values_list("pk", flat=True)
    outbox.promise_all(outbox.Step(TOPIC, f"{revision.pk}:{key}", {"wish": str(key)}) for key in keys)


def tell_if_open(row: Promise) -> None:
    """Tell somebody what they waited for, if the rules let them apply online now; however often this runs, once."""
    wish = _open(row).select_related("person").first()
    if wish is None:
        return
    try:
        known = gather(wish.person)
    except GatewayRefused:
        code = "register_unknown"
        raise outbox.GiveUp(code) from None
    # Decided within the last minute, the change may not be known to this process yet; nobody looks a second time.
    forget()
    want, opened = _want_of(wish), scope_on(clock.today())
    if eligibility.unmet(known.facts, [want], opened, form=[want, *_permits_with(wish, known.facts, opened)]):
        return
    with transaction.atomic():
        locked = _open(row).select_for_update().first()
        if locked is None:
            return
        locked.told_at = clock.now()
        locked.save(update_fields=["told_at"])
        payload = {"code": MESSAGE, "subject": str(locked.pk), "event": str(locked.pk)}
        outbox.promise(MESSAGE_TOPIC, key=f"{MESSAGE}:{locked.pk}", payload=payload)


def _permits_with(wish: Wish, facts: Facts, opened: Scope) -> list[Want]:
    """Return what an endorsement may count on: the permit wished for as well that can be had now, told or not."""
    if not wish.destination:
        return []
    permits = Wish.objects.filter(person=wish.person, kind=wish.kind, destination="")
    return [want for want in map(_want_of, permits) if not eligibility.unmet(facts, [want], opened)]


def _open(row: Promise) -> "QuerySet[Wish]":
    return Wish.objects.filter(pk=row.payload["wish"], told_at=None)


def _want_of(wish: Wish) -> Want:
    return Want(
        wish.kind,
        reason=wish.reason,
        category=wish.category,
        destination=wish.destination,
        letter=wish.letter,
        option=wish.option,
    )

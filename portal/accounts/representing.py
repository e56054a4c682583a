"""For whom a sign-in may act: its own person, those it helps, children in its care; asked afresh at every act."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Authorisation, Guardianship, Officer, Person, User
from portal.common.acting import Acting
from portal.common.lifecycle import OFFICIAL_ROLES
from portal.common.unmet import Unmet

# Where the session keeps for whom somebody acts; opening a form changes it.
CHOSEN = "acts_for"


class NoLeave(PermissionDenied):
    """Whoever acts may not act for the person, or no longer; nothing was written, and the answer says so."""

    def __init__(self, unmet: Sequence[Unmet]) -> None:
        super().__init__(unmet[0].code)
        self.unmet = list(unmet)


def represented_by(user: User) -> "QuerySet[Person]":
    """Return the other people a sign-in may act for now."""
    helped = Authorisation.objects.in_force().filter(helper__user=user).values("beneficiary")
    in_care = Guardianship.objects.in_force().filter(guardian__user=user).values("child")
    return Person.objects.filter(Q(pk__in=helped) | Q(pk__in=in_care))


def may_act_for(user: User, person: Person) -> bool:
    """Tell whether a sign-in may act for a person now."""
    return person.user_id == user.pk or represented_by(user).filter(pk=person.pk).exists()


def may_act(person: Person) -> tuple[UUID, ...]:
    """Return the sign-ins that may act for a person now, their own among them."""
    helped = Authorisation.objects.in_force().filter(beneficiary=person).values("helper__user")
    in_care = Guardianship.objects.in_force().filter(child=person).values("guardian__user")
    users = User.objects.filter(Q(pk=person.user_id) | Q(pk__in=helped) | Q(pk__in=in_care))
    return tuple(users.order_by("pk").values_list("pk", flat=True))


def acting_for(user: User, person: Person) -> Acting:
    """Return the sign-in as an actor for a person: themselves, or somebody else whom the audit names beside them.

    Whether they may is asked by `may_act_for` and, at the act itself, by `require_leave`.
    """
    return person.acting if person.user_id == user.pk else replace(user.acting, behalf=str(person.pk))


def unmet_to_act(acting: Acting) -> list[Unmet]:
    """Return why somebody may not act for another, or no longer."""
    if not acting.behalf:
        return []
    actor, other = UUID(acting.id), UUID(acting.behalf)
    care = Guardianship.objects.filter(guardian=actor, child=other)
    if care.in_force().exists() or Authorisation.objects.in_force().filter(helper=actor, beneficiary=other).exists():
        return []
    if care.exists():
        text, remedy = _("监护资格已经撤销或到期。"), _("填过的都保存着，由现在的监护人接着办，或者到出入境窗口办理。")
        return [Unmet("representing.guardian_over", text, remedy=remedy)]
    remedy = _("填过的都保存着，由本人接着办；要继续代办，请本人重新授权。")
    return [Unmet("representing.over", _("代办授权已经解除或到期。"), remedy=remedy)]


def require_leave(acting: Acting) -> None:
    """Let whoever acts for another write only while they may; raises NoLeave. Nobody needs a leave for themselves.

    The first thing in the transaction of an act, before anything else is locked: what gives the leave is locked here,
    so that a revocation at the same moment comes before the act, which is then refused, or waits until it is written.
    An official in office acts at a counter for a person present.
    """
    if not acting.behalf:
        return
    if acting.kind in OFFICIAL_ROLES:
        serving = Officer.objects.in_office().select_for_update(no_key=True)
        if list(serving.filter(user_id=UUID(acting.id)).values_list("pk")):
            return
    actor, other = UUID(acting.id), UUID(acting.behalf)
    care = Guardianship.objects.select_for_update().filter(guardian=actor, child=other)
    given = Authorisation.objects.select_for_update().filter(helper=actor, beneficiary=other, status="active")
    for rows in (care, given):
        list(rows.values_list("pk"))
    if unmet := unmet_to_act(acting):
        raise NoLeave(unmet)


def recipients(person: Person, *, filer_id: UUID) -> tuple[UUID, ...]:
    """Return the sign-ins to tell of a person's affair: their own, and whoever filed for them while they still may."""
    told = {person.user_id} if person.user_id else set()
    if filer_id not in told:
        filer = User.objects.get(pk=filer_id)
        if may_act_for(filer, person):
            told.add(filer_id)
    return tuple(sorted(told))


def choose(request: HttpRequest, person: Person) -> None:
    """Remember for whom the session acts from now on; one's own person needs no remembering."""
    own = person.user_id == request.user.pk
    request.acts_for = None if own else person  # type: ignore[attr-defined]
    if own:
        request.session.pop(CHOSEN, None)
    elif request.session.get(CHOSEN) != str(person.pk):
        request.session[CHOSEN] = str(person.pk)


def chosen(request: HttpRequest) -> Person | None:
    """Return for whom the request acts: whom the session chose, else the signed-in person, or None before the proof."""
    other: Person | None = request.acts_for  # type: ignore[attr-defined]
    return other or Person.objects.filter(user=request.user.pk).first()


def concerning(user: User, field: str = "beneficiary") -> Q:
    """Return the condition for rows about people a sign-in may act for, their own among them."""
    return Q(**{f"{field}__user": user}) | Q(**{f"{field}__in": represented_by(user)})

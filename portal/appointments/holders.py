"""Who books: a signed-in citizen, or somebody without an account whose phone a code has proven."""

from dataclasses import dataclass
from uuid import UUID

from portal.accounts.models import Person, PhoneCode, User
from portal.accounts.services import acting_for, may_act, redeem
from portal.appointments.models import Booking, HomeVisit, Visitor
from portal.common import clock, crypto
from portal.common.acting import Acting


@dataclass(frozen=True, repr=False)
class Holder:
    """Whoever a booking is for, and who makes it; `name` and `citizen_number` are empty until known.

    `person` is the one who comes: the signed-in citizen, or somebody they act for.
    """

    acting: Acting
    phone: str
    user: User | None = None
    visitor: Visitor | None = None
    person: Person | None = None
    name: str = ""
    citizen_number: str = ""

    @property
    def index(self) -> str:
        """The keyed index one person has, signed in or not: of the citizen number, else of phone and name."""
        return crypto.blind_index("appointments.holder", self.citizen_number or f"{self.phone}|{self.name}")


def of_user(user: User, person: Person | None) -> Holder:
    """Return a signed-in citizen as holder, for themselves or for somebody they act for; None: not proven yet."""
    if person is None:
        return Holder(user.acting, user.phone, user=user)
    known = {"name": person.name, "citizen_number": person.citizen_number}
    return Holder(acting_for(user, person), user.phone, user=user, person=person, **known)


def of_visitor(visitor: Visitor) -> Holder:
    """Return somebody without an account as holder."""
    return Holder(Acting("visitor", str(visitor.pk)), visitor.phone, visitor=visitor)


def acting_by_link(row: Booking | HomeVisit, user: User | None) -> Acting:
    """Return as whom somebody with the secret link of a row acts; whoever acts for another still needs a leave.

    Who may act for the person it is for does so, that person first of all; anybody else, signed in (`user`) or not,
    does what whoever made it could do.
    """
    if row.visitor_id is not None:
        return Acting("visitor", str(row.visitor_id))
    if row.person is not None and user is not None and user.pk in may_act(row.person):
        return acting_for(user, row.person)
    if row.user is None:
        return Acting("citizen", "")
    return acting_for(row.user, row.person) if row.person else row.user.acting


def confirm(code_id: UUID, *, code: str, language: str) -> Visitor:
    """Use a phone code up and return whose phone it is; raises Refused (code.*)."""

    def keep(phone: str) -> Visitor:
        index = Visitor.index_of(phone)
        row = Visitor.objects.select_for_update().filter(phone_index=index).first() or Visitor(phone=phone)
        row.language, row.confirmed_at = language, clock.now()
        row.save()
        return row

    return redeem(code_id, purpose=PhoneCode.BOOKING, typed=code, then=keep)

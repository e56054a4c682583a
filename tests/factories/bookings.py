"""Bookings for tests, made through the services."""

from datetime import UTC, datetime
from typing import Any

from portal.accounts.models import PhoneCode, ServicePoint
from portal.accounts.services import request_code
from portal.appointments import booking, slots
from portal.appointments.holders import Holder, confirm, of_visitor
from portal.appointments.models import Booking, Slot, Visitor
from portal.common import workdays
from tests.factories import points

# A Monday morning in Shanghai, before the counters open.
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
PHONE = "13911110000"
NAME = "李样本"
# Synthetic, with a right check character.
NUMBER = "11010519491231002X"


def hall(**more: Any) -> ServicePoint:
    """A hall with its places of the coming days."""
    workdays.load(2026)
    row = points.point(**more)
    slots.open_ahead([row])
    return row


def visitor(phone: str = PHONE) -> Visitor:
    """Somebody without an account whose phone is proven."""
    code = request_code(phone, purpose=PhoneCode.BOOKING, address=f"test-{phone}", language="zh-hans")
    return confirm(code.pk, code=code.code, language="zh-hans")


def holder(phone: str = PHONE, *, name: str = NAME, number: str = NUMBER) -> Holder:
    """The same as a holder with a name."""
    visitor(phone)
    return holder_again(phone, name=name, number=number)


def holder_again(phone: str = PHONE, *, name: str = NAME, number: str = NUMBER) -> Holder:
    """The same person once more, whose phone was proven before."""
    found = of_visitor(Visitor.objects.get(phone_index=Visitor.index_of(phone)))
    return Holder(found.acting, found.phone, visitor=found.visitor, name=name, citizen_number=number)


def slot(point: ServicePoint, *, place: int = 0) -> Slot:
    """One of the first places of a hall."""
    return Slot.objects.filter(point=point).order_by("starts_at")[place]


def booked(point: ServicePoint, who: Holder | None = None, *, place: int = 0, **more: Any) -> Booking:
    """A booking of somebody, of the visitor unless another is given."""
    return booking.book(slot(point, place=place).pk, holder=who or holder(), matter="document", **more)

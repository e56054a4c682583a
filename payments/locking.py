"""The one order in which payments lock rows: order, its charges, submission, applications (then audit heads)."""

from dataclasses import dataclass
from uuid import UUID

from applications.models import Application, Submission
from payments.models import Charge, Order


@dataclass(frozen=True)
class Case:
    """An order and everything settling may touch, locked in the caller's transaction."""

    order: Order
    charges: tuple[Charge, ...]
    applications: tuple[Application, ...]

    def charge(self, charge_id: UUID) -> Charge:
        """Return one of the order's charges."""
        return next(charge for charge in self.charges if charge.pk == charge_id)

    @property
    def pending(self) -> Charge | None:
        """The charge whose money may be on its way, or None."""
        return next((charge for charge in self.charges if charge.status == "started"), None)


def lock_case(order_id: UUID) -> Case:
    """Lock an order with its charges, form and applications; several of a kind in primary-key order."""
    order = Order.objects.select_for_update().get(pk=order_id)
    charges = tuple(Charge.objects.select_for_update().filter(order=order).order_by("pk"))
    for charge in charges:
        charge.order = order
    # The lock alone is wanted: the sealed columns stay unread.
    list(Submission.objects.select_for_update().filter(pk=order.submission_id).values_list("pk"))
    lines = order.lines.values_list("application_id", flat=True)
    applications = Application.objects.select_for_update().filter(pk__in=list(lines)).order_by("pk")
    return Case(order, charges, tuple(applications))

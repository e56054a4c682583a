"""The public face of payments: what the views and the floors above may ask."""

from payments.callbacks import receive
from payments.ordering import Attempt, Quote, open_order, pending_charge, quote, start_charge
from payments.refunding import refund_unproducible
from payments.settling import reconcile, settle

__all__ = [
    "Attempt",
    "Quote",
    "open_order",
    "pending_charge",
    "quote",
    "receive",
    "reconcile",
    "refund_unproducible",
    "settle",
    "start_charge",
]

"""What officials see of money: orders, attempts, refunds and callbacks, all for reading."""

from django.contrib import admin

from payments.models import Callback, Charge, Order, Refund
from portal.common.admin import RoleAdmin
from portal.common.site import portal_admin


@admin.register(Order, site=portal_admin)
class OrderAdmin(RoleAdmin):
    """Orders of the official's jurisdiction."""

    list_display = ("id", "status", "authority", "amount_fen", "pay_by", "paid_at")
    list_filter = ("status",)
    fields = ("id", "status", "authority", "amount_fen", "pay_by", "made_at", "paid_at")
    date_hierarchy = "made_at"


@admin.register(Charge, site=portal_admin)
class ChargeAdmin(RoleAdmin):
    """Attempts to pay, found by the provider's reference."""

    list_display = ("id", "status", "authority", "provider_reference", "amount_fen", "captured_fen", "started_at")
    list_filter = ("status", "provider")
    search_fields = ("provider_reference",)
    fields = (
        "id",
        "order",
        "status",
        "authority",
        "provider",
        "provider_reference",
        "amount_fen",
        "captured_fen",
        "started_at",
        "ended_at",
    )


@admin.register(Refund, site=portal_admin)
class RefundAdmin(RoleAdmin):
    """Refunds; a stuck one is asked for again by reviving its promise."""

    list_display = ("id", "status", "authority", "amount_fen", "reason", "due_at", "refunded_at")
    list_filter = ("status", "reason")
    fields = (
        "id",
        "charge",
        "application",
        "status",
        "authority",
        "amount_fen",
        "reason",
        "due_at",
        "refunded_at",
    )


@admin.register(Callback, site=portal_admin)
class CallbackAdmin(RoleAdmin):
    """Messages that claimed to come from a provider; their text stays sealed."""

    roles_view = ("supervisor", "auditor")
    authority_path = "charge__authority"
    list_display = ("id", "verdict", "provider", "provider_reference", "received_at")
    list_filter = ("verdict", "provider")
    fields = ("id", "charge", "provider", "provider_reference", "verdict", "received_at", "digest")

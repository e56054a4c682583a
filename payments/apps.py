"""Money: orders, ledger, providers, refunds."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Money: orders, ledger, providers, refunds."""

    name = "payments"
    label = "payments"
    verbose_name = "缴费"

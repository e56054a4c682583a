"""Money: orders, ledger, providers, refunds."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Registers the promises, messages, audit chains and invariants of money."""

    name = "payments"
    label = "payments"
    verbose_name = "缴费"

    def ready(self) -> None:
        """Fill the registries."""
        from django.conf import settings  # noqa: PLC0415 - apps.py is where registration happens

        from payments import (  # noqa: PLC0415 - the same
            admin,  # noqa: F401 - registers itself
            invariants,
            messages,
            ordering,
            refunding,
            settling,
        )
        from portal.common import outbox, registry  # noqa: PLC0415 - the same

        outbox.handles(settling.RECONCILE_TOPIC, settling.keep_reconciling, tries=settling.TRIES)
        outbox.handles(ordering.ORDER_DUE_TOPIC, ordering.close_overdue)
        outbox.handles(
            refunding.REFUND_TOPIC, refunding.give_back, tries=refunding.TRIES, gives_up=refunding.refund_stuck
        )
        registry.tell(*messages.SPECS)
        registry.lapse_guards.append(ordering.money_is_on_its_way)
        registry.expected_chains.append(invariants.chains)
        registry.invariants.update(invariants.ALL)
        if settings.PAYMENT_PROVIDER == "simulator":
            self._open_the_simulated_cashier()

    def _open_the_simulated_cashier(self) -> None:
        from django.utils.translation import gettext_lazy as _  # noqa: PLC0415 - see above

        from payments.gateways.simulator import cashier, delivery  # noqa: PLC0415 - see above
        from portal.common import outbox, registry  # noqa: PLC0415 - see above

        outbox.handles(delivery.TOPIC, delivery.deliver)
        registry.simulators[cashier.LEDGER] = registry.Simulator(_("模拟收银台"), cashier.FAULTS)

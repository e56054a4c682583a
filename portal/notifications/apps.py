"""Tell: messages, channels and their delivery, as a Django application."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Messages, channels and their delivery."""

    name = "portal.notifications"
    label = "notifications"
    verbose_name = "通知"

    def ready(self) -> None:
        """Register the keepers of promises, the desk list, the twins' knobs, the invariants and the checks."""
        from django.utils.translation import gettext_lazy as _  # noqa: PLC0415 - apps.py is where registration happens

        from portal.common import outbox, registry  # noqa: PLC0415 - the same
        from portal.common.lifecycle import MESSAGE_TOPIC  # noqa: PLC0415 - the same
        from portal.notifications import (  # noqa: PLC0415 - the same
            admin,  # noqa: F401 - registers itself
            checks,  # noqa: F401 - registers itself
            delivery,
            invariants,
            one_time_codes,
            telling,
        )
        from portal.notifications.channels.twin import FAULTS  # noqa: PLC0415 - the same

        outbox.handles(MESSAGE_TOPIC, telling.tell)
        outbox.handles(telling.TEXT_TOPIC, telling.text)
        outbox.handles(delivery.TOPIC, delivery.deliver, tries=delivery.TRIES, gives_up=delivery.give_up)
        outbox.handles(one_time_codes.TOPIC, one_time_codes.send, tries=one_time_codes.TRIES)
        registry.invariants.update(invariants.ALL)
        registry.expected_chains.append(invariants.chains)
        registry.simulators["sms"] = registry.Simulator(_("短信通道"), FAULTS)
        registry.simulators["email"] = registry.Simulator(_("邮件通道"), FAULTS)

"""The embedded twin of a message provider: its own books, reports that come later, and faults on demand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from portal.common import clock
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.simulation import Entry, Ledger
from portal.common.unmet import Text
from portal.notifications.channels.base import Outcome, Receipt

REPORT_AFTER = timedelta(seconds=2)
SLOW_REPORT_AFTER = timedelta(minutes=30)

FAULTS: Mapping[str, Text] = {
    "down": _("不应答，也没有收下"),
    "lost": _("收下了，应答在路上丢失"),
    "double": _("同一请求到达两次"),
    "refuse": _("拒收，再试也不收"),
    "bounce": _("收下后退回"),
    "stall": _("收下以前停几秒"),
    "late": _("收下以后过几秒才应答"),
    "slow": _("30 分钟后才报告结果"),
}


@dataclass(frozen=True)
class Received:
    """A message as the simulated recipient sees it, and what the provider says of it now."""

    reference: str
    at: datetime
    to: str
    title: str
    body: str
    outcome: Outcome


class SimulatedChannel:
    """A Channel over a Ledger; the fate of a message is fixed when it is taken and known some time later."""

    book: Ledger

    def send(self, to: str, title: str, body: str, *, key: str) -> Receipt:
        """See Channel.send."""
        self.book.answer_or_fail()
        if self.book.trips("refuse"):
            raise GatewayRefused(f"{self.book.name}.refused")
        self.book.dawdle("stall")
        known = self.book.get(key)
        if known is None:
            fate = Outcome.BOUNCED if self.book.trips("bounce") else Outcome.DELIVERED
            after = SLOW_REPORT_AFTER if self.book.trips("slow") else REPORT_AFTER
            known_at = (clock.now() + after).isoformat()
            letter = {"to": to, "title": title, "body": body, "fate": fate.value, "known_at": known_at}
        else:
            letter = known.body
        for _request in range(2 if self.book.trips("double") else 1):
            entry, _is_new = self.book.once(key, letter, state="accepted")
        self.book.dawdle("late")
        if self.book.trips("lost"):
            raise GatewayDown(f"{self.book.name}.answer_lost")
        return self._receipt(entry)

    def find(self, key: str) -> Receipt | None:
        """See Channel.find."""
        self.book.answer_or_fail()
        entry = self.book.get(key)
        return self._receipt(entry) if entry else None

    def outcome(self, reference: str) -> Outcome:
        """See Channel.outcome."""
        self.book.answer_or_fail()
        entry = self.book.get(reference.removeprefix(f"{self.book.name}-"))
        if entry is None:
            raise GatewayRefused(f"{self.book.name}.unknown_reference")
        return self._fate(entry)

    def received(self) -> list[Received]:
        """Return everything taken so far, newest first."""
        return [
            Received(
                self._receipt(entry).reference,
                entry.at,
                entry.body["to"],
                entry.body["title"],
                entry.body["body"],
                self._fate(entry),
            )
            for entry in reversed(self.book.entries())
        ]

    def _receipt(self, entry: Entry) -> Receipt:
        return Receipt(f"{self.book.name}-{entry.key}")

    def _fate(self, entry: Entry) -> Outcome:
        if clock.now() < datetime.fromisoformat(entry.body["known_at"]):
            return Outcome.PENDING
        return Outcome(entry.body["fate"])

"""The double-entry ledger: what was booked, in balanced bookings that are written once and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from payments.models import Charge, LedgerEntry
from portal.common import clock

# Money held for us at the provider; fees earned; money owed back to those who paid it.
PROVIDER, FEES, OWED = "provider", "fees", "owed"


@dataclass(frozen=True)
class Line:
    """One line of a booking: positive `fen` is a debit, negative a credit."""

    account: str
    fen: int
    application_id: UUID | None = None


def book(name: str, charge: Charge, lines: Sequence[Line]) -> None:
    """Write one booking in the caller's transaction; the same `name` twice is an IntegrityError.

    Raises ValueError when debits and credits differ, having written nothing.
    """
    written = [line for line in lines if line.fen]
    if sum(line.fen for line in written) or not written:
        message = f"booking {name} does not balance"
        raise ValueError(message)
    now = clock.now()
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            booking=name,
            position=position,
            account=line.account,
            debit_fen=max(line.fen, 0),
            credit_fen=max(-line.fen, 0),
            charge=charge,
            application_id=line.application_id,
            at=now,
        )
        for position, line in enumerate(written, start=1)
    )

"""The embedded twin of a text message provider."""

from portal.common.simulation import Ledger
from portal.notifications.channels.twin import SimulatedChannel


class Adapter(SimulatedChannel):
    """A Channel that only writes into its own books."""

    book = Ledger("sms")

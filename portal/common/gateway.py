"""Errors of outside systems: passing ones are tried again, permanent ones end in a state a person sees."""


class GatewayDown(Exception):
    """The outside system did not answer in time or answered that it is busy; trying again may help."""


class GatewayRefused(Exception):
    """The outside system answered no, for a reason that trying again will not change."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotReady(LookupError):
    """Something that operators load before people come (prices, scope) is not there: the portal is not open yet."""

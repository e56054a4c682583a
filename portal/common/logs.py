"""Log lines: one line each, and no citizen number, phone or document number in any of them."""

import logging
import re

# A second wall: code passes ids only, but a library's exception text may quote what a person typed.
_PERSONAL = re.compile(r"\d{17}[\dXx]|(?<!\d)1[3-9]\d{9}(?!\d)|(?<![A-Z0-9])[ECGLHM][A-Z\d]\d{7}(?!\d)")


def hide(text: str) -> str:
    """Return `text` with everything that looks like personal data replaced by ▇."""
    return _PERSONAL.sub("▇▇▇", text)


class HidePersonalData(logging.Filter):
    """Rewrites each record before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Hide personal data in message and arguments."""
        record.msg = hide(record.getMessage())
        record.args = ()
        return True


class OneLine(logging.Formatter):
    """Time, level, logger, message; line breaks escaped so that nobody can forge a line."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return one physical line, exception included."""
        return hide(super().format(record)).replace("\n", "\\n").replace("\r", "\\r")

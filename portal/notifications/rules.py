"""What may be written into a message: codes, dates, sums and ids, never text or personal data."""

import re
from collections.abc import Mapping

from portal.common.logs import hide

# Codes, dates, numbers or opaque ids; lists are joined by commas, spoken receipt numbers hold blanks.
_CODE = re.compile(r"[A-Za-z0-9_.:+/-]+(?:[ ,][A-Za-z0-9_.:+/-]+)*")
_HIDDEN = hide("13800000000")
CODE_MAX_CHARACTERS = 200


def find_text(params: Mapping[str, object]) -> list[str]:
    """Return the names of the parameters that are no codes: words, personal data, nested or over-long values."""
    return sorted(name for name, value in params.items() if not is_code(value))


def is_code(value: object) -> bool:
    """Tell whether `value` is an integer or a short code that is not a person's phone or document number."""
    if isinstance(value, bool):
        return False
    text = str(value) if isinstance(value, int) else value
    if not isinstance(text, str) or len(text) > CODE_MAX_CHARACTERS:
        return False
    return text == "" or (_CODE.fullmatch(text) is not None and not any(map(_is_personal, re.split("[ ,]", text))))


def _is_personal(part: str) -> bool:
    # Only a part that is such a number from end to end: a random id may well hold eleven digits in a row.
    return hide(part.removeprefix("+86")) == _HIDDEN

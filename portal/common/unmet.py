"""An unmet rule: the one shape in which a refusal reaches a form, a page or an API."""

from dataclasses import dataclass

from django.utils.functional import Promise as LazyText

Text = str | LazyText


@dataclass(frozen=True)
class Unmet:
    """What is not met: `code` for machines, `text` for people, `source` of the rule, `remedy` that remains.

    `also` are the codes of further conditions that the same fact fails.
    """

    code: str
    text: Text
    source: Text = ""
    remedy: Text = ""
    field: str = ""
    also: tuple[str, ...] = ()


class Refused(Exception):
    """An act was refused; carries every reason at once, ready for the form."""

    def __init__(self, unmet: list[Unmet]) -> None:
        """Keep the reasons; the exception's own text holds their codes only, never data."""
        super().__init__(", ".join(reason.code for reason in unmet))
        self.unmet = unmet

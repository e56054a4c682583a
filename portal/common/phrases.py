"""Punctuation between words, which every language sets in its own way."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

SENTENCE_ENDS = ("。", "？", "！", ".", "?", "!")


def pair(first: object, second: object) -> str:
    """Return two words of equal rank: 护照，换发."""
    return _("%(first)s，%(second)s") % {"first": first, "second": second}


def listed(words: Iterable[object]) -> str:
    """Return a list of words: 一、二、三."""
    return _("、").join(str(word) for word in words)


def titled(title: object, text: object) -> str:
    """Return a text behind its title: 护照：已过期."""
    return _("%(title)s：%(text)s") % {"title": title, "text": text}


def remark(text: object, remedy: object) -> str:
    """Return a fact, a sentence already or not yet, and as a sentence of its own what to do about it."""
    joined = _("%(text)s%(remedy)s") if str(text).endswith(SENTENCE_ENDS) else _("%(text)s。%(remedy)s")
    return joined % {"text": text, "remedy": remedy}

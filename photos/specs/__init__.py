"""Photo standards as dated, frozen data; another standard is another module here."""

from photos.specs.nia_online import NIA_ONLINE
from photos.specs.signature import SIGNATURE
from photos.specs.standard import Background, Limit, Rule, Standard, Verdict

__all__ = ["NIA_ONLINE", "SIGNATURE", "STANDARDS", "Background", "Limit", "Rule", "Standard", "Verdict", "rule_of"]

STANDARDS = {standard.code: standard for standard in (NIA_ONLINE,)}


def rule_of(standard: str, code: str) -> Rule | None:
    """Return the rule a check was made by: of the standard with this code, or of a signature, which has none."""
    found = STANDARDS.get(standard)
    return found.rule(code) if found else SIGNATURE.get(code)

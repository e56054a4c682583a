"""Photo standards as dated, frozen data; another standard is another module here."""

from photos.specs.nia_online import NIA_ONLINE
from photos.specs.standard import Background, Limit, Rule, Standard, Verdict

__all__ = ["NIA_ONLINE", "STANDARDS", "Background", "Limit", "Rule", "Standard", "Verdict"]

STANDARDS = {standard.code: standard for standard in (NIA_ONLINE,)}

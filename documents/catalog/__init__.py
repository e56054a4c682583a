"""Owns what the law fixes about documents: kinds, categories, reasons, validity and terms, as dated facts."""

from documents.catalog.kinds import HKM_PERMIT, KINDS, PASSPORT, TWN_PERMIT, kind, tariff_item
from documents.catalog.reasons import CATEGORIES, REASONS, category, reason, reasons_for
from documents.catalog.shapes import (
    Category,
    Confidence,
    Form,
    Ground,
    Kind,
    NotInCatalogue,
    Reason,
    Term,
    Unit,
    Validity,
    Zone,
)
from documents.catalog.terms import DATA, term, terms
from documents.catalog.validity import (
    RENEWAL_MONTHS,
    age_on,
    is_expiring,
    renewable_from,
    shift_months,
    validity_end,
    validity_row,
)

__all__ = [
    "CATEGORIES",
    "DATA",
    "HKM_PERMIT",
    "KINDS",
    "PASSPORT",
    "REASONS",
    "RENEWAL_MONTHS",
    "TWN_PERMIT",
    "Category",
    "Confidence",
    "Form",
    "Ground",
    "Kind",
    "NotInCatalogue",
    "Reason",
    "Term",
    "Unit",
    "Validity",
    "Zone",
    "age_on",
    "category",
    "is_expiring",
    "kind",
    "reason",
    "reasons_for",
    "renewable_from",
    "shift_months",
    "tariff_item",
    "term",
    "terms",
    "validity_end",
    "validity_row",
]

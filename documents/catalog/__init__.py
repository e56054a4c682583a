"""Owns what the law fixes about documents: kinds, categories, reasons, validity and terms, as dated facts."""

from documents.catalog.endorsements import (
    APPROVED_OPTIONS,
    DESTINATIONS,
    ENDORSEMENTS,
    TYPES,
    endorsement,
    endorsement_label,
    endorsements_for,
    options_of,
    type_name,
)
from documents.catalog.kinds import FORM_KINDS, HKM_PERMIT, KINDS, PASSPORT, TWN_PERMIT, kind, permit_for, tariff_item
from documents.catalog.materials import MATERIALS, Material, material
from documents.catalog.options import Entries, Option, endorsement_item, option
from documents.catalog.places import is_in, places
from documents.catalog.postage import FREE_POSTAGE, Postage, free_postage, postage_rules
from documents.catalog.reasons import CATEGORIES, REASONS, category, reason, reasons_for
from documents.catalog.shapes import (
    Category,
    Confidence,
    Endorsement,
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
from documents.catalog.talents import TALENTS, Talent
from documents.catalog.terms import DATA, term, terms
from documents.catalog.urgency import URGENCIES, Urgency
from documents.catalog.validity import (
    RENEWAL_MONTHS,
    age_on,
    is_expiring,
    renewable_from,
    validity_end,
    validity_row,
)
from portal.common.clock import shift_months

__all__ = [
    "APPROVED_OPTIONS",
    "CATEGORIES",
    "DATA",
    "DESTINATIONS",
    "ENDORSEMENTS",
    "FORM_KINDS",
    "FREE_POSTAGE",
    "HKM_PERMIT",
    "KINDS",
    "MATERIALS",
    "PASSPORT",
    "REASONS",
    "RENEWAL_MONTHS",
    "TALENTS",
    "TWN_PERMIT",
    "TYPES",
    "URGENCIES",
    "Category",
    "Confidence",
    "Endorsement",
    "Entries",
    "Form",
    "Ground",
    "Kind",
    "Material",
    "NotInCatalogue",
    "Option",
    "Postage",
    "Reason",
    "Talent",
    "Term",
    "Unit",
    "Urgency",
    "Validity",
    "Zone",
    "age_on",
    "category",
    "endorsement",
    "endorsement_item",
    "endorsement_label",
    "endorsements_for",
    "free_postage",
    "is_expiring",
    "is_in",
    "kind",
    "material",
    "option",
    "options_of",
    "permit_for",
    "places",
    "postage_rules",
    "reason",
    "reasons_for",
    "renewable_from",
    "shift_months",
    "tariff_item",
    "term",
    "terms",
    "type_name",
    "validity_end",
    "validity_row",
]

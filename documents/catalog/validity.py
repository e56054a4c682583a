"""Owns how long documents are valid: ages, last days and the day from which a renewal is open."""

from datetime import date, timedelta

from documents.catalog.kinds import kind
from documents.catalog.shapes import NotInCatalogue, Validity
from portal.common.clock import shift_months

# The pilot's first trigger: less than six months of validity left (notice of 28 April 2024).
RENEWAL_MONTHS = 6


def age_on(born: date, day: date) -> int:
    """Return the age in whole years; a year is complete on the birthday itself.

    Someone born on 29 February completes a year on 28 February where the year has no 29th (Civil Code article 202).
    """
    years = day.year - born.year
    return years if shift_months(born, years * 12) <= day else years - 1


def validity_row(kind_code: str, *, born: date, on: date) -> Validity:
    """Return the validity that applies to an applicant on a day; raises NotInCatalogue where none does."""
    age = age_on(born, on)
    for row in kind(kind_code).validity:
        if row.covers(age) and row.ground.holds_on(on):
            return row
    raise NotInCatalogue("validity", kind_code)


def validity_end(kind_code: str, issued_on: date, born: date, *, applied_on: date | None = None) -> date:
    """Return the last day of validity of a document issued on a day.

    The years follow from the age on the day of application (by default the day of issue). The last day is the one
    before the anniversary: issued 2017-03-03, valid to 2027-03-02, as passports and cards are printed (practice,
    confidence H). Issued on 29 February, the last day is 28 February, so that the years are full (confidence M).
    """
    span = validity_row(kind_code, born=born, on=applied_on or issued_on).span
    anniversary = shift_months(issued_on, span)
    return anniversary if anniversary.day != issued_on.day else anniversary - timedelta(days=1)


def renewable_from(expires_on: date) -> date:
    """Return the first day with less than six months left: exactly six months ahead is not yet less.

    The six months are counted forward from the day, as article 202 counts: from 31 August they end with February.
    """
    after = expires_on + timedelta(days=1)
    first = shift_months(after, -RENEWAL_MONTHS)
    return first if first.day == after.day else first + timedelta(days=1)


def is_expiring(expires_on: date, *, on: date) -> bool:
    """Tell whether a document is still valid on a day and has less than six months left."""
    return renewable_from(expires_on) <= on <= expires_on

"""Receipt numbers for speaking: authority, year, month, day and a running number; never a secret."""

from datetime import date

from django.db import connection

from applications.models import ReceiptCounter

GROUP = 4


def take(authority: str, day: date, count: int) -> list[str]:
    """Return `count` new receipt numbers of an authority and day; call inside a transaction.

    One statement adds and reads, so that no two callers get the same number.
    """
    table = connection.ops.quote_name(ReceiptCounter._meta.db_table)  # noqa: SLF001 - Django's public-by-custom Meta
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (authority, day, last) VALUES (%s, %s, %s) "  # noqa: S608 - a table of ours
            f"ON CONFLICT (authority, day) DO UPDATE SET last = {table}.last + excluded.last RETURNING last",
            [authority, day, count],
        )
        last = cursor.fetchone()[0]
    return [f"{authority}{day:%y%m%d}{number:04d}" for number in range(last - count + 1, last + 1)]


def spoken(receipt: str) -> str:
    """Return the number in groups of four, as it is read out."""
    return " ".join(receipt[start : start + GROUP] for start in range(0, len(receipt), GROUP))

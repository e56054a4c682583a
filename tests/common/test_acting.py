"""Jurisdiction: whose cases an official covers."""

import pytest

from portal.common.acting import NATION, Acting


@pytest.mark.parametrize(
    ("own", "authority", "covered"),
    [
        ("330100", "330100", True),
        ("330100", "330200", False),
        ("330100", "330000", False),
        ("330000", "330100", True),
        ("330000", "330000", True),
        ("330000", "310000", False),
        (NATION, "330100", True),
        ("330100", NATION, False),
        ("", "330100", False),
    ],
)
def test_an_official_covers_their_own_division_and_what_lies_in_it(own: str, authority: str, *, covered: bool) -> None:
    assert Acting("officer", "o1", own).covers(authority) is covered

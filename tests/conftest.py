"""Fixtures of the whole suite."""

import pytest
from django.conf import settings
from django.core.cache import cache

from portal.common.simulation import Ledger

TWINS = ("register", "plant", "courier", "cashier", "sms", "email")


@pytest.fixture(autouse=True)
def _fresh_outside() -> None:
    """Every test starts with empty books outside, an empty cache and no anchors."""
    cache.clear()
    settings.AUDIT_ANCHOR_FILE.unlink(missing_ok=True)
    for name in TWINS:
        if (settings.SIMULATION_DIR / f"{name}.sqlite3").exists():
            Ledger(name).clear()

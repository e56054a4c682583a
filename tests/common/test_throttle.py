"""Limits: counted for each key and bucket, for a window that ends, under keys that tell nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory, override_settings
from django.utils import timezone

from portal.common import throttle

PHONE = "13800138000"


def spend(key: str = PHONE, bucket: str = "test") -> bool:
    return throttle.spend(bucket, key=key, limit=2, seconds=60)


def test_a_window_ends_and_another_begins() -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        assert [spend() for _ in range(3)] == [True, True, False]
        assert spend("13900139000")
        assert spend(bucket="other")
    with time_machine.travel(start + timedelta(seconds=59), tick=False):
        assert not spend()
    with time_machine.travel(start + timedelta(seconds=61), tick=False):
        assert [spend() for _ in range(3)] == [True, True, False]


def test_a_count_that_ends_between_two_calls_opens_the_next_window(monkeypatch: pytest.MonkeyPatch) -> None:
    spend()

    def gone(name: str) -> int:
        cache.delete(name)
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(cache, "incr", gone)
        assert spend()
    assert [spend() for _ in range(2)] == [True, False]


def test_the_cache_is_not_told_who_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    monkeypatch.setattr(cache, "add", lambda name, *_: names.append(name) or True)
    spend()
    assert len(names) == 1
    assert PHONE not in names[0]


def test_the_address_is_read_where_the_proxy_writes_it() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_REAL_IP="192.0.2.7")
    assert throttle.address_of(request) == "10.0.0.1"
    with override_settings(CLIENT_ADDRESS_HEADER="HTTP_X_REAL_IP"):
        assert throttle.address_of(request) == "192.0.2.7"

"""Limits on how often something may be tried, counted in the cache under hashed keys."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from portal.common import crypto


def address_of(request: HttpRequest) -> str:
    """Return the network address to count tries by; behind a proxy the setting names the header it writes."""
    return str(request.META.get(settings.CLIENT_ADDRESS_HEADER, ""))


def spend(bucket: str, *, key: str, limit: int, seconds: int) -> bool:
    """Count one try of `key` in `bucket`; False when more than `limit` fall into the window of `seconds`."""
    name = f"throttle:{bucket}:{crypto.keyed_hash(settings.INDEX_KEY, bucket, key)}"
    if cache.add(name, 1, seconds):
        return True
    try:
        return cache.incr(name) <= limit
    except ValueError:
        # The window ended between the two calls: this try opens the next one.
        cache.set(name, 1, seconds)
        return True


def forget(bucket: str, *, key: str) -> None:
    """Empty the count of `key`, after a success."""
    cache.delete(f"throttle:{bucket}:{crypto.keyed_hash(settings.INDEX_KEY, bucket, key)}")

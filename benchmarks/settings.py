"""The settings of a benchmark: those of the tests, on the services that production has, where they answer here."""

from portal.settings.base import env
from portal.settings.test import *  # noqa: F403 - settings modules extend one another
from portal.settings.test import CACHES, DATABASES

if DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
    # As in production; and a database that no test uses.
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "TEST": {"NAME": "portal_benchmarks"}}
if redis_url := env.str("PORTAL_TEST_REDIS_URL", default=""):
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}
    CELERY_BROKER_URL = redis_url
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
# As behind nginx: everybody has an address of their own.
CLIENT_ADDRESS_HEADER = "HTTP_X_REAL_IP"

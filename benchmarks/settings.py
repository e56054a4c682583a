"""The settings of a benchmark: those of the tests, on the services that production has, where they answer here."""

from portal.settings.base import env
from portal.settings.test import *  # noqa: F403 - settings modules extend one another
from portal.settings.test import CACHES, DATABASES

# As in production, where a commit waits for the disk; and a database that no test uses.
options = DATABASES["default"]["OPTIONS"]
if DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
    del options["options"]
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "TEST": {"NAME": "portal_benchmarks"}}
else:
    options["init_command"] = options["init_command"].replace("PRAGMA synchronous=OFF;", "")
if redis_url := env.str("PORTAL_TEST_REDIS_URL", default=""):
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}
    CELERY_BROKER_URL = redis_url
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
# As behind nginx: everybody has an address of their own.
CLIENT_ADDRESS_HEADER = "HTTP_X_REAL_IP"

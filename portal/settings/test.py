"""Settings of the test suite: fixed keys, no outside address, PostgreSQL and Redis when named in the environment."""

import atexit
import shutil
import tempfile
from pathlib import Path

from portal.settings.base import *  # noqa: F403 - settings modules extend one another
from portal.settings.base import DATABASES, STORAGES, env

if "PORTAL_VAR_DIR" in env.ENVIRON:
    VAR_DIR = Path(env.str("PORTAL_VAR_DIR"))
else:
    VAR_DIR = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
SECRET_KEY = "only-for-tests"  # noqa: S105 - guards nothing
SEALING_KEYS = [
    "t2:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "t1:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=",
]
INDEX_KEY = "aW5kZXgta2V5LW9mLXRoZS10ZXN0LXN1aXRlLTEyMzQ="
AUDIT_KEY = "YXVkaXQta2V5LW9mLXRoZS10ZXN0LXN1aXRlLTEyMzQ="
CASHIER_KEY = "Y2FzaGllci1rZXktb2YtdGhlLXRlc3RzLTEyMzQ1Njc="
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DEVELOPMENT_PAGES = True

# Nothing here outlives the machine's power, so nobody waits for the disk.
if "PORTAL_TEST_DATABASE_URL" in env.ENVIRON:
    DATABASES["default"] = env.db("PORTAL_TEST_DATABASE_URL")
    DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
elif DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads of a test must see one database as processes do.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"

STORAGES["default"] = {
    "BACKEND": "portal.common.storage.SealedStorage",
    "OPTIONS": {"location": str(VAR_DIR / "files")},
}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
SIMULATION_DIR = VAR_DIR / "simulation"
AUDIT_ANCHOR_FILE = VAR_DIR / "audit-anchors.jsonl"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

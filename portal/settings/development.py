"""The embedded way: everything on one machine, with keys made at set-up and kept beside the data."""

from portal.settings.base import *  # noqa: F403 - settings modules extend one another
from portal.settings.base import VAR_DIR, env
from portal.settings.embedded_keys import load_or_make

_keys = load_or_make(VAR_DIR / "keys.json")
SECRET_KEY = _keys["secret"]
SEALING_KEYS = _keys["sealing"].split(",")
INDEX_KEY = _keys["index"]
AUDIT_KEY = _keys["audit"]
CASHIER_KEY = _keys["cashier"]

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.list("PORTAL_ALLOWED_HOSTS", default=[])]
# The development pages (messages sent, knobs of the simulated systems) exist under these settings alone.
DEVELOPMENT_PAGES = True

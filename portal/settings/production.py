"""Production behind nginx: every secret comes from the environment, and a missing one stops the start."""

from portal.settings.base import *  # noqa: F403 - settings modules extend one another
from portal.settings.base import env

SECRET_KEY = env.str("PORTAL_SECRET_KEY")
SEALING_KEYS = env.list("PORTAL_SEALING_KEYS")
INDEX_KEY = env.str("PORTAL_INDEX_KEY")
AUDIT_KEY = env.str("PORTAL_AUDIT_KEY")
CASHIER_KEY = env.str("PORTAL_CASHIER_KEY")
ALLOWED_HOSTS = env.list("PORTAL_ALLOWED_HOSTS")
# The twin finds nothing but its test file: where no real scanner answers, uploads stay in quarantine.
SCANNER = env.str("PORTAL_SCANNER", default="clamav")

DEVELOPMENT_PAGES = False
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
# nginx names the client here; behind it every connection comes from the same address.
CLIENT_ADDRESS_HEADER = "HTTP_X_REAL_IP"

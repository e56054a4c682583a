"""Settings shared by every way of running the portal; each value that differs comes from the environment."""

from datetime import timedelta
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
# Lets admin and form classes name their model in brackets, as the type checker wants it.
django_stubs_ext.monkeypatch()

# What the running portal writes lives in one folder, so that one folder can be backed up or thrown away.
VAR_DIR = Path(env.str("PORTAL_VAR_DIR", default=str(BASE_DIR / "var")))

DEBUG = False
SECRET_KEY = env.str("PORTAL_SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("PORTAL_ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("PORTAL_TRUSTED_ORIGINS", default=[])
# Whose address is counted in throttles; a proxy in front names the client in a header of its own.
CLIENT_ADDRESS_HEADER = "REMOTE_ADDR"
PUBLIC_URL = env.str("PORTAL_PUBLIC_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "csp",
    "rest_framework",
    "portal.common",
    "portal.accounts",
    "portal.notifications",
    "photos",
    "documents",
    "applications",
    "payments",
    "portal.appointments",
    "portal.statistics",
    "portal.desk",
    "portal.home",
]

MIDDLEWARE = [
    "portal.common.middleware.FailureBoundary",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Outside of all that may answer on its own: a redirect to the right address or a refused host is no exception.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.common.middleware.NothingCached",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "portal.accounts.middleware.OfficialSessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.accounts.middleware.ActsForOthers",
    "portal.common.middleware.NoNullCharacter",
    "portal.common.middleware.NoBlankPage",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.common.context.appearance",
                "portal.accounts.context.acts_for",
                "portal.notifications.context.inbox",
            ],
            "builtins": ["django.templatetags.i18n", "portal.common.templatetags.portal"],
        },
    },
]
FORM_RENDERER = "portal.common.forms.Renderer"

DATABASES = {"default": env.db("PORTAL_DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("PORTAL_REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.common.failures.csrf_failure"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["portal.accounts.backends.PhoneOrStaffCode"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home:documents"
LOGOUT_REDIRECT_URL = "home:start"

LANGUAGE_CODE = "zh-hans"
# A language is added here and in locale/: no code knows their number.
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "built"]
DEVELOPMENT_PAGES = False

STORAGES = {
    "default": {"BACKEND": "portal.common.storage.SealedStorage", "OPTIONS": {"location": str(VAR_DIR / "files")}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Nothing an applicant sends is ever written to a temporary file in clear.
FILE_UPLOAD_HANDLERS = ["portal.common.uploads.BoundedMemoryUpload"]
UPLOAD_MAX_BYTES = 20 * 1024 * 1024

# Keys: "id:base64(32 bytes)" separated by commas; the first seals, all of them open.
SEALING_KEYS = env.list("PORTAL_SEALING_KEYS", default=[])
SEALING_SUITE = env.str("PORTAL_SEALING_SUITE", default="A")
INDEX_KEY = env.str("PORTAL_INDEX_KEY", default="")
AUDIT_KEY = env.str("PORTAL_AUDIT_KEY", default="")
AUDIT_ANCHOR_FILE = Path(env.str("PORTAL_AUDIT_ANCHOR_FILE", default=str(VAR_DIR / "audit-anchors.jsonl")))

# Outside systems: the embedded twin of each, or a real adapter by name.
SIMULATION_DIR = Path(env.str("PORTAL_SIMULATION_DIR", default=str(VAR_DIR / "simulation")))
POPULATION_REGISTER = env.str("PORTAL_POPULATION_REGISTER", default="simulator")
SHARED_REGISTERS = env.str("PORTAL_SHARED_REGISTERS", default="simulator")
PLANT = env.str("PORTAL_PLANT", default="simulator")
COURIER = env.str("PORTAL_COURIER", default="simulator")
SCANNER = env.str("PORTAL_SCANNER", default="simulator")
# Read by the adapter "clamav": unix:/path or tcp://host:port.
SCANNER_ADDRESS = env.str("PORTAL_SCANNER_ADDRESS", default="unix:/run/clamav/clamd.ctl")
SCANNER_TIMEOUT_SECONDS = 30
SIMULATED_PLANT_SECONDS = env.int("PORTAL_SIMULATED_PLANT_SECONDS", default=3)
SIMULATED_COURIER_SECONDS = env.int("PORTAL_SIMULATED_COURIER_SECONDS", default=3)
PAYMENT_PROVIDER = env.str("PORTAL_PAYMENT_PROVIDER", default="simulator")
CASHIER_KEY = env.str("PORTAL_CASHIER_KEY", default="")
NOTIFICATION_CHANNELS = {
    "email": env.str("PORTAL_EMAIL_CHANNEL", default="simulator"),
    "sms": env.str("PORTAL_SMS_CHANNEL", default="simulator"),
}
GATEWAY_TIMEOUT_SECONDS = 10
# Read by the adapter "smtp" of the e-mail channel.
EMAIL_HOST = env.str("PORTAL_EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("PORTAL_EMAIL_PORT", default=587)
EMAIL_HOST_USER = env.str("PORTAL_EMAIL_USER", default="")
EMAIL_HOST_PASSWORD = env.str("PORTAL_EMAIL_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("PORTAL_EMAIL_TLS", default=True)
EMAIL_TIMEOUT = GATEWAY_TIMEOUT_SECONDS
DEFAULT_FROM_EMAIL = env.str("PORTAL_EMAIL_FROM", default="portal@localhost")

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = (
    {"socket_connect_timeout": 2, "socket_timeout": 5, "visibility_timeout": 3600}
    if REDIS_URL
    else {
        "data_folder_in": str(VAR_DIR / "broker"),
        "data_folder_out": str(VAR_DIR / "broker"),
        "control_folder": str(VAR_DIR / "broker-control"),
    }
)
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A nudge that cannot be sent must not hold up the person who caused it: the sweep finds the row.
CELERY_TASK_PUBLISH_RETRY = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}

OTP_TOTP_ISSUER = "证件网办演示"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"personal": {"()": "portal.common.logs.HidePersonalData"}},
    "formatters": {"line": {"()": "portal.common.logs.OneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["personal"]}},
    "root": {"handlers": ["stderr"], "level": env.str("PORTAL_LOG_LEVEL", default="INFO")},
    "loggers": {
        "celery": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        # At DEBUG the first writes whole pages' values into the log and the second the values of every query.
        "django.template": {"level": "INFO"},
        "django.db.backends": {"level": "INFO"},
    },
}

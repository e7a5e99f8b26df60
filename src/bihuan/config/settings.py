"""All settings in one file; every value may be set by an environment variable with the prefix BIHUAN_.

The default is a company on one machine: SQLite, files on disk, jobs run inside ``bihuan serve``.
PostgreSQL, Celery workers and many machines are reached by settings alone (docs/admin/deployment.md).
"""

import secrets
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PACKAGE_DIR = Path(__file__).resolve().parent.parent
PROJECT_DIR = PACKAGE_DIR.parent.parent

env = environ.FileAwareEnv()
DATA_DIR = Path(env.str("BIHUAN_DATA_DIR", default=str(PROJECT_DIR / "var"))).resolve()


def _switch(name: str) -> bool:
    """Read yes or no; any other word is refused, so that no mistyped one switches production off."""
    value: str = env.str(name, default="no").strip().lower()
    if value not in {"1", "true", "yes", "on", "0", "false", "no", "off", ""}:
        raise ImproperlyConfigured(f"{name} is yes or no")
    return value in {"1", "true", "yes", "on"}


PRODUCTION = _switch("BIHUAN_PRODUCTION")
DEBUG = _switch("BIHUAN_DEBUG")


def _secret_key() -> str:
    """Read the key from the environment; a single machine keeps a random one in its data directory."""
    key: str = env.str("BIHUAN_SECRET_KEY", default="")
    if key:
        return key
    if PRODUCTION:
        raise ImproperlyConfigured("BIHUAN_SECRET_KEY must be set when BIHUAN_PRODUCTION is on.")
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("BIHUAN_SECRET_KEY_FALLBACKS", default=[])
BASE_URL = env.str("BIHUAN_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("BIHUAN_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("BIHUAN_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "csp",
    "bihuan.ui",
    "django.forms",  # after ui, whose widgets come first
    "bihuan.core.activity",
    "bihuan.core.policy",
    "bihuan.core.permissions",
    "bihuan.core.calendar",
    "bihuan.core.jobs",
    "bihuan.core.idempotency",
    "bihuan.core.numbering",
    "bihuan.core.search",
    "bihuan.core.files",
    "bihuan.core.notify",
    "bihuan.core.workflow",
    "bihuan.core.deadlines",
    "bihuan.core.approvals",
    "bihuan.core.documents",
    "bihuan.core.listing",
    "bihuan.core.masterdata",
    "bihuan.core.rulebook",
    "bihuan.core.importing",
    "bihuan.core.exporting",
    "bihuan.registry.people",
    "bihuan.registry.customers",
    "bihuan.registry.products",
    "bihuan.registry.suppliers",
    "bihuan.registry.spares",
    "bihuan.registry.faults",
    "bihuan.service.intake",
    "bihuan.service.desk",
    "bihuan.service.parts",
    "bihuan.service.visits",
    "bihuan.service.returns",
    "bihuan.service.followup",
    "bihuan.quality.monitor",
    "bihuan.quality.issues",
    "bihuan.quality.nonconformity",
    "bihuan.quality.problems",
    "bihuan.quality.returned",
    "bihuan.quality.recall",
    "bihuan.quality.cost",
    "bihuan.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bihuan.config.middleware.LanguageMiddleware",
    "bihuan.config.middleware.LoginRequiredMiddleware",
    "bihuan.config.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "bihuan.config.urls"
WSGI_APPLICATION = "bihuan.config.wsgi.application"

_LOADERS: list[Any] = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
            "builtins": ["django_cotton.templatetags.cotton", "bihuan.ui.templatetags.bihuan"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bihuan.ui.context.shell",
            ],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("BIHUAN_DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'bihuan.sqlite3'}")
}
if not DATABASES["default"].get("ENGINE"):
    raise ImproperlyConfigured("BIHUAN_DATABASE_URL is not understood; it begins with sqlite:/// or postgres://")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # One writer at a time, readers never wait; a writer queues for his turn instead of failing.
    DATABASES["default"]["ENGINE"] = "bihuan.core.sqlite"
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-65536;"
        "PRAGMA mmap_size=268435456;PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("BIHUAN_CONN_MAX_AGE", default=60)
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = _switch("BIHUAN_PGBOUNCER")
    if not _switch("BIHUAN_PGBOUNCER"):  # a pooler refuses it; there the role has it (docs/adr/0015)
        DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c join_collapse_limit=3")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("BIHUAN_CACHE_URL", default="locmemcache://")}
SESSION_ENGINE = env.str("BIHUAN_SESSION_ENGINE", default="django.contrib.sessions.backends.db")
SESSION_COOKIE_AGE = env.int("BIHUAN_SESSION_HOURS", default=12) * 3600

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["bihuan.registry.people.backends.PeopleBackend"]
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
TIME_ZONE = env.str("BIHUAN_TIME_ZONE", default="Asia/Shanghai")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
VENDOR_DIR = PROJECT_DIR / "build" / "vendor"
STATICFILES_DIRS = [("vendor", VENDOR_DIR)] if VENDOR_DIR.exists() else []
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
MAX_UPLOAD_BYTES = env.int("BIHUAN_MAX_UPLOAD_MB", default=50) * 1024 * 1024
EXPORT_DAYS = env.int("BIHUAN_EXPORT_DAYS", default=30)
MAX_MAIL_BYTES = env.int("BIHUAN_MAX_MAIL_MB", default=50) * 1024 * 1024

# Until a server is named, mails that leave lie as files in a folder.
EMAIL_CONFIG = env.email_url("BIHUAN_EMAIL_URL", default=f"filemail:///{DATA_DIR / 'mail'}")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("BIHUAN_FROM_EMAIL", default="service@bihuan.example")

# The API: requests a minute and token (0: no limit), and how long an answer is kept for repeats.
API_PER_MINUTE = env.int("BIHUAN_API_PER_MINUTE", default=1200)
IDEMPOTENCY_HOURS = env.int("BIHUAN_IDEMPOTENCY_HOURS", default=24)

# Webhooks and robots may stand in the own network, unless Bihuan is run for others.
PUBLIC_HOOKS_ONLY = _switch("BIHUAN_PUBLIC_HOOKS_ONLY")

# Jobs: "embedded" runs them inside `bihuan serve` / `bihuan worker`; "broker" hands ids to Celery workers.
JOBS_MODE = env.str("BIHUAN_JOBS_MODE", default="embedded")
JOB_LEASE_SECONDS = env.int("BIHUAN_JOB_LEASE_SECONDS", default=120)
if JOBS_MODE not in {"embedded", "broker"}:
    raise ImproperlyConfigured("BIHUAN_JOBS_MODE is embedded or broker")
CELERY_BROKER_URL = env.str("BIHUAN_BROKER_URL", default="")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Two installations may share a broker when each has a queue of its own.
CELERY_TASK_DEFAULT_QUEUE = env.str("BIHUAN_QUEUE", default="bihuan")
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
# Its queue of commands belongs to one connection: a worker that follows a killed one would be refused by RabbitMQ.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("BIHUAN_HSTS_SECONDS", default=31536000)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("BIHUAN_LOG_LEVEL", default="WARNING")},
}

"""Settings: read from the environment, start nothing, import with no variable set.

With PRODUCTION=1 every secret must be given; otherwise development values stand in,
and the check portal.E001 refuses to serve any host but this machine with them.
"""

import logging
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from portal import admin_menu

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = os.getenv("PRODUCTION", "0") == "1"


def optional(name: str, default: str = "") -> str:
    """NAME, or the contents of the file that NAME_FILE points at, or the default."""
    if path := os.getenv(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return os.getenv(name) or default


def required(name: str, development: str) -> str:
    """Like optional(), but in production there is never a silent default."""
    value = optional(name) or ("" if PRODUCTION else development)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: see .env.example for what it is and how to make one")
    return value


def switch(name: str, default: bool = False) -> bool:
    """On for 1, off for anything else."""
    return optional(name, "1" if default else "0") == "1"


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in optional(name, default).split(",") if word.strip()]


def every(seconds: int, task: str, *, expires: int | None = None) -> dict[str, Any]:
    """An entry for beat; what could not be sent in its turn is not made up for later."""
    return {"task": task, "schedule": seconds, "options": {"expires": expires or seconds}}


def at(task: str, **when: int) -> dict[str, Any]:
    """An entry for beat, by the clock of Shanghai."""
    return {"task": task, "schedule": crontab(**when)}


# What kind of house this is
DEBUG = switch("DEBUG") and not PRODUCTION
DEMO = switch("DEMO")
DEVELOPMENT_SECRET = "development-only"
SECRET_KEY = required("SECRET_KEY", DEVELOPMENT_SECRET)
FIELD_ENCRYPTION_KEY = required("FIELD_ENCRYPTION_KEY", DEVELOPMENT_SECRET)
DATA_DIR = Path(optional("DATA_DIR", str(BASE_DIR / ".data")))

# Whose centre this is: a region of fixtures/regions; its own closures move its time limits
CENTRE_REGION = optional("CENTRE_REGION", "990100")

# Where it is reached
PUBLIC_URL = required("PUBLIC_URL", f"http://localhost:{optional('PORT', '8000')}").rstrip("/")
ALLOWED_HOSTS = [*words("ALLOWED_HOSTS"), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Headers that a proxy of ours sets, and that anyone could send where there is none.
BEHIND_PROXY = switch("BEHIND_PROXY")
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = BEHIND_PROXY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# The container's own health probe speaks plain HTTP to itself.
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "bootstrap",
    "django_fsm",
    "django_htmx",
    "django_filters",
    "django_prometheus",
    "django_structlog",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "portal",
    "evaluation",
    "hotline",
    "workflow",
    "bundles",
    "matters",
    "licences",
    "notifications",
    "exchange",
    "files",
    "identity",
    "events",
    "common",
]

# Where the tools of development are installed, one of them reads migrations.
if not PRODUCTION and find_spec("django_migration_linter"):
    INSTALLED_APPS.append("django_migration_linter")

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.security.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page asks for a login unless its view says login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.errors.DomainErrorMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
            ],
        },
    }
]

# Stores
DATABASES = {
    "default": dj_database_url.parse(
        required("DATABASE_URL", "postgres://localhost/onestop"), conn_max_age=60, conn_health_checks=True
    )
}
REDIS_URL = required("REDIS_URL", "redis://localhost:6379/0")
REDIS_PREFIX = optional("REDIS_PREFIX")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
MEDIA_ROOT = Path(optional("MEDIA_ROOT", str(DATA_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o640
UNREFERENCED_FILE_DAYS = int(optional("UNREFERENCED_FILE_DAYS", "30"))
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# Static files: hashed and compressed in production, straight from the source folders otherwise
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = optional("STATIC_ROOT", str(DATA_DIR / "static")) if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# People
AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "identity.authentication.PostBackend"]
# What a post opens in the admin (identity.roles.Permission); superusers may do everything, everybody else nothing.
POST_PERMISSIONS = {
    "edit_catalogue": [
        "bundles.add_bundle",
        "bundles.change_bundle",
        "bundles.view_bundle",
        "bundles.view_bundleversion",
        "identity.view_department",
        "identity.view_region",
        "licences.view_licencetype",
        "matters.add_calendarday",
        "matters.add_matter",
        "matters.add_place",
        "matters.change_calendarday",
        "matters.change_matter",
        "matters.change_place",
        "matters.delete_calendarday",
        "matters.view_calendarday",
        "matters.view_calendaryear",
        "matters.view_matter",
        "matters.view_place",
    ],
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
CSRF_FAILURE_VIEW = "portal.errors.csrf_failed"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"

# Language
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English"), ("ru", "Русский")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
# The interface is translated in portal/locale, the catalogue's names and texts in fixtures/locale.
LOCALE_PATHS = [BASE_DIR / "fixtures" / "locale"]
FORMAT_MODULE_PATH = "portal.formats"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# What a browser may do with our pages (portal.security writes these out)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
# Two places run other people's scripts, which write styles inline; the admin's (Alpine) also evaluate.
CONTENT_SECURITY_POLICY_EXCEPTIONS = {
    "/admin/": {
        "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
    },
    "/api/v1/docs/": {"style-src": ["'self'", "'unsafe-inline'"]},
}
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

# The admin, for catalogue editors and administrators
UNFOLD = admin_menu.UNFOLD

# Machines talking to us
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "identity.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "portal.paging.KeysetPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": optional("API_ANONYMOUS_RATE", "3000/min")},
    "EXCEPTION_HANDLER": "portal.errors.api_exception_handler",
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "高效办成一件事 · 政务服务接口",
    "DESCRIPTION": "一件事申请、部门办理、证照与核验。",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ApplicationStatus": "workflow.states.ApplicationStatus",
        "ReviewStatus": "workflow.states.ReviewStatus",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Work done later. A task that dies with its worker is taken up again by another one:
# acknowledged late, one at a time, and redelivered after the visibility timeout.
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": int(optional("CELERY_VISIBILITY_TIMEOUT", "900")),
    "global_keyprefix": REDIS_PREFIX,
    "socket_connect_timeout": 2,
    # A poke that cannot be sent at once is not sent: beat sweeps (events.outbox.poke).
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_QUEUES = [
    Queue(name) for name in ("default", "reviews", "documents", "notifications", "hotline", "bulk")
]
CELERY_TASK_ROUTES = {
    "workflow.tasks.work": {"queue": "reviews"},
    "workflow.tasks.sweep_unworked": {"queue": "reviews"},
    "workflow.tasks.reckon_dues": {"queue": "bulk"},
    "workflow.tasks.*_cop*": {"queue": "bulk"},
    "licences.tasks.*": {"queue": "documents"},
    "notifications.tasks.*": {"queue": "notifications"},
    "hotline.tasks.make_reports": {"queue": "bulk"},
    "hotline.tasks.draw_quality_sample": {"queue": "bulk"},
    "hotline.tasks.ask_whether_still_solved": {"queue": "bulk"},
    "hotline.tasks.draw_samples": {"queue": "bulk"},
    "hotline.tasks.forget_expired": {"queue": "bulk"},
    "hotline.tasks.warn_nightly": {"queue": "bulk"},
    "hotline.tasks.archive_*": {"queue": "bulk"},
    "hotline.tasks.*": {"queue": "hotline"},
    "exchange.tasks.*": {"queue": "bulk"},
    "files.tasks.*": {"queue": "bulk"},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "heartbeat": every(10, "portal.tasks.beat", expires=30),
    "deliver facts": every(3, "events.tasks.deliver"),
    "send messages": every(5, "notifications.tasks.deliver_messages"),
    "take up lost reviews": every(60, "workflow.tasks.sweep_unworked"),
    "take up lost documents": every(60, "licences.tasks.sweep_documents"),
    "silence becomes acceptance": every(300, "workflow.tasks.deem_accepted"),
    "notice what is overdue": at("workflow.tasks.notice_overdue", minute=10),
    "dues follow the calendar": at("workflow.tasks.reckon_dues", minute=25),
    "say which year has no notice": at("workflow.tasks.notice_missing_year", hour=8, minute=0),
    "corrections and deferrals end": at("workflow.tasks.expire", hour=0, minute=5),
    "choices and announcements end": at("workflow.tasks.end_waiting", hour=0, minute=10),
    "special procedures past their end": at("workflow.tasks.notice_overdue_procedures", hour=0, minute=20),
    "say what ends soon": at("workflow.tasks.remind", hour=8, minute=30),
    "results out within ten days": at("workflow.tasks.deliver_in_time", hour=9, minute=0),
    "follow parcels": at("workflow.tasks.follow_parcels", minute=40),
    "tend lockers": at("workflow.tasks.tend_lockers", hour=9, minute=10),
    "copies that have run out go": at("workflow.tasks.sweep_copies", minute=40),
    "dispatch what was left": every(60, "hotline.tasks.sweep_undispatched"),
    "take up lost emergencies": every(60, "hotline.tasks.sweep_emergencies"),
    "sign what nobody signed": every(60, "hotline.tasks.sign_overdue"),
    "tell the sources": every(60, "hotline.tasks.feed_back"),
    "decide late returns": every(60, "hotline.tasks.escalate_overdue"),
    "orders whose time has come": every(60, "hotline.tasks.tick", expires=60),
    "look at orders again": at("hotline.tasks.draw_samples", hour=1, minute=10),
    "pack what the archive lacks": at("hotline.tasks.archive_left", hour=4, minute=20),
    "forget what was kept long enough": at("hotline.tasks.forget_expired", hour=3, minute=40),
    "warn of hot spots": every(600, "hotline.tasks.warn_soon"),
    "warn of what grows slowly": at("hotline.tasks.warn_nightly", hour=2, minute=10),
    "make the hotline's reports": at("hotline.tasks.make_reports", minute=30),
    "articles whose days are over": at("hotline.tasks.expire_articles", minute=15),
    "ask whether it is still solved": at("hotline.tasks.ask_whether_still_solved", hour=9, minute=20),
    "draw calls for a quality check": at(
        "hotline.tasks.draw_quality_sample", day_of_month=1, hour=2, minute=30
    ),
    "forget old sessions": at("portal.tasks.forget_sessions", hour=3, minute=10),
    "look at files held for the scanner": every(120, "files.tasks.scan_waiting"),
    "forget uploads left lying": at("files.tasks.forget_arrivals", minute=40),
    "files nobody refers to go": at("files.tasks.sweep_unreferenced", hour=2, minute=20),
    "bytes without a row go": at("files.tasks.sweep_leftovers", hour=2, minute=50),
    "forget old keys": at("exchange.tasks.forget_old_keys", hour=3, minute=20),
}

# Other systems. Where no address is given, a fake that says so in its name answers from fixtures/demo.
EXCHANGE_CLIENT_ID = optional("EXCHANGE_CLIENT_ID", "one-stop-portal")
EXCHANGE_POPULATION_URL = optional("EXCHANGE_POPULATION_URL")
EXCHANGE_POPULATION_SECRET = optional("EXCHANGE_POPULATION_SECRET")
EXCHANGE_ENTERPRISE_REGISTRY_URL = optional("EXCHANGE_ENTERPRISE_REGISTRY_URL")
EXCHANGE_ENTERPRISE_REGISTRY_SECRET = optional("EXCHANGE_ENTERPRISE_REGISTRY_SECRET")
EXCHANGE_SHARED_REGISTERS_URL = optional("EXCHANGE_SHARED_REGISTERS_URL")
EXCHANGE_SHARED_REGISTERS_SECRET = optional("EXCHANGE_SHARED_REGISTERS_SECRET")
EXCHANGE_LICENCE_STORE_URL = optional("EXCHANGE_LICENCE_STORE_URL")
EXCHANGE_LICENCE_STORE_SECRET = optional("EXCHANGE_LICENCE_STORE_SECRET")
EXCHANGE_NATIONAL_PLATFORM_URL = optional("EXCHANGE_NATIONAL_PLATFORM_URL")
EXCHANGE_NATIONAL_PLATFORM_SECRET = optional("EXCHANGE_NATIONAL_PLATFORM_SECRET")
EXCHANGE_POSTAL_SERVICE_URL = optional("EXCHANGE_POSTAL_SERVICE_URL")
EXCHANGE_POSTAL_SERVICE_SECRET = optional("EXCHANGE_POSTAL_SERVICE_SECRET")
EXCHANGE_TELEPHONY_URL = optional("EXCHANGE_TELEPHONY_URL")
EXCHANGE_TELEPHONY_SECRET = optional("EXCHANGE_TELEPHONY_SECRET")
EXCHANGE_CITY_MAP_URL = optional("EXCHANGE_CITY_MAP_URL")
EXCHANGE_CITY_MAP_SECRET = optional("EXCHANGE_CITY_MAP_SECRET")
EXCHANGE_SOURCE_CHANNELS_URL = optional("EXCHANGE_SOURCE_CHANNELS_URL")
EXCHANGE_SOURCE_CHANNELS_SECRET = optional("EXCHANGE_SOURCE_CHANNELS_SECRET")
EXCHANGE_OUTAGES = words("EXCHANGE_OUTAGES")
SMS_URL = optional("SMS_URL")
SMS_CLIENT_ID = optional("SMS_CLIENT_ID", "one-stop-portal")
SMS_SECRET = optional("SMS_SECRET")
CLAMD_ADDRESS = optional("CLAMD_ADDRESS")

# Seals
SEALS_DIR = optional("SEALS_DIR")
SEAL_PASSPHRASE = optional("SEAL_PASSPHRASE")
SEAL_TSA_URL = optional("SEAL_TSA_URL")

# Mail leaves by SMTP where one is named, else onto the console
EMAIL_HOST = optional("EMAIL_HOST")
EMAIL_PORT = int(optional("EMAIL_PORT", "25"))
EMAIL_HOST_USER = optional("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = optional("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = switch("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = optional("DEFAULT_FROM_EMAIL", "no-reply@localhost")

# What the house says of itself
LOGGING_CONFIG = "portal.logs.configure"
LOG_LEVEL = optional("LOG_LEVEL", "INFO")
LOG_FORMAT = optional("LOG_FORMAT", "json" if PRODUCTION else "console")
LOGGING = {"level": LOG_LEVEL, "format": LOG_FORMAT}
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_FAILURE_LOG_LEVEL = logging.ERROR
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
METRICS_TOKEN = optional("METRICS_TOKEN")
SENTRY_DSN = optional("SENTRY_DSN")

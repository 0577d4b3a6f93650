"""The one settings file. Everything that differs between installations comes from the environment.

Paperboy is in *local mode* while SITE_URL names this very machine (the default): then missing
secrets are made up and kept in var/, and an embedded PostgreSQL and Redis stand in for missing
URLs. An installation that others can reach needs its real SITE_URL for its links to work, which
ends local mode, and `config.checks` then refuses to start while anything is missing.
"""

import os
from datetime import timedelta
from email.utils import formataddr
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from dotenv import load_dotenv

from config import admin_theme, languages, local, mail_url, pace, webhooks
from config.environment import Environment, is_loopback
from config.local.secrets import local_secret

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
load_dotenv(BASE_DIR / ".env")
env = Environment(os.environ)

# --- Who we are ---------------------------------------------------------------------------------
_local_site = "http://127.0.0.1:8000"
LOCAL = is_loopback(env.text("SITE_URL", _local_site))
# Readers' links and their one-click unsubscribe (RFC 8058) need https.
SITE_URL = env.url("SITE_URL", _local_site, schemes={"http", "https"} if LOCAL else {"https"})
if urlsplit(SITE_URL).path or urlsplit(SITE_URL).query:
    env.reject("SITE_URL", "goes on after the host", "Paperboy needs a host of its own.")
SITE_NAME = env.text("SITE_NAME", "Paperboy")
DEBUG = env.boolean("DEBUG", default=False)
if not LOCAL:
    env.require(
        "SECRET_KEY", "ADDRESS_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DEFAULT_FROM_EMAIL"
    )
    if DEBUG:
        env.reject("DEBUG", "is on", "It shows strangers the inside: use it on this machine only.")

# --- Secrets ------------------------------------------------------------------------------------
# Outside local mode a missing secret stays empty, which stops the start.
SECRET_KEY = env.secret("SECRET_KEY", local_secret(VAR_DIR, "key") if LOCAL else "")
# Keys the hashes of suppressed addresses. Apart from SECRET_KEY, because that one may be changed
# at any time and a change of this one would forget who must not be written to.
ADDRESS_KEY = env.secret("ADDRESS_KEY", local_secret(VAR_DIR, "address-key") if LOCAL else "")

# --- Web ----------------------------------------------------------------------------------------
_host = urlsplit(SITE_URL).hostname or "localhost"
ALLOWED_HOSTS = [_host, "127.0.0.1", "localhost", "[::1]"] if LOCAL else [_host]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
# How many proxies of our own stand before us; each adds one hop to X-Forwarded-For.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, least=0, most=5)

INSTALLED_APPS = [
    "config",
    "newsletter",
    "subscribers",
    "digests",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "csp",
]
if find_spec("django_migration_linter"):  # a tool of development, where that is installed
    INSTALLED_APPS.append("django_migration_linter")
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.personal.PersonalPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.negotiation.LanguageNegotiation",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
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
                "django.template.context_processors.i18n",
                "config.context.site",
            ],
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = LOCAL

# --- Security -----------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SECURE_HSTS_SECONDS = 0 if LOCAL else int(timedelta(days=365).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
# Personal links carry a token in their path: no other site may learn it. Not "no-referrer", with
# which browsers send `Origin: null` from our own forms and CSRF protection refuses them.
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_AGE = None  # until the browser is closed
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    # The admin's theme needs inline scripts and styles; it is behind a login.
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Data ---------------------------------------------------------------------------------------
DATABASE_URL = env.url(
    "DATABASE_URL", local.database_url() if LOCAL else "", schemes={"postgres", "postgresql"}
)
DATABASES = {"default": dj_database_url.parse(DATABASE_URL)} if DATABASE_URL else {}
if DATABASE_URL:
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        pool={"min_size": 0, "max_size": 4, "timeout": 10},
        # Django would forbid them; what is executed for each few mails must be planned once.
        prepare_threshold=5,
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.url(
    "REDIS_URL", local.redis_url() if LOCAL else "", schemes={"redis", "rediss", "unix"}
)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "paperboy",
        # A sign-up must not wait for a Redis that has stopped answering.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    },
    # Keeps what everybody asks for, and stands in for the rate limits while Redis is away.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- Mail ---------------------------------------------------------------------------------------
try:
    _mail = mail_url.parse(env.text("EMAIL_URL"))
except mail_url.MailURLError as error:
    env.reject("EMAIL_URL", str(error), "The README's table shows every form.")
    _mail = mail_url.MailSettings()
EMAIL_BACKEND, TRANSPORT = _mail.backend, _mail.transport
globals().update(_mail.smtp)
_login_hint = "Write name:password, with 30 or more random characters; several with commas."
_proof = webhooks.proof(
    _mail.provider,
    env.parsed("WEBHOOK_SECRET", webhooks.logins, [], hint=_login_hint),
    env.text("WEBHOOK_SIGNING_KEY"),
)
# The provider that may tell what became of mails: none, where anybody could say so.
WEBHOOKS_FROM = _mail.provider if _proof else ""
ANYMAIL = {
    **_mail.anymail,
    **_proof,
    "SEND_DEFAULTS": {"track_opens": False, "track_clicks": False},
    # Resend and Brevo know these switches only for a whole account, and Anymail would refuse every
    # mail that sets them.
    "IGNORE_UNSUPPORTED_FEATURES": True,
}
MAILBOX_DIR = Path(env.text("MAILBOX_DIR", str(VAR_DIR / "mailbox")))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", formataddr((SITE_NAME, "paperboy@localhost")))
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where a reader's answer goes, and what fetchers say about us.
CONTACT_EMAIL = env.text("CONTACT_EMAIL", "")

# --- Mornings -----------------------------------------------------------------------------------
DEFAULT_TIME_ZONE = env.text("DEFAULT_TIME_ZONE", "UTC")
# How long a paper may wait for its reader: from its first listing, in days.
LOOKBACK_DAYS = env.integer("LOOKBACK_DAYS", 7, least=1, most=60)
# A morning's mail that could not leave within this time is not sent any more.
SENDING_WINDOW = timedelta(hours=env.integer("SENDING_WINDOW_HOURS", 18, least=1, most=23))
# How long a worker holds what it has claimed: longer than the longest wait for a mail server.
LEASE = timedelta(minutes=15)
# On how many of PostgreSQL's cores one process composes.
COMPOSERS = env.integer("COMPOSERS", 2, least=1, most=3)
# How many workers send at the same time.
SENDERS = env.integer("SENDERS", 2, least=1, most=64)
# How many connections to the mail server each of them opens. More are faster with a server that
# answers late, and of each one mail may stay uncertain when a worker is killed.
SMTP_CONNECTIONS = env.integer("SMTP_CONNECTIONS", 20, least=1, most=100)
# How fast editions may leave, from all workers together; letters are never held up by this.
SENDING_RATE = env.parsed(
    "SENDING_RATE", pace.rate, None, hint="Give mails a second, such as 14 or 0.5."
)
DOMAIN_RATES: dict[str, float] = env.parsed(
    "DOMAIN_RATES",
    pace.domain_rates,
    {},
    hint="Write mails a second by domain, such as gmail.com=20 *=50; é in a domain as xn--…",
)
WARM_UP = env.parsed(
    "WARM_UP",
    pace.warm_up,
    None,
    hint="Write the first day and how many editions it may have, such as 2026-11-21:500.",
)

# --- Fetching -----------------------------------------------------------------------------------
# Whoever writes a source's address could have us ask what only this machine can reach: so https on
# the usual ports and the public internet alone, unless the installation says otherwise.
FETCH_PLAIN_HTTP = env.boolean("FETCH_PLAIN_HTTP", default=False)
FETCH_NETWORKS = env.networks("FETCH_NETWORKS")

# --- Work (the reasons are in docs/architecture.md) -----------------------------------------------
_broker = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_URL = _broker
# Two lanes: what is done in a moment, such as posting a reader's confirmation, never waits behind
# a morning.
CELERY_TASK_DEFAULT_QUEUE = env.text("QUEUE", "paperboy")
LONG_QUEUE = f"{CELERY_TASK_DEFAULT_QUEUE}.long"
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {CELERY_TASK_DEFAULT_QUEUE: {}, LONG_QUEUE: {}}
CELERY_TASK_ROUTES = {
    name: {"queue": LONG_QUEUE}
    for name in ("newsletter.compose_editions", "newsletter.send_editions", "digests.*")
}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # never give up on Redis
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # a message only rings the bell; PostgreSQL knows the work
CELERY_TASK_PUBLISH_RETRY = False  # a web request never waits for Redis
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 120, 180
CELERY_WORKER_MAX_TASKS_PER_CHILD, CELERY_WORKER_MAX_MEMORY_PER_CHILD = 500, 300_000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "newsletter.tick", "schedule": 30.0, "options": {"expires": 25}},
    "fetch": {"task": "digests.fetch_due", "schedule": 60.0, "options": {"expires": 50}},
}
# The schedule never changes while beat runs: nothing to keep in a file.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"

# --- Language and time --------------------------------------------------------------------------
LANGUAGE_CODE = languages.USUAL_LANGUAGE
LANGUAGES = languages.LANGUAGES
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
# Only who chooses a language on a page gets a cookie, and it says nothing else.
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SECURE = True, not LOCAL
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
TIME_ZONE = "UTC"
USE_TZ = True

# --- Logs ---------------------------------------------------------------------------------------
_log_levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_log_level = env.choice("LOG_LEVEL", "INFO", among=_log_levels)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"addresses": {"()": "config.logs.HideAddresses"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["addresses"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": _log_level},
}

# --- Admin --------------------------------------------------------------------------------------
UNFOLD = admin_theme.theme(SITE_NAME)

# What `config.checks` reports.
ENVIRONMENT_PROBLEMS = tuple(env.problems)

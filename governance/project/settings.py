"""Django settings. What differs between sites is read in `environment.py`, nowhere else."""

from urllib.parse import quote

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from governance.project import schedule
from governance.project.database import database_settings
from governance.project.environment import (
    BASE_DIR,
    kept_secret,
    made_folder,
    read,
    read_list,
    read_number,
    read_path,
)
from governance.project.identity import origin_of, provider_of
from governance.trail.syslog import collector_of

VAR_DIR = made_folder(read_path("VAR_DIR", BASE_DIR / "var"))
MEDIA_ROOT = read_path("MEDIA_ROOT", VAR_DIR / "objects")
FORGE_DIR = read_path("FORGE_DIR", VAR_DIR / "forge")
EXPORT_DIR = read_path("EXPORT_DIR", VAR_DIR / "exports")
EXPORT_DAYS = read_number("EXPORT_DAYS")
ANCHOR_FOLDER = read_path("ANCHOR_FOLDER", BASE_DIR) if read("ANCHOR_FOLDER") else None
ANCHOR_MINUTES = read_number("ANCHOR_MINUTES")
ANCHOR_TSA = read("ANCHOR_TSA")
ANCHOR_TSA_ROOTS = read_path("ANCHOR_TSA_ROOTS", BASE_DIR) if read("ANCHOR_TSA_ROOTS") else None
ANCHOR_SYSLOG = collector_of(read("ANCHOR_SYSLOG"))
AUDIT_KEY_FILE = read_path("AUDIT_KEY_FILE", VAR_DIR / "audit.key")
AUDIT_ORIGIN = read("AUDIT_ORIGIN")
UPLOAD_LIMIT = read_number("UPLOAD_LIMIT_MB") * 1024 * 1024

FORGE_KEYS = read_list("FORGE_KEYS") or [kept_secret(VAR_DIR / "forge.key")]
REPORT_SECRET = read("REPORT_SECRET")
FEED_NETWORKS = read_list("FEED_NETWORKS")
FORGE_NETWORKS = read_list("FORGE_NETWORKS")
CHANNEL_NETWORKS = read_list("CHANNEL_NETWORKS")

SECRET_KEY = read("SECRET_KEY") or kept_secret(VAR_DIR / "secret.key")
SITE_URL = read("SITE_URL").rstrip("/")
ALLOWED_HOSTS = read_list("ALLOWED_HOSTS")
DEBUG = False

INSTALLED_APPS = [
    "governance",
    "workflows",
    "governance.project.apps.ReadingAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_fsm",
    "django_htmx",
    "guardian",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "governance.project.middleware.ProblemsForPrograms",
    "governance.project.middleware.WholeCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "governance.project.middleware.ReadOnce",
    "governance.project.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "governance.project.middleware.Refusals",
]

ROOT_URLCONF = "governance.project.urls"
WSGI_APPLICATION = "governance.project.wsgi.application"

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
                "governance.project.context.site",
            ],
        },
    },
]

# Data ------------------------------------------------------------------------------------------
DATABASES = {
    "default": database_settings(
        read("DATABASE_URL") or f"sqlite:///{quote(str(VAR_DIR / 'foureyes.sqlite3'))}"
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A cache that all processes share: tries to sign in and to sign are counted in it. At its limit it
# forgets a third at random, counts as well; a flood of names must not reach that soon.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# People ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "governance.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "inbox"
ACCOUNT_ADAPTER = "governance.access.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"reset_password": "governance.access.forms.ResetPasswordForm"}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "reset_password": "20/m/ip,5/m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = read_number("TRUSTED_PROXIES")
MFA_ADAPTER = "governance.access.adapters.SecondFactorAdapter"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Administrators enter the addresses; nobody is asked to confirm one, so none may be waited for.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Foureyes"
# A passkey stands for two factors only when its holder was verified, by finger, face or PIN.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Browsers allow passkeys without TLS on this one name, for trying things out.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://localhost")
SECOND_FACTOR_BY_ROLE = read("SECOND_FACTOR") != "optional"
USERSESSIONS_ADAPTER = "governance.access.adapters.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = True  # noted by SignInRequired, once a minute
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None  # guardian: nobody acts without an account

# Single sign-on: OpenID Connect, when the environment names a provider.
OIDC_ISSUER = read("OIDC_ISSUER").rstrip("/")
OIDC_GROUPS_CLAIM = read("OIDC_GROUPS_CLAIM")
OIDC_MFA_VALUES = read_list("OIDC_MFA_VALUES")
SINGLE_SIGN_ON = provider_of(
    OIDC_ISSUER,
    name=read("OIDC_NAME"),
    client_id=read("OIDC_CLIENT_ID"),
    secret=read("OIDC_CLIENT_SECRET"),
    scopes=read_list("OIDC_SCOPES"),
)
SOCIALACCOUNT_ADAPTER = "governance.access.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "governance.access.single_sign_on.Provider"}
}

SESSION_COOKIE_AGE = read_number("SESSION_HOURS") * 60 * 60
SESSION_IDLE_SECONDS = read_number("SESSION_IDLE_MINUTES") * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# The wire --------------------------------------------------------------------------------------
if SITE_URL.startswith("https://"):
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # The way to the provider starts with a form, and browsers follow it by this list.
        "form-action": [SELF, *origin_of(OIDC_ISSUER)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
EMAIL_CONFIG = environ.Env.email_url_config(read("EMAIL_URL"))
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = read("MAIL_FROM")
EMAIL_TIMEOUT = 20

# Words and files -------------------------------------------------------------------------------
LANGUAGE_CODE = read("LANGUAGE")
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = read("TIME_ZONE")
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if not (STATIC_ROOT / "staticfiles.json").exists():
    # Nobody ran collectstatic: serve the sources, as the embedded site and the tests do.
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True

# Work in the background: the database is the queue, Celery the alarm clock ------------------------
BROKER_URL = read("BROKER_URL")
SCHEDULE = schedule.SCHEDULE

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": read("LOG_LEVEL")},
}

"""Settings of the portal: one file, read top to bottom, all values from the environment.

Every variable is listed in README.md ("Settings"). A wrong or unsafe value is a
message of ``manage.py check`` (see ``portal/checks.py``), never a guess.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django_prose_editor.config import html_tags

from portal import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
RELEASE = "0.1.0"

# --- Where it runs -----------------------------------------------------------------------------

DEBUG = env.flag("DEBUG")
DATA_DIR = Path(env.text("DATA_DIR") or BASE_DIR / "var")
SECRET_KEY = env.secret("SECRET_KEY", kept_in=DATA_DIR / "secret-key")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
# The office may mount the portal as a channel of its host site, e.g. under /shuangyong.
PATH_PREFIX = env.path_prefix("PATH_PREFIX")
FORCE_SCRIPT_NAME = PATH_PREFIX or None
# Number of reverse proxies in front of the portal whose X-Forwarded-For entries can be trusted.
PROXIES = env.whole_number("PROXIES", 0)
# Only portal/gunicorn.py uses these; read here, so that `manage.py check` names a wrong one.
for _name, _default in (("PORT", 8000), ("WORKERS", 2), ("THREADS", 4)):
    env.whole_number(_name, _default, least=1)

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

# --- What it is made of ------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "portal.apps.PortalAdminConfig",
    "news",
    "partnerships",
    "honors",
    "publishing",
    "audit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_filters",
    "django_prose_editor",
    "simple_history",
    "js_asset",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.PortalCSPMiddleware",
    "portal.middleware.RedirectMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Everything that knows a person runs under /admin/ only, so that no public page can set a cookie.
    "portal.middleware.AdminSessionMiddleware",
    "portal.middleware.AdminCsrfMiddleware",
    "portal.middleware.AdminAuthenticationMiddleware",
    "portal.middleware.AdminMessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.AuditMiddleware",
    "portal.accounts.middleware.IdleMiddleware",
    "portal.accounts.middleware.DutyMiddleware",
    "portal.middleware.AdminHistoryMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
            "builtins": ["django.templatetags.static", "portal.templatetags.portal_tags"],
        },
    },
]

# --- Records -----------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock at BEGIN and waits for it: no "database is locked" half-way through.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis_address("REDIS_URL")
# Failed log-ins are counted here, so every process must see the same counts, and two at the same moment must
# not be counted as one: memory of a process and files cannot do that, a table of the database can. It is emptied
# by chance once it is full, which would forget the counts: a limit that a year of attacks does not reach.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# --- Files -------------------------------------------------------------------------------------

# Uploads are private and never served from here by the web server: see publishing/files.py.
MEDIA_ROOT = DATA_DIR / "media"
STATIC_URL = f"{PATH_PREFIX}/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# --- Language and time -------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = "portal.formats"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Log-in, under /admin/ only ----------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
# Figures that assessors of 等级保护 use to ask for; the standard itself gives none.
PASSWORD_LENGTH = env.whole_number("PASSWORD_LENGTH", 12, least=8)
PASSWORD_CLASSES = env.whole_number("PASSWORD_CLASSES", 3, least=1)
PASSWORD_REMEMBERED = env.whole_number("PASSWORD_REMEMBERED", 5, least=1)
PASSWORD_DAYS = env.whole_number("PASSWORD_DAYS", 90)
LOGIN_FAILURES = env.whole_number("LOGIN_FAILURES", 5, least=1)
LOGIN_LOCK_MINUTES = env.whole_number("LOGIN_LOCK_MINUTES", 30, least=1)
IDLE_MINUTES = env.whole_number("IDLE_MINUTES", 30, least=1)
ACCOUNT_IDLE_DAYS = env.whole_number("ACCOUNT_IDLE_DAYS", 90)
# Groups whose members must log in with a second factor; "*" stands for everybody. Administrators count as soon as
# one group is named.
SECOND_FACTOR_GROUPS = env.words("SECOND_FACTOR_GROUPS")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "portal.accounts.passwords.ClassesValidator", "OPTIONS": {"classes": PASSWORD_CLASSES}},
    {"NAME": "portal.accounts.passwords.HistoryValidator", "OPTIONS": {"remembered": PASSWORD_REMEMBERED}},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "portal.accounts.adapters.StaffAccountAdapter"
MFA_ADAPTER = "portal.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "portal.accounts.forms.SetUpForm",
    "authenticate": "portal.accounts.forms.SecondFactorForm",
    "reauthenticate": "portal.accounts.forms.SecondFactorAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Telephones go a little wrong: the code before and the one after count too.
MFA_TOTP_TOLERANCE = 1
# Nobody has a mail address here.
MFA_ALLOW_UNVERIFIED_EMAIL = True
ACCOUNT_RATE_LIMITS = {"login_failed": f"10/m/ip,{LOGIN_FAILURES}/{LOGIN_LOCK_MINUTES}m/key"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_GET = False
# Office computers are shared: a log-in ends with the browser, nobody is asked to be remembered.
ACCOUNT_SESSION_REMEMBER = False
# IdleMiddleware ends a log-in after IDLE_MINUTES and says so; this is when the server forgets it altogether.
SESSION_COOKIE_AGE = 12 * 60 * 60
# allauth counts log-in attempts per client address; behind proxies it must know how many to look past.
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
COOKIE_PATH = f"{PATH_PREFIX}/admin/"
SESSION_COOKIE_PATH = COOKIE_PATH
CSRF_COOKIE_PATH = COOKIE_PATH
# The default storage would put its own cookie at "/".
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_NAME = "portal_session"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True

# --- Audit trail -------------------------------------------------------------------------------

AUDIT_HASH = env.choice("AUDIT_HASH", "sha256", ("sha256", "sm3"))
# 网络安全法 asks for six months.
AUDIT_DAYS = env.whole_number("AUDIT_DAYS", 184, least=184)

# --- History -----------------------------------------------------------------------------------

# Restoring an old record would bring back its old status with it and so publish or withdraw without the
# verbs of publishing.workflow: history is for reading (publishing/admin_history.py).
SIMPLE_HISTORY_REVERT_DISABLED = True

# --- Transport and headers ---------------------------------------------------------------------

# HTTPS=1 says that visitors reach the portal over TLS (which ends at the proxy).
HTTPS = env.flag("HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and host != "*"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "img-src": [SELF],
        "style-src": [SELF],
        "script-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# The editor needs an import map (allowed by nonce), its icon font, and shows a picture before it is uploaded
# (blob:). Tiptap would add one <style>: static/admin/editor/editor.js turns that off, editor.css stands for it.
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "img-src": [SELF, "blob:"],
    "font-src": [SELF],
    "script-src": [SELF, NONCE],
}

# --- The body's editor -------------------------------------------------------------------------

# "portal/editor" stands in the import map of publishing/editor.py. Neither extension makes tags of its own.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {"js": ["portal/editor"], "extensions": {"Portal": html_tags([]), "Fullscreen": html_tags([])}}
]
# Rows of buttons only: the library's drop-down needs a newer browser than Chromium 89.
DJANGO_PROSE_EDITOR_MENU_GROUPS = [
    {"group": "blockType -lists"},
    {"group": "marks"},
    {"group": "lists"},
    {"group": "pictures"},
    {"group": "link"},
    {"group": "nodes -blockType -lists -pictures"},
    {"group": "table"},
    {"group": "history"},
    {"group": "utility"},
]

SILENCED_SYSTEM_CHECKS: list[str] = []

# --- Messages of the server --------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

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
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
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
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
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
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "portal.accounts.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_GET = False
# Office computers are shared: a log-in ends with the browser, nobody is asked to be remembered.
ACCOUNT_SESSION_REMEMBER = False
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

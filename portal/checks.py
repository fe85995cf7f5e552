"""System checks of the portal's settings. Each has an id, a hint and one test."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from portal import environment


@register(Tags.security)
def check_environment(**kwargs: Any) -> list[CheckMessage]:
    """portal.E001: a variable of the environment that could not be understood."""
    return [Error(problem.message, hint=problem.hint, id="portal.E001") for problem in environment.problems]


@register(Tags.security)
def check_secret_key(**kwargs: Any) -> list[CheckMessage]:
    """portal.E002: sessions and signed links are only as safe as this key."""
    if len(settings.SECRET_KEY) >= 32:
        return []
    hint = "Leave SECRET_KEY empty: the portal then makes a good one and keeps it in DATA_DIR/secret-key."
    return [Error("SECRET_KEY is shorter than 32 characters.", hint=hint, id="portal.E002")]


@register(Tags.security)
def check_hosts(**kwargs: Any) -> list[CheckMessage]:
    """portal.E003: a wildcard lets anybody's host name into the site's own links."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "List the host names of the site, separated by commas."
    return [Error("ALLOWED_HOSTS admits every host name.", hint=hint, id="portal.E003")]


@register(Tags.security)
def check_cookie_paths(**kwargs: Any) -> list[CheckMessage]:
    """portal.E004: a cookie outside /admin/ would reach public pages."""
    wrong = [
        name
        for name in ("SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH")
        if getattr(settings, name) != f"{settings.PATH_PREFIX}/admin/"
    ]
    hint = "Public pages set no cookie: keep both paths at PATH_PREFIX/admin/."
    return [Error(f"{name} is not the admin's path.", hint=hint, id="portal.E004") for name in wrong]


@register(Tags.security)
def check_upload_folder(**kwargs: Any) -> list[CheckMessage]:
    """portal.E005: files below STATIC_ROOT are served to everybody; uploads are private."""
    if not Path(settings.MEDIA_ROOT).is_relative_to(settings.STATIC_ROOT):
        return []
    return [
        Error(
            "MEDIA_ROOT lies inside STATIC_ROOT, which is served to everybody.",
            hint="Keep uploads in DATA_DIR/media.",
            id="portal.E005",
        )
    ]


@register(Tags.security, deploy=True)
def check_debug(**kwargs: Any) -> list[CheckMessage]:
    """portal.W001: debug pages show settings and source code."""
    if not settings.DEBUG:
        return []
    return [Warning("DEBUG is on.", hint="Unset DEBUG on a site that others can reach.", id="portal.W001")]


@register(Tags.security, deploy=True)
def check_https(**kwargs: Any) -> list[CheckMessage]:
    """portal.W002: without TLS an editor's password crosses the network in clear."""
    if settings.HTTPS:
        return []
    hint = "Set HTTPS=1 once the proxy in front speaks TLS (and PROXIES=1 so that its word is trusted)."
    return [Warning("HTTPS is off.", hint=hint, id="portal.W002")]


@register(Tags.security, deploy=True)
def check_proxy(**kwargs: Any) -> list[CheckMessage]:
    """portal.W003: with TLS at a proxy that is not trusted every request is redirected for ever."""
    if not settings.HTTPS or settings.PROXIES:
        return []
    hint = "Set PROXIES to the number of reverse proxies in front of the portal."
    return [Warning("HTTPS is on but no proxy is trusted.", hint=hint, id="portal.W003")]

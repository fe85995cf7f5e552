"""WSGI entry point; strips the path prefix when the proxy in front leaves it on."""

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.conf import settings  # noqa: E402 -- settings need the line above
from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

from portal import environment  # noqa: E402

if environment.problems:
    raise ImproperlyConfigured(" ".join(f"{p.message} {p.hint}" for p in environment.problems))

django_application = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    prefix, path = settings.PATH_PREFIX, environ.get("PATH_INFO", "")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        environ["PATH_INFO"] = path.removeprefix(prefix) or "/"
    return django_application(environ, start_response)

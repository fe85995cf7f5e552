"""Checks of links: malformed ones, and own addresses that no longer answer. Nothing is asked over the network."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from publishing.links import as_browsers_read, host_of, is_own, is_web_address
from publishing.models import Redirect
from publishing.preflight.content import Link


def link_finding(link: Link) -> tuple[str, str] | None:
    """The id and the words of what is wrong with a link, or None."""
    shown = f"“{link.words[:20] or link.href[:60]}”（{link.href[:80]}）"
    if not link.href:
        return "link.malformed", f"“{link.words[:20]}”没有地址"
    url = as_browsers_read(link.href)
    if url.startswith("#"):
        return None
    scheme = urlsplit(url).scheme if "//" not in url[:2] else "https"
    if scheme in {"mailto", "tel"}:
        return None if len(url.partition(":")[2]) > 2 else ("link.malformed", shown)
    if url.startswith("/"):
        return None if answers(url) else ("link.dead", shown)
    if scheme not in {"http", "https"} or not _is_web_address(url):
        return "link.malformed", shown
    if is_own(host_of(url)) and not answers(_own_path(url)):
        return "link.dead", shown
    return None


def answers(path: str) -> bool:
    """Whether an own address leads a visitor to something: asked of its view, without a server in between."""
    bare = unquote(path.partition("#")[0].partition("?")[0])
    try:
        found = resolve(bare)
    except Resolver404:
        redirect = Redirect.objects.for_path(bare)
        return redirect is not None and not redirect.is_gone
    if found.app_names and found.app_names[0] == "admin":
        return False
    request = _request(bare, path.partition("#")[0].partition("?")[2])
    request.resolver_match = found
    try:
        response = found.func(request, *found.args, **found.kwargs)
    except (Http404, PermissionDenied):
        return False
    # Not response.close(): it would tell Django that the editor's own request is over, and drop the connection.
    if (file := getattr(response, "file_to_stream", None)) is not None:
        file.close()
    return response.status_code < HTTPStatus.BAD_REQUEST


def _request(path: str, query: str) -> HttpRequest:
    """What a visitor's browser would ask for. Pages know nobody, so there is nothing else to tell them."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET = QueryDict(query)
    host = next((one for one in settings.ALLOWED_HOSTS if one not in {"*", "[::1]"}), "localhost").lstrip(".")
    request.META = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": host, "SERVER_PORT": "80", "HTTP_HOST": host,
    }  # fmt: skip
    return request


def _own_path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def _is_web_address(url: str) -> bool:
    try:
        is_web_address(url)
    except ValidationError:
        return False
    return True

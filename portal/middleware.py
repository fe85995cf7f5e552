"""Middleware of the portal: a public side that knows nobody, an admin side that knows its editors."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from simple_history.middleware import HistoryRequestMiddleware

from publishing.models import Redirect

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def is_admin(request: HttpRequest) -> bool:
    return request.path_info.startswith("/admin/")


class AdminOnly:
    """Mixin: the middleware that follows in the MRO works under /admin/ and is passed by elsewhere."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if is_admin(request):
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)


class AdminSessionMiddleware(AdminOnly, SessionMiddleware):
    pass


class AdminAuthenticationMiddleware(AdminOnly, AuthenticationMiddleware):
    pass


class AdminMessageMiddleware(AdminOnly, MessageMiddleware):
    pass


class AdminCsrfMiddleware(AdminOnly, CsrfViewMiddleware):
    """CSRF tokens need a cookie; public POSTs are guarded by Origin and Sec-Fetch-Site instead."""

    def process_view(self, request: HttpRequest, callback: Any, args: Any, kwargs: Any) -> Any:
        if is_admin(request):
            return super().process_view(request, callback, args, kwargs)
        return None


def AdminHistoryMiddleware(get_response: GetResponse) -> GetResponse:
    inner = HistoryRequestMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return inner(request) if is_admin(request) else get_response(request)

    return middleware


class PortalCSPMiddleware(CSPMiddleware):
    """The strict public policy everywhere; under /admin/ the one that the editor needs."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if is_admin(request) and not report_only:
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts


class RedirectMiddleware:
    """Where no page stands, follow the office's redirects: a query only for addresses that are not found."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 404 or is_admin(request) or request.method not in {"GET", "HEAD"}:
            return response
        redirect = Redirect.objects.for_path(request.path_info)
        if redirect is None:
            return response
        if redirect.is_gone:
            return gone(request)
        return HttpResponsePermanentRedirect(redirect.href)


def gone(request: HttpRequest) -> HttpResponse:
    return render(request, "410.html", status=410)

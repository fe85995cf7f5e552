"""Under /admin/: who acts from where, the end of an idle log-in, and what must be done before anything else."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from audit.acting import acting
from audit.chain import record
from audit.models import Event, Result
from portal.accounts import duties, session
from portal.middleware import GetResponse, is_admin

PASSWORD_PAGES = {"account_change_password", "account_logout"}
SECOND_FACTOR_PAGES = {
    "account_logout", "account_reauthenticate", "account_change_password", "mfa_activate_totp", "mfa_reauthenticate",
}  # fmt: skip


def client_address(request: HttpRequest) -> str:
    """The client's address as the trusted proxies tell it; that of the last hop where they tell none."""
    try:
        return str(get_adapter().get_client_ip(request))[:45]
    except (ImproperlyConfigured, PermissionDenied):
        return str(request.META.get("REMOTE_ADDR", ""))[:45]


def AuditMiddleware(get_response: GetResponse) -> GetResponse:
    """Tell the audit trail who acts, and record what a person was refused."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not is_admin(request):
            return get_response(request)
        with acting(request, client_address(request)) as now:
            response = get_response(request)
            if response.status_code == 403 and now.user is not None:
                # The path alone: a query may hold what somebody searched for.
                record(Event.REFUSED, name=request.path, result=Result.REFUSED, detail=str(request.method))
            return response

    return middleware


def IdleMiddleware(get_response: GetResponse) -> GetResponse:
    """End a log-in with which nothing was done for IDLE_MINUTES."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if is_admin(request) and request.user.is_authenticated and session.has_idled(request):
            minutes = settings.IDLE_MINUTES
            record(Event.LOGOUT, by=request.user, detail=f"超过 {minutes} 分钟没有操作，自动退出")
            logout(request)
            messages.info(request, f"超过 {minutes} 分钟没有操作，已自动退出。请重新登录。")
        return get_response(request)

    return middleware


class DutyMiddleware:
    """Lead whoever must change the password or set up a second factor to that page, from everywhere else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not is_admin(request) or not request.user.is_authenticated:
            return None
        page = request.resolver_match.url_name if request.resolver_match else ""
        if request.session.get(session.PASSWORD_DUE):
            return (
                None if page in PASSWORD_PAGES else HttpResponseRedirect(reverse("account_change_password"))
            )
        # The page that sets it up says why it is shown.
        request.second_factor_due = duties.second_factor_due(request.user)  # type: ignore[attr-defined]
        if page in SECOND_FACTOR_PAGES or not request.second_factor_due:  # type: ignore[attr-defined]
            return None
        return HttpResponseRedirect(reverse("mfa_activate_totp"))

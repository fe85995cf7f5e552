from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db import DataError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import URLPattern, URLResolver, path

from portal.auditing import audited
from publishing.files import staff_file


class PortalAdminSite(AdminSite):
    """The admin, in Chinese, with private files below it."""

    site_header = "双拥门户后台"
    site_title = "后台"
    index_title = "今天的工作"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register as Django does; whatever is added, changed or deleted then stands in the audit trail."""
        super().register(model_or_iterable, audited(admin_class or ModelAdmin), **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return super().admin_view(refusing_wild_values(view), cacheable)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        files = path("files/<str:file_id>/<str:name>", self.admin_view(staff_file), name="file")
        return [files, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        # Models are loaded only after the admin site is.
        from portal.dashboard import work  # noqa: PLC0415

        return super().index(request, {"work": work(request.user), **(extra_context or {})})

    # One way in and out: the log-in pages, which know about attempts and second factors.

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_logout")


def refusing_wild_values(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer a value that no database can hold with a sentence instead of a server error.

    Django's admin lets through numbers of any length: a forged choice or a year of twenty digits.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
            # Widgets look their choices up while they are shown.
            if isinstance(response, SimpleTemplateResponse):
                response.render()
            return response
        except (OverflowError, DataError):
            return render(request, "admin/wild_value.html", {"title": "没有保存"}, status=400)

    return guarded

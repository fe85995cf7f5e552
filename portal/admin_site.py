from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from publishing.files import staff_file


class PortalAdminSite(AdminSite):
    """The admin, in Chinese, with private files below it."""

    site_header = "双拥门户后台"
    site_title = "后台"
    index_title = "今天的工作"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        files = path("files/<str:file_id>/<str:name>", self.admin_view(staff_file), name="file")
        return [files, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        # Models are loaded only after the admin site is.
        from portal.dashboard import work  # noqa: PLC0415

        return super().index(request, {"work": work(request.user), **(extra_context or {})})

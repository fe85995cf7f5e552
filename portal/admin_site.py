from django.contrib.admin import AdminSite
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

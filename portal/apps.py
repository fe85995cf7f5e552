from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "网站"

    def ready(self) -> None:
        from portal import checks  # noqa: F401, PLC0415 -- registers the system checks
        from portal.accounts import checks as account_checks  # noqa: F401, PLC0415
        from portal.models import FriendlyLink, NavigationItem, SiteIdentity  # noqa: PLC0415
        from publishing import registry  # noqa: PLC0415

        registry.register_public(SiteIdentity, NavigationItem, FriendlyLink)


class PortalAdminConfig(AdminConfig):
    default_site = "portal.admin_site.PortalAdminSite"

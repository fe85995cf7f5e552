from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "网站"

    def ready(self) -> None:
        from portal import checks  # noqa: F401, PLC0415 -- registers the system checks
        from portal.accounts import checks as account_checks  # noqa: F401, PLC0415
        from portal.models import FriendlyLink, NavigationItem, SiteIdentity  # noqa: PLC0415
        from publishing import registry  # noqa: PLC0415

        registry.register_public(SiteIdentity, NavigationItem, FriendlyLink)
        post_migrate.connect(keep_roles, sender=self, dispatch_uid="portal.roles")


class PortalAdminConfig(AdminConfig):
    default_site = "portal.admin_site.PortalAdminSite"


def keep_roles(using: str, apps: Any = global_apps, **kwargs: Any) -> None:
    """After each migrate, and after a flush: the groups of the roles are those of their table, and kept apart."""
    from portal.accounts import guards, roles  # noqa: PLC0415 -- models are loaded only now

    stands = {(model._meta.app_label, model._meta.model_name) for model in apps.get_models()}
    # A migrate that stops half-way knows no groups yet, or nothing that could record what changes.
    if {("auth", "group"), ("audit", "auditevent")} <= stands:
        roles.follow_table(using, apps)
    guards.install(using)

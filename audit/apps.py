from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        from audit import checks  # noqa: F401, PLC0415 -- registers the system check

        post_migrate.connect(install_guards, sender=self, dispatch_uid="audit.guards")


def install_guards(using: str, **kwargs: Any) -> None:
    """(Re)build the triggers after each migrate: SQLite loses them when a migration rebuilds a table."""
    from audit import guards  # noqa: PLC0415 -- models are loaded only now

    guards.install(using)

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "发布与文件"

    def ready(self) -> None:
        from publishing import registry  # noqa: PLC0415 -- models are loaded only now
        from publishing.models import Picture, Redirect  # noqa: PLC0415

        registry.register_public(Picture, Redirect)
        registry.register_files("p", Picture)
        post_migrate.connect(install_triggers, dispatch_uid="publishing.generation")


def install_triggers(using: str, **kwargs: Any) -> None:
    """(Re)build the triggers after each migrate: SQLite loses them when a migration rebuilds a table."""
    from publishing import generation  # noqa: PLC0415 -- models are loaded only now

    generation.install_triggers(using)

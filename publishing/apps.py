from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "发布与文件"

    def ready(self) -> None:
        from publishing import registry  # noqa: PLC0415 -- models are loaded only now
        from publishing.models import Picture, Redirect  # noqa: PLC0415
        from publishing.preflight import registry as preflight  # noqa: PLC0415
        from publishing.preflight.pictures import picture_content  # noqa: PLC0415

        registry.register_public(Picture, Redirect)
        registry.register_files("p", Picture)
        preflight.register_subject(Picture, picture_content, lambda: Picture.objects.public())
        post_migrate.connect(install_triggers, dispatch_uid="publishing.generation")
        post_migrate.connect(install_guards, sender=self, dispatch_uid="publishing.guards")


def install_triggers(using: str, **kwargs: Any) -> None:
    """(Re)build the triggers after each migrate: SQLite loses them when a migration rebuilds a table."""
    from publishing import generation  # noqa: PLC0415 -- models are loaded only now

    generation.install_triggers(using)


def install_guards(using: str, **kwargs: Any) -> None:
    """What two persons confirmed stands as they confirmed it."""
    from publishing import guards  # noqa: PLC0415 -- models are loaded only now
    from publishing.models import Consent, Override, ReviewStep  # noqa: PLC0415

    for model in (Override, Consent):
        message = "what was confirmed is append-only: enter another one"
        guards.forbid_changes(model, message, using=using, when='OLD."confirmed_by_id" IS NOT NULL')
    message = "reviews are append-only: they say what somebody did"
    guards.forbid_changes(ReviewStep, message, using=using)
    guards.forbid_deletion(ReviewStep, message, using=using)

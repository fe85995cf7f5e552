from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HonorsConfig(AppConfig):
    name = "honors"
    verbose_name = "荣誉与地名"

    def ready(self) -> None:
        from honors import models, preflight  # noqa: PLC0415 -- models are loaded only now
        from publishing import registry, workflow  # noqa: PLC0415

        registry.register_public(
            models.Place,
            models.PlaceName,
            models.Source,
            models.Title,
            models.Round,
            models.RollSheet,
            models.Recipient,
            models.Award,
            models.Evidence,
            models.Claim,
            models.Standing,
        )
        preflight.register()
        workflow.moved.connect(follow_round, sender=models.Round, dispatch_uid="honors.standings")
        post_migrate.connect(install_guards, sender=self, dispatch_uid="honors.guards")


def follow_round(item: Any, **kwargs: Any) -> None:
    """A round became public or was withdrawn: what depends on it follows in the same transaction."""
    from honors import standings  # noqa: PLC0415 -- models are loaded only now

    standings.refresh()


def install_guards(using: str, **kwargs: Any) -> None:
    from honors import guards  # noqa: PLC0415 -- models are loaded only now

    guards.install(using)

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "共建与双清单"

    def ready(self) -> None:
        from partnerships import models, preflight  # noqa: PLC0415 -- models are loaded only now
        from publishing import registry  # noqa: PLC0415

        registry.register_public(
            models.Partner,
            models.PartnerName,
            models.Counterpart,
            models.Agreement,
            models.Verification,
            models.DualListItem,
            models.ProgressNote,
            models.ReportedTotal,
        )
        preflight.register()
        post_migrate.connect(install_guards, sender=self, dispatch_uid="partnerships.guards")


def install_guards(using: str, **kwargs: Any) -> None:
    from partnerships.models import Verification  # noqa: PLC0415 -- models are loaded only now
    from publishing import guards  # noqa: PLC0415

    guards.forbid_changes(Verification, "a verification is append-only: enter another one", using=using)

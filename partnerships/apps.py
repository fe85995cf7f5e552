from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "共建"

    def ready(self) -> None:
        from partnerships.models import Agreement, Counterpart, Partner  # noqa: PLC0415 -- models load first
        from publishing import registry  # noqa: PLC0415

        registry.register_public(Partner, Counterpart, Agreement)

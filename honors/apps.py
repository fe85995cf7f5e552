from django.apps import AppConfig


class HonorsConfig(AppConfig):
    name = "honors"
    verbose_name = "荣誉与地名"

    def ready(self) -> None:
        from honors.models import Place, PlaceName, Source  # noqa: PLC0415 -- models are loaded only now
        from publishing import registry  # noqa: PLC0415

        registry.register_public(Place, PlaceName, Source)

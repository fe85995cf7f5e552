from django.apps import AppConfig


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = "新闻"

    def ready(self) -> None:
        from news import preflight  # noqa: PLC0415 -- models are loaded only now
        from news.models import Article, Attachment, Column  # noqa: PLC0415
        from publishing import registry  # noqa: PLC0415

        registry.register_public(Column, Article, Attachment)
        registry.register_files("a", Attachment)
        registry.register_picture_use(
            lambda: Article.objects.published().filter(cover__isnull=False).values("cover")
        )
        registry.register_picture_use(
            lambda: Article.objects.published().filter(pictures__isnull=False).values("pictures")
        )
        preflight.register()

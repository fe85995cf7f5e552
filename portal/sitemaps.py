"""sitemap.xml: every public page."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from news.models import Article, Column
from news.querysets import without_empty


class Pages(Sitemap):
    def items(self) -> list[str]:
        return ["home", "news:index", "about", "accessibility", "site-map"]

    def location(self, item: str) -> str:
        return reverse(item)


class Columns(Sitemap):
    def items(self) -> list[Column]:
        return [one for top in without_empty(Column.objects.tree()) for one in [top, *top.children_list]]


class Articles(Sitemap):
    limit = 5000

    def items(self) -> Any:
        return Article.objects.published().filter(link_out="").newest_first().for_lists()

    def lastmod(self, item: Article) -> datetime:
        return item.updated_at


SITEMAPS: dict[str, type[Sitemap]] = {"pages": Pages, "columns": Columns, "articles": Articles}

"""RSS of all news and of each column."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.urls import reverse

from news.models import Article, Column

ITEMS = 30


class AllNews(Feed):
    title = "最新稿件"
    description = "全部栏目的最新稿件"
    language = "zh-cn"

    def link(self) -> str:
        return reverse("news:index")

    def items(self) -> Any:
        return newest(Article.objects.all())

    def item_title(self, item: Article) -> str:
        return item.title

    def item_description(self, item: Article) -> str:
        return item.summary

    def item_link(self, item: Article) -> str:
        return item.get_absolute_url()

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.published_at

    def item_categories(self, item: Article) -> list[str]:
        return [item.column.name]


class ColumnNews(AllNews):
    def get_object(self, request: HttpRequest, slug: str) -> Column:
        for top in Column.objects.tree():
            for column in [top, *top.children_list]:
                if column.slug == slug:
                    return column
        raise Http404

    def title(self, column: Column) -> str:  # type: ignore[override]
        return column.name

    def description(self, column: Column) -> str:  # type: ignore[override]
        return column.description

    def link(self, column: Column) -> str:  # type: ignore[override]
        return column.get_absolute_url()

    def items(self, column: Column) -> Any:  # type: ignore[override]
        return newest(Article.objects.in_column(column))


def newest(articles: Any) -> Any:
    return articles.published().newest_first().for_lists()[:ITEMS]

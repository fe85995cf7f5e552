"""RSS of all news and of each column."""

import re
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
        return for_xml(item.title)

    def item_description(self, item: Article) -> str:
        return for_xml(item.summary)

    def item_link(self, item: Article) -> str:
        return item.get_absolute_url()

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.published_at

    def item_categories(self, item: Article) -> list[str]:
        return [for_xml(item.column.name)]


class ColumnNews(AllNews):
    def get_object(self, request: HttpRequest, slug: str) -> Column:
        for top in Column.objects.tree():
            for column in [top, *top.children_list]:
                if column.slug == slug:
                    return column
        raise Http404

    def title(self, column: Column) -> str:  # type: ignore[override]
        return for_xml(column.name)

    def description(self, column: Column) -> str:  # type: ignore[override]
        return for_xml(column.description)

    def link(self, column: Column) -> str:  # type: ignore[override]
        return column.get_absolute_url()

    def items(self, column: Column) -> Any:  # type: ignore[override]
        return newest(Article.objects.in_column(column))


def for_xml(text: str) -> str:
    """A text without the characters that XML cannot hold; pasting from Word brings them into titles."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def newest(articles: Any) -> Any:
    """What is news: an archived article has left the feed, where nothing could say that it is archived."""
    return articles.live().newest_first().for_lists()[:ITEMS]

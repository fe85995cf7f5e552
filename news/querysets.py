"""Queries of the news, each named after its reader."""

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from publishing.preflight.models import root_id
from publishing.querysets import PublishableQuerySet, Status

if TYPE_CHECKING:
    from news.models import Article, Column

# What a list never shows; a body may be long and a list has twenty rows.
NOT_IN_LISTS = ["body", "author", "source_url", "original_title", "original_author", "editor", "keywords"]

TREE_ORDER: list[Any] = [
    Coalesce("parent__order", "order"),
    Coalesce("parent", "pk"),
    F("parent").asc(nulls_first=True),
    "order",
    "pk",
]


class ColumnQuerySet(models.QuerySet["Column"]):
    def with_news(self) -> Self:
        """Mark each column that has a published article of its own (``has_news``)."""
        from news.models import Article  # noqa: PLC0415 -- the model is built from this module

        own = Article.objects.published().filter(column=OuterRef("pk"))
        return self.annotate(has_news=Exists(own))

    def in_tree_order(self) -> Self:
        """Each first-level column, then those below it."""
        return self.order_by(*TREE_ORDER)

    def with_figures(self) -> Self:
        """Annotate ``public_count``, ``article_count`` and ``last_published``, with the columns below included."""
        from news.models import Article  # noqa: PLC0415 -- the model is built from this module

        within = Q(column=OuterRef("pk")) | Q(column__parent=OuterRef("pk"))

        def number(articles: "ArticleQuerySet") -> Coalesce:
            counted = articles.filter(within).order_by().annotate(all=Value(1)).values("all")
            return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)

        newest = Article.objects.published().filter(within).order_by("-published_at")
        return self.annotate(
            public_count=number(Article.objects.published()),
            article_count=number(Article.objects.roots()),
            last_published=Subquery(newest.values("published_at")[:1]),
        )

    def tree(self) -> list["Column"]:
        """All columns in one query: the first level, each with ``children_list``."""
        children: dict[int | None, list[Column]] = defaultdict(list)
        for column in self.with_news().order_by("order", "pk"):
            children[column.parent_id].append(column)
        tops = children[None]
        for top in tops:
            top.children_list = children[top.pk]
            for child in top.children_list:
                child.parent, child.children_list = top, []
        return tops


def without_empty(tops: list["Column"], keep: "Column | None" = None) -> list["Column"]:
    """The columns worth showing to a visitor: an empty one is shown only while somebody stands in it."""

    def is_shown(column: "Column") -> bool:
        return column.has_news or column == keep or bool(column.children_list)

    for top in tops:
        top.children_list = [child for child in top.children_list if is_shown(child)]
    return [top for top in tops if is_shown(top)]


def pinned(at: datetime) -> Q:
    """What stands before the other news of the home page; ``Article.is_pinned`` is its twin for one object."""
    return Q(pinned_until__gt=at) & ~Q(status=Status.ARCHIVED)


class ArticleQuerySet(PublishableQuerySet):
    def for_lists(self) -> Self:
        return self.select_related("column").defer(*NOT_IN_LISTS)

    def in_column(self, column: "Column") -> Self:
        """Articles of a column and of the columns below it."""
        return self.filter(column__in=[column.pk, *(child.pk for child in column.children_list)])

    def matching(self, text: str) -> Self:
        """Articles whose title, subtitle, lead title or summary holds a text."""
        return self.filter(
            Q(title__icontains=text)
            | Q(subtitle__icontains=text)
            | Q(lead_title__icontains=text)
            | Q(summary__icontains=text)
        )

    def headline(self) -> "Article | None":
        """The article at the top of the home page."""
        return self.live().filter(headline=True).newest_first().for_lists().select_related("cover").first()

    def pinned_or_in(self, column: "Column | None", at: datetime | None = None) -> Self:
        """Articles pinned at a moment, and those of a column (of all columns for None)."""
        if column is None:
            return self
        ids = [column.pk, *(child.pk for child in column.children_list)]
        return self.filter(pinned(at or timezone.now()) | Q(column__in=ids))

    def pinned_first(self, at: datetime | None = None) -> Self:
        first = Case(
            When(pinned(at or timezone.now()), then=Value(1)), default=Value(0), output_field=IntegerField()
        )
        return self.annotate(pinned=first).order_by("-pinned", "-published_at", "-pk")

    def newest_of_each(self, columns: list["Column"], number: int) -> "dict[int, list[Article]]":
        """The newest published articles of each first-level column, counting those of its children: one query."""
        top_of = {child.pk: top.pk for top in columns for child in [top, *top.children_list]}
        if not top_of:
            return {}
        top = Case(
            *(When(column=pk, then=Value(number)) for pk, number in top_of.items()),
            output_field=IntegerField(),
        )
        rank = Window(
            RowNumber(), partition_by=[F("top")], order_by=[F("published_at").desc(), F("pk").desc()]
        )
        ranked = self.published().filter(column__in=top_of).annotate(top=top).annotate(rank=rank)
        grouped: dict[int, list[Article]] = defaultdict(list)
        for article in ranked.filter(rank__lte=number).for_lists().order_by("rank"):
            grouped[top_of[article.column_id]].append(article)
        return grouped

    def with_neighbours(self, column: int | None = None) -> Self:
        """Annotate ``newer_id`` and ``older_id``: the articles above and below in the list of the same column.

        `column` is the key of another one that they are going to stand in.
        """
        from news.models import Article  # noqa: PLC0415 -- the model is built from this module

        there = OuterRef("column") if column is None else column
        same = Article.objects.published().filter(column=there).exclude(pk=OuterRef("pk"))
        moment = OuterRef("published_at")
        newer = same.filter(Q(published_at__gt=moment) | Q(published_at=moment, pk__gt=OuterRef("pk")))
        older = same.filter(Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=OuterRef("pk")))
        return self.annotate(
            newer_id=Subquery(newer.order_by("published_at", "pk").values("pk")[:1]),
            older_id=Subquery(older.order_by("-published_at", "-pk").values("pk")[:1]),
        )

    def beside(self, article: "Article", related: int) -> Self:
        """The neighbours of an article (see ``with_neighbours``) and its related articles, in one query."""
        neighbours = [pk for pk in (article.newer_id, article.older_id) if pk]
        shared = Exists(
            self.model.places.through.objects.filter(
                article=OuterRef("pk"),
                place__in=self.model.places.through.objects.filter(article=article.pk).values("place"),
            )
        )
        related_ids = (
            self.published()
            .filter(Q(column=article.column_id) | shared)
            .exclude(pk__in=[root_id(article), *neighbours])
            .annotate(shares_place=shared)
            .order_by("-shares_place", "-published_at", "-pk")
            .values("pk")[:related]
        )
        return (
            self.published().filter(Q(pk__in=neighbours) | Q(pk__in=related_ids)).newest_first().for_lists()
        )

"""sitemap.xml: every public page."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from honors.models import Award, Place, Recipient, Round, Title
from honors.querysets import Level
from news.models import Article, Column
from news.querysets import without_empty
from partnerships.models import Agreement, Partner


class Pages(Sitemap):
    def items(self) -> list[str]:
        return [
            "home",
            "news:index",
            "honors:roll",
            "honors:grid",
            "honors:recipients",
            "partnerships:directory",
            "partnerships:dual-list",
            "about",
            "accessibility",
            "site-map",
        ]

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


class Titles(Sitemap):
    def items(self) -> list[Title]:
        return list(Title.objects.all())

    def location(self, item: Title) -> str:
        return reverse("honors:title", args=[item.slug])


class Rounds(Sitemap):
    def items(self) -> Any:
        return Round.objects.published()

    def location(self, item: Round) -> str:
        return reverse("honors:round", args=[item.slug])

    def lastmod(self, item: Round) -> datetime:
        return item.updated_at


class Places(Sitemap):
    """Places with a public award, and the provinces in which they lie; all others have an empty page."""

    limit = 5000

    def items(self) -> Any:
        public = Award.objects.public()
        own = Exists(public.filter(place=OuterRef("pk")))
        below = Q(level=Level.PROVINCE) & Q(Exists(public.filter(place__province=OuterRef("pk"))))
        return Place.objects.filter(Q(own) | below).order_by("code")

    def location(self, item: Place) -> str:
        return reverse("honors:place", args=[item.code])


class Recipients(Sitemap):
    limit = 5000

    def items(self) -> Any:
        awards = Award.objects.public().filter(recipient=OuterRef("pk"))
        return Recipient.objects.filter(Exists(awards)).order_by("pk")

    def location(self, item: Recipient) -> str:
        return reverse("honors:recipient", args=[item.pk])


class Agreements(Sitemap):
    limit = 5000

    def items(self) -> Any:
        return Agreement.objects.published().newest_first()

    def lastmod(self, item: Agreement) -> datetime:
        return item.updated_at


class Partners(Sitemap):
    limit = 5000

    def items(self) -> Any:
        return Partner.objects.public().order_by("pk")


SITEMAPS: dict[str, type[Sitemap]] = {
    "pages": Pages,
    "columns": Columns,
    "articles": Articles,
    "titles": Titles,
    "rounds": Rounds,
    "places": Places,
    "recipients": Recipients,
    "agreements": Agreements,
    "partners": Partners,
}

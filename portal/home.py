"""What stands on the home page, each block with its fixed number of queries."""

from dataclasses import dataclass
from typing import Any, TypedDict

from django.db.models import Case, Count, F, Q, When
from django.utils import timezone

from honors.dossiers import Judged, Story, dossier
from honors.models import Place
from news.models import Article, Column, HomePosition
from news.querysets import ArticleQuerySet
from partnerships.dual_list import SideStory, sides
from partnerships.dual_list_filters import COUNTED, Known
from partnerships.models import Agreement, DualListItem
from portal.models import FriendlyLink

LEAD, NOTICES, BLOCK, AGREEMENTS = 8, 6, 6, 4


class ColumnBlock(TypedDict):
    column: Column
    articles: list[Article]


@dataclass(frozen=True)
class HonorStrip:
    """The home place under its first title, and the first statement about a title of its region."""

    place: Place
    story: Story
    claim: Judged | None


@dataclass(frozen=True)
class DualListStrip:
    """Where the newest year of the dual list stands, side by side; sides without a public item are left out."""

    year: int
    sides: list[SideStory]


@dataclass(frozen=True)
class PartnershipStrip:
    """How many partnerships are on record, how many of them with a signed document, and a few of them."""

    total: int
    signed: int
    agreements: list[Agreement]

    @property
    def has_unverified(self) -> bool:
        return not all(one.is_fresh for one in self.agreements)


class HomeBlocks(TypedDict):
    headline: Article | None
    lead_articles: list[Article]
    lead_column: Column | None
    honors: HonorStrip | None
    notices: list[Article]
    notice_column: Column | None
    dual_list: DualListStrip | None
    partnerships: PartnershipStrip | None
    blocks: list[ColumnBlock]
    friendly_links: list[FriendlyLink]


def blocks(home_place: Place | None) -> HomeBlocks:
    """The home page: headline and lead news, honors, notices, dual list, partnerships, columns, friendly links."""
    columns = [one for top in Column.objects.tree() for one in [top, *top.children_list]]
    lead_column = first_at(HomePosition.LEAD, columns)
    notice_column = first_at(HomePosition.NOTICES, columns)
    headline = Article.objects.headline()
    lead = lead_articles(lead_column, headline)
    if headline is None and (headline := next((one for one in lead if not one.is_archived), None)):
        lead.remove(headline)
    placed = [one for one in columns if one.home_position == HomePosition.BLOCK]
    newest = Article.objects.newest_of_each(placed, BLOCK)
    return {
        "headline": headline,
        "lead_articles": lead,
        "lead_column": lead_column,
        "honors": honor_strip(home_place),
        "notices": list(in_column(notice_column)[:NOTICES]) if notice_column else [],
        "notice_column": notice_column,
        "dual_list": dual_list_strip(),
        "partnerships": partnership_strip(home_place),
        "blocks": [{"column": one, "articles": newest[one.pk]} for one in placed if newest.get(one.pk)],
        "friendly_links": list(FriendlyLink.objects.all()),
    }


def honor_strip(place: Place | None) -> HonorStrip | None:
    """What the record says of the home place; None while it says nothing. Four queries."""
    if place is None:
        return None
    record = dossier(place)
    if record.main is None or not record.main.has_naming:
        return None
    regional = (one for one in record.claims if one.claim.title.region_id is not None)
    return HonorStrip(place, record.main, next(regional, None))


def dual_list_strip() -> DualListStrip | None:
    """The newest year with public items; None while there is none. One query."""
    newest = DualListItem.objects.published().order_by("-year").values("year")[:1]
    items = list(DualListItem.objects.public().filter(year=newest).only(*COUNTED))
    if not items:
        return None
    year = items[0].year
    both = sides(Known(items, withdrawn=[]), year, timezone.localdate())
    return DualListStrip(year, [side for side in both if side.progress.total])


def partnership_strip(home_place: Place | None) -> PartnershipStrip | None:
    """The record of partnerships, those of the home place first; None while it is empty. Three queries."""
    public = Agreement.objects.published()
    counts = public.aggregate(total=Count("pk"), signed=Count("pk", filter=Q(has_document=True)))
    if not counts["total"]:
        return None
    listed = public.select_related("counterpart").prefetch_related("partners")
    return PartnershipStrip(
        agreements=list(listed.order_by(*nearest_first(home_place))[:AGREEMENTS]), **counts
    )


def nearest_first(home_place: Place | None) -> list[Any]:
    """The order in which agreements stand here: at home, with a document, then the latest."""
    home = home_place.pk if home_place else 0
    at_home = Q(place=home) | Q(place__prefecture=home) | Q(place__province=home)
    latest = F("signed_on").desc(nulls_last=True)
    return [Case(When(at_home, then=0), default=1), "-has_document", latest, "-pk"]


def first_at(position: HomePosition, columns: list[Column]) -> Column | None:
    return next((one for one in columns if one.home_position == position), None)


def lead_articles(column: Column | None, headline: Article | None) -> list[Article]:
    """Pinned articles of any column, then the newest of the lead column; of all columns where none leads."""
    chosen = Article.objects.published().pinned_or_in(column)
    if headline is not None:
        chosen = chosen.exclude(pk=headline.pk)
    return list(chosen.pinned_first().for_lists().select_related("cover")[:LEAD])


def in_column(column: Column) -> ArticleQuerySet:
    return Article.objects.published().in_column(column).newest_first().for_lists()

"""What stands on the home page, each block with its fixed number of queries."""

from dataclasses import dataclass
from typing import TypedDict

from honors.dossiers import Judged, Story, dossier
from honors.models import Place
from news.models import Article, Column, HomePosition
from news.querysets import ArticleQuerySet
from portal.models import FriendlyLink

LEAD, NOTICES, BLOCK = 8, 6, 6


class ColumnBlock(TypedDict):
    column: Column
    articles: list[Article]


@dataclass(frozen=True)
class HonorStrip:
    """The home place under its first title, and the first statement about a title of its region."""

    place: Place
    story: Story
    claim: Judged | None


class HomeBlocks(TypedDict):
    headline: Article | None
    lead_articles: list[Article]
    lead_column: Column | None
    honors: HonorStrip | None
    notices: list[Article]
    notice_column: Column | None
    blocks: list[ColumnBlock]
    friendly_links: list[FriendlyLink]


def blocks(home_place: Place | None) -> HomeBlocks:
    """The home page: headline, pinned and lead news, honors, notices, column blocks, friendly links."""
    columns = [one for top in Column.objects.tree() for one in [top, *top.children_list]]
    lead_column = first_at(HomePosition.LEAD, columns)
    notice_column = first_at(HomePosition.NOTICES, columns)
    headline = Article.objects.headline()
    lead = lead_articles(lead_column, headline)
    if headline is None and lead:
        headline = lead.pop(0)
    placed = [one for one in columns if one.home_position == HomePosition.BLOCK]
    newest = Article.objects.newest_of_each(placed, BLOCK)
    return {
        "headline": headline,
        "lead_articles": lead,
        "lead_column": lead_column,
        "honors": honor_strip(home_place),
        "notices": list(in_column(notice_column)[:NOTICES]) if notice_column else [],
        "notice_column": notice_column,
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

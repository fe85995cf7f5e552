"""The roll (荣誉榜) and its exports: exactly the same rows, in the same order."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from honors.exports import LAYOUT, records
from honors.facets import facets
from honors.filters import Known, RollFilter
from honors.models import RecipientKind, TitleLevel
from honors.roll import Listed, rows
from publishing.exports import KINDS, download, refusal
from publishing.facets import active, address, heads
from publishing.paging import page_of, pager

PER_PAGE = 50
SORTED_BY = {"place": "地方", "date": "日期", "streak": "连冠"}


@require_safe
def roll(request: HttpRequest) -> HttpResponse:
    chosen = RollFilter(request.GET)
    found = facets(chosen)
    listed = Listed(chosen.ordered(), found.rows)
    page = page_of(request, listed, PER_PAGE)  # type: ignore[arg-type]
    context = {
        "filter": chosen,
        "reasons": chosen.reasons(),
        "rows": rows(page.object_list, chosen.known),
        "found": found,
        "active": active(chosen),
        # Places are looked up from the beginning, dates and streaks from the greatest.
        "heads": heads(chosen, SORTED_BY, rising=["place"]),
        "exports": [(kind.upper(), reverse(f"honors:roll-{kind}") + address(chosen)) for kind in KINDS],
        "national": completeness(chosen.known),
        "page_title": "荣誉榜",
        "page_description": "各地获得双拥荣誉的记录：哪个地方、哪一届、连续几届，每一条都有来源。",
        "breadcrumb": [("首页", reverse("home")), ("荣誉榜", "")],
        **pager(request, page),
    }
    return render(request, "honors/roll.html", context)


def completeness(known: Known) -> dict[str, int]:
    """Of how many national rounds the record holds the complete national list."""
    national = [
        one
        for one in known.rounds
        if one.title.level == TitleLevel.NATIONAL and one.title.recipient_kind == RecipientKind.PLACE
    ]
    listed = [one for one in national if one.listed]  # type: ignore[attr-defined]
    return {"rounds": len(national), "listed": len(listed)}


@require_safe
def roll_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The rows of the page as csv, xlsx or json."""
    chosen = RollFilter(request.GET)
    if not chosen.is_valid():
        return refusal(kind, chosen.reasons())
    awards = chosen.ordered()
    return download(kind, records(awards), LAYOUT, awards.count)

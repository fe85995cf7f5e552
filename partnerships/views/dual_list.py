"""The dual list (双清单) as a public ledger, and its exports: exactly the same rows, in the same order."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships.dual_list import reported_totals, rows, sides
from partnerships.dual_list_filters import DualListFilter, facets
from partnerships.exports import DUAL_LIST, dual_list_records
from partnerships.models import DualListItem
from publishing.exports import KINDS, download, refusal
from publishing.facets import Active, active, address
from publishing.paging import page_of, pager

PER_PAGE = 50


@require_safe
def dual_list(request: HttpRequest) -> HttpResponse:
    chosen = DualListFilter(request.GET)
    # All rows of the choice: a year has some hundred, and counting them apart would be one more query.
    items = list(chosen.ordered())
    page = page_of(request, items, PER_PAGE, otherwise=page_with(items, request.GET.get("at", "")))  # type: ignore[arg-type]
    year, known, today = chosen.chosen_year, chosen.known, chosen.today
    context = {
        "filter": chosen,
        "reasons": chosen.reasons(),
        "year": year,
        "years": [(one, f"?year={one}", one == year) for one in known.years],
        "sides": sides(known, year, today) if year is not None else [],
        "rows": rows(page.object_list, known, today),
        "facets": facets(chosen),
        "active": narrowed_by(chosen),
        "totals": reported_totals(known),
        "clear_href": reverse("partnerships:dual-list") + (f"?year={year}" if year else ""),
        "exports": [
            (kind.upper(), reverse(f"partnerships:dual-list-{kind}") + address(chosen)) for kind in KINDS
        ],
        **heading(year),
        **pager(request, page, "项"),
    }
    return render(request, "partnerships/dual_list.html", context)


def page_with(items: list[DualListItem], anchor: str) -> int:
    """The page on which an item stands (``DualListItem.anchor``); the first for none."""
    found = (index for index, item in enumerate(items) if anchor and item.anchor == anchor)
    return next(found, 0) // PER_PAGE + 1


def heading(year: int | None) -> dict[str, Any]:
    """What the page is called; one address for every year's list needs a title for each."""
    directory = ("军地共建", reverse("partnerships:directory"))
    return {
        "page_title": f"{year}年军地双清单" if year else "军地双清单",
        "page_description": "部队需要地方办的事和地方需要部队办的事：谁来办、办到什么程度、什么时候办完、办得怎样。",
        "breadcrumb": [("首页", reverse("home")), directory, ("双清单", "")],
    }


def narrowed_by(chosen: DualListFilter) -> list[Active]:
    """The filters in force. A right year is none: the page is always about one, and links lead to the others."""
    label = chosen.filters["year"].label
    return [one for one in active(chosen) if one.label != label or chosen.chosen_year is None]


@require_safe
def dual_list_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The rows of the page as csv, xlsx or json."""
    chosen = DualListFilter(request.GET)
    if not chosen.is_valid():
        return refusal(kind, chosen.reasons())
    items = chosen.ordered()
    records = dual_list_records(items, prints_numbers=chosen.known.prints_numbers, today=chosen.today)
    return download(kind, records, DUAL_LIST, items.count)

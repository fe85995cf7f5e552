"""The directory of partnerships (共建目录) and its exports: exactly the same rows, in the same order."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from honors import partial_dates
from partnerships.exports import AGREEMENTS, agreement_records
from partnerships.facets import facets
from partnerships.filters import DirectoryFilter
from partnerships.models import Agreement
from partnerships.pictures import picture, ties_of
from publishing.exports import KINDS, download, refusal
from publishing.facets import active, address, heads
from publishing.paging import page_of, pager

PER_PAGE = 30
SORTED_BY = {"date": "日期", "place": "地方"}
ON_PAGE = ("counterpart", "place__province", "place__prefecture", "source")


class Row(NamedTuple):
    """An agreement as the table shows it; `date` is cut to what is known, "" for 日期未载."""

    agreement: Agreement
    date: str


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    chosen = DirectoryFilter(request.GET)
    listed = chosen.ordered().select_related(*ON_PAGE).prefetch_related("partners")
    page = page_of(request, listed, PER_PAGE)
    agreements = list(page.object_list)
    context = {
        "filter": chosen,
        "reasons": chosen.reasons(),
        "rows": [Row(one, day_of(one)) for one in agreements],
        "picture": picture(ties_of(agreements), f"共建关系图：本页 {len(agreements)} 条记录，内容与上表相同"),
        "found": facets(chosen),
        "active": active(chosen),
        "heads": heads(chosen, SORTED_BY, rising=["place"]),
        "exports": [
            (kind.upper(), reverse(f"partnerships:agreements-{kind}") + address(chosen)) for kind in KINDS
        ],
        "page_title": "军地共建",
        "page_description": "城市、单位与部队的共建记录：哪些签有协议，哪些只见报道，每一条都有来源和核实日期。",
        "breadcrumb": [("首页", reverse("home")), ("军地共建", "")],
        **pager(request, page),
    }
    return render(request, "partnerships/directory.html", context)


def day_of(agreement: Agreement) -> str:
    day = agreement.signed_on
    return partial_dates.iso(day, agreement.signed_on_precision) if day else ""


@require_safe
def directory_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The rows of all pages as csv, xlsx or json."""
    chosen = DirectoryFilter(request.GET)
    if not chosen.is_valid():
        return refusal(kind, chosen.reasons())
    agreements = chosen.ordered()
    return download(kind, agreement_records(agreements, chosen.today), AGREEMENTS, agreements.count)

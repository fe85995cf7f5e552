"""The roll (荣誉榜) and its exports: exactly the same rows, in the same order."""

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from honors import exports
from honors.facets import active, address, facets
from honors.filters import Known, RollFilter
from honors.models import RecipientKind, TitleLevel
from honors.roll import Listed, rows
from publishing.paging import page_of, pager

PER_PAGE = 50
FILE_NAME = "双拥荣誉榜"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
        "kept": [
            (name, value) for name, value in request.GET.items() if name in chosen.filters and name != "q"
        ],
        "heads": heads(chosen),
        "exports": [
            (kind.upper(), reverse(f"honors:roll-{kind}") + address(request.GET))
            for kind in ("csv", "xlsx", "json")
        ],
        "national": completeness(chosen.known),
        "page_title": "荣誉榜",
        "page_description": "各地获得双拥荣誉的记录：哪个地方、哪一届、连续几届，每一条都有来源。",
        "breadcrumb": [("首页", reverse("home")), ("荣誉榜", "")],
        **pager(request, page),
    }
    return render(request, "honors/roll.html", context)


def heads(chosen: RollFilter) -> dict[str, dict[str, str]]:
    """The columns that sort: where their link leads, and how the table is sorted now for ``aria-sort``."""
    now = chosen.order
    told = {}
    for name, label in SORTED_BY.items():
        # Names are looked up from the beginning, dates and streaks from the greatest.
        first, second = (name, f"-{name}") if name == "place" else (f"-{name}", name)
        told[name] = {
            "label": label,
            "href": address(chosen.data, sort=second if now == first else first),
            "sorted": "" if now.lstrip("-") != name else "descending" if now.startswith("-") else "ascending",
        }
    return told


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
def roll_csv(request: HttpRequest) -> HttpResponseBase:
    chosen = RollFilter(request.GET)
    if not chosen.is_valid():
        return refusal(chosen)
    return StreamingHttpResponse(
        exports.as_csv(chosen.ordered()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{FILE_NAME}.csv")},
    )


@require_safe
def roll_xlsx(request: HttpRequest) -> HttpResponseBase:
    chosen = RollFilter(request.GET)
    if not chosen.is_valid():
        return refusal(chosen)
    file = exports.as_xlsx(chosen.ordered())
    return FileResponse(file, as_attachment=True, filename=f"{FILE_NAME}.xlsx", content_type=XLSX)


@require_safe
def roll_json(request: HttpRequest) -> HttpResponseBase:
    chosen = RollFilter(request.GET)
    if not chosen.is_valid():
        return JsonResponse(
            {"error": "筛选条件有误", "reasons": chosen.reasons()},
            status=400,
            json_dumps_params={"ensure_ascii": False},
        )
    return StreamingHttpResponse(exports.as_json(chosen.ordered()), content_type="application/json")


def refusal(chosen: RollFilter) -> HttpResponse:
    """A file with no rows would be taken for an answer: say instead what is wrong with the address."""
    text = "\n".join(["筛选条件有误，没有导出。", *chosen.reasons(), ""])
    return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")

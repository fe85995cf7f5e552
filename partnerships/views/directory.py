"""The directory of partnerships (共建目录)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships.models import Agreement
from publishing.paging import page_of, pager


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    listed = Agreement.objects.published().latest_first()
    page = page_of(
        request, listed.select_related("counterpart", "place", "source").prefetch_related("partners")
    )
    context = {
        "page_title": "军地共建",
        "breadcrumb": [("首页", reverse("home")), ("军地共建", "")],
        **pager(request, page),
    }
    return render(request, "partnerships/directory.html", context)

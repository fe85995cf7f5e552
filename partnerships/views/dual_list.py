"""The dual list (双清单) as a public ledger."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships.models import DualListItem


@require_safe
def dual_list(request: HttpRequest) -> HttpResponse:
    context = {
        "items": list(DualListItem.objects.public().in_order()),
        "page_title": "军地双清单",
        "breadcrumb": [
            ("首页", reverse("home")),
            ("军地共建", reverse("partnerships:directory")),
            ("双清单", ""),
        ],
    }
    return render(request, "partnerships/dual_list.html", context)

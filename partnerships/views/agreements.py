"""Pages of one agreement and of one partner."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships.models import Agreement, Partner


def trail(name: str) -> list[tuple[str, str]]:
    return [("首页", reverse("home")), ("军地共建", reverse("partnerships:directory")), (name, "")]


@require_safe
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    listed = Agreement.objects.published().select_related("counterpart", "place", "source")
    found = get_object_or_404(listed.prefetch_related("partners"), pk=pk)
    context = {"agreement": found, "page_title": found.parties, "breadcrumb": trail(found.get_kind_display())}
    return render(request, "partnerships/agreement.html", context)


@require_safe
def partner(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Partner, pk=pk)
    listed = Agreement.objects.published().filter(partners=found).latest_first()
    agreements = list(listed.select_related("counterpart", "place", "source").prefetch_related("partners"))
    if not agreements:
        raise Http404
    context = {
        "partner": found,
        "agreements": agreements,
        "page_title": found.name,
        "breadcrumb": trail(found.name),
    }
    return render(request, "partnerships/partner.html", context)

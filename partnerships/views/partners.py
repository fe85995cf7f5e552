"""The page of one partner: everything that it does."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from honors.models import Place
from partnerships.models import Agreement, Partner
from partnerships.pictures import Party, Tie, picture
from partnerships.querysets import AgreementQuerySet
from partnerships.views.agreements import ARTICLES, trail, with_page
from publishing.paging import page_of, pager

# Counterparts that the picture and its table show; other partners that a record names.
MOST, OTHERS = 12, 5


@require_safe
def partner(request: HttpRequest, pk: int) -> HttpResponse:
    """A partner of at least one published agreement: its agreements newest first, its counterparts, its articles."""
    found = get_object_or_404(Partner.objects.select_related("place__province", "place__prefecture"), pk=pk)
    own = Agreement.objects.published().filter(partners=found)
    page = page_of(request, with_page(own).prefetch_related("partners").latest_first())
    if not page.paginator.count:
        raise Http404
    for one in page.object_list:
        others = [other for other in one.partners.all() if other != found]
        one.others, one.has_more = others[:OTHERS], len(others) > OTHERS
    counterparts = counterparts_in(own)
    context = {
        "partner": found,
        "names": [other.name for other in found.other_names.all()],  # type: ignore[attr-defined]
        "counterparts": counterparts[:MOST],
        "more_counterparts": len(counterparts) - MOST,
        "place": place_of(found, page.object_list),
        "has_unverified": not all(one.is_fresh for one in page.object_list),
        "picture": picture_of(found, counterparts[:MOST]),
        "articles": articles_about(own),
        "page_title": f"{found.name}的共建",
        "page_description": f"{found.name}的军地共建记录、核实情况和来源。",
        "breadcrumb": trail(found.name),
        **pager(request, page),
    }
    return render(request, "partnerships/partner.html", context)


def place_of(found: Partner, agreements: Iterable[Agreement]) -> Place:
    """Where to look for more: the partner's own place where the record knows it, else that of its newest agreement."""
    places = [one.place for one in agreements]
    return next((place for place in places if place.pk == found.place_id), places[0])


def counterparts_in(agreements: AgreementQuerySet) -> list[dict[str, Any]]:
    """Each counterpart with its `number` of records and how many are `signed`; last those without one."""
    grouped = agreements.order_by().values("counterpart", "counterpart__public_name")
    rows = grouped.annotate(number=Count("pk"), signed=Count("pk", filter=Q(has_document=True)))
    return sorted(
        rows, key=lambda row: (row["counterpart"] is None, -row["number"], row["counterpart__public_name"])
    )


def picture_of(found: Partner, counterparts: list[dict[str, Any]]) -> Any:
    """The partner, and a line to each counterpart."""
    own = Party(found.pk, found.name, found.is_group, found.group_size)
    ties = [
        Tie(
            own,
            Party(row["counterpart"], row["counterpart__public_name"]) if row["counterpart"] else None,
            signed=row["signed"] > 0,
        )
        for row in counterparts
    ]
    return picture(ties, f"{found.name}和与它共建的各方，与下方的表相同")


def articles_about(agreements: AgreementQuerySet) -> list[Any]:
    """The newest articles about any of the agreements."""
    article: Any = Agreement._meta.get_field("articles").related_model
    links = article.agreements.through.objects.filter(agreement__in=agreements.order_by().values("pk"))
    about = article.objects.published().filter(pk__in=links.values("article"))
    return list(about.newest_first().for_lists()[:ARTICLES])

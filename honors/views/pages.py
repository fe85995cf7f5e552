"""Pages of one place, one round, one title, one recipient; the list of recipients and the grid."""

from collections import Counter
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Window
from django.db.models.functions import Coalesce
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from honors import coverage, pictures
from honors.dossiers import dossier
from honors.grids import Grid
from honors.models import (
    Award,
    AwardState,
    Place,
    PlaceName,
    Recipient,
    RecipientKind,
    Round,
    Standing,
    Title,
    TitleLevel,
)
from honors.partial_dates import chinese
from honors.phrases import cycle_names
from honors.pictures import Tile
from honors.querysets import Level
from honors.recipients import RecipientFilter
from publishing.notices import no_longer
from publishing.paging import page_of, pager

ARTICLES, AGREEMENTS = 8, 6
ROLL = "荣誉榜"


def trail(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    """Home, the roll, then what is given: the last step is the page itself."""
    return [("首页", reverse("home")), (ROLL, reverse("honors:roll")), *steps[:-1], (steps[-1][0], "")]


def place_href(found: Place) -> str:
    return reverse("honors:place", args=[found.code])


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponseBase:
    """A place under its code of today; a code that it bore before leads there."""
    found = place_with_names(code)
    if found is None:
        former = latest_bearer(code)
        if former is None:
            raise Http404
        return HttpResponsePermanentRedirect(place_href(former.place))
    above = [one for one in (found.province, found.prefecture) if one is not None]
    context = {
        "place": found,
        "page_title": f"{found.name}的双拥荣誉",
        "page_description": f"{found.full_name}已查得的双拥荣誉、依据和来源。",
        "breadcrumb": trail(*((one.name, place_href(one)) for one in above), (found.name, "")),
        "articles": list(found.articles.published().newest_first().for_lists()[:ARTICLES]),  # type: ignore[attr-defined]
        **agreements_of(found),
    }
    if found.level == Level.PROVINCE:
        return render(request, "honors/province.html", context | {"standings": standings_in(found)})
    return render(request, "honors/place.html", context | {"dossier": dossier(found)})


def agreements_of(place: Place) -> dict[str, Any]:
    """The newest partnerships of a place and of what lies in it, and how many there are: two queries.

    They are reached through the place: this package knows no partnerships.
    """
    agreement: Any = Place._meta.get_field("agreements").related_model
    within = Q(place=place) | Q(place__province=place) | Q(place__prefecture=place)
    counted = agreement.objects.published().filter(within).annotate(number=Window(Count("pk")))
    listed = counted.select_related("counterpart", "source").prefetch_related("partners").latest_first()
    shown = list(listed[:AGREEMENTS])
    return {
        "agreements": shown,
        "agreement_count": shown[0].number if shown else 0,
        "has_unverified": not all(one.is_fresh for one in shown),
    }


def latest_bearer(code: str) -> PlaceName | None:
    """The name under which a place last bore a code that no place bears today."""
    names = PlaceName.objects.filter(code=code).select_related("place")
    return names.order_by(F("until").desc(nulls_last=True), "pk").first()


def place_with_names(code: str) -> Place | None:
    """The place of a code with its `former` names as (name, code, until) texts: one query for both."""
    rows = list(
        Place.objects.filter(code=code)
        .select_related("province", "prefecture", "successor")
        .annotate(
            former_name=F("former_names__name"),
            former_code=F("former_names__code"),
            former_until=F("former_names__until"),
            former_precision=F("former_names__until_precision"),
        )
        .order_by(F("former_names__until").desc(nulls_last=True), "former_names__name")
    )
    if not rows:
        return None
    found = rows[0]
    found.former = [  # type: ignore[attr-defined]
        (
            row.former_name,
            row.former_code if row.former_code != found.code else "",
            chinese(row.former_until, row.former_precision) if row.former_until else "",
        )
        for row in rows
        if row.former_name
    ]
    return found


def standings_in(province: Place) -> list[Standing]:
    """Standings of the places of a province that hold a title: by title, most in a row first."""
    rows = Standing.objects.filter(Q(place__province=province) | Q(place=province), total__gte=1)
    return list(
        rows.select_related("title", "place__prefecture").order_by(
            "title__order", "title", "-lower", "-total", "place__code"
        )
    )


@require_safe
def round_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A round with what is held of it; one that was withdrawn says so under its address."""
    found = get_object_or_404(Round.objects.once_public().select_related("title", "source"), slug=slug)
    if not found.is_published():
        return no_longer(
            request,
            found,
            what="这一届的名单",
            label="届次",
            name=str(found),
            onward=(f"看“{found.title.name}”的其他各届", reverse("honors:title", args=[found.title.slug])),
            breadcrumb=trail(("说明", "")),
            title="内容已撤下",
        )
    awards = list(
        Award.objects.public()
        .filter(round=found)
        .select_related(
            "place__province",
            "place__prefecture",
            "recipient__place",
            "shown__sheet__source",
            "revocation_source",
        )
        .order_by("place__code", "-recipient__kind", "recipient__name", "pk")
    )
    context: dict[str, Any] = {
        "round": found,
        "counts": Counter(award.state for award in awards),
        "page_title": str(found),
        "page_description": f"{found}：命名日期、命名机关、各省已查得的名单和来源。",
        "breadcrumb": trail(
            (found.title.name, reverse("honors:title", args=[found.title.slug])), (found.label, "")
        ),
    }
    if found.title.recipient_kind != RecipientKind.PLACE:
        return render(request, "honors/commendation.html", context | {"awards": awards})
    rolls = coverage.of_round(found, awards, Place.objects.provinces())
    label = f"{found}各省已查得的命名数，与下方的表相同"
    context |= {
        "rolls": [roll for roll in rolls if roll.coverage != coverage.Coverage.NOTHING],
        "nothing": [roll.province for roll in rolls if roll.coverage == coverage.Coverage.NOTHING],
        "picture": pictures.tile_grid({roll.province.code: roll.tile for roll in rolls}, label),
    }
    return render(request, "honors/round.html", context)


@require_safe
def title(request: HttpRequest, slug: str) -> HttpResponse:
    """What a title is, its rounds, and how many places of each province are found to hold it."""
    found = get_object_or_404(Title.objects.select_related("region"), slug=slug)
    of_places = found.recipient_kind == RecipientKind.PLACE
    rounds = list(rounds_with_counts(found))
    context: dict[str, Any] = {
        "title": found,
        "of_places": of_places,
        "rounds": rounds,
        "joined": joined_cycles(rounds),
        "in_grid": found.level == TitleLevel.NATIONAL and found.rounds_known,
        "page_title": found.name,
        "page_description": found.description,
        "breadcrumb": trail((found.name, "")),
    }
    if of_places:
        held = places_by_province(found)
        tiles = {province.code: Tile("some", str(number)) for province, number in held if number}
        label = f"各省有几个地方查得获得过{found.name}，与下方的表相同"
        context |= {
            "provinces": [(province, number) for province, number in held if number],
            "nothing": [province for province, number in held if not number],
            "picture": pictures.tile_grid(tiles, label),
        }
    return render(request, "honors/title.html", context)


def rounds_with_counts(found: Title) -> QuerySet[Round]:
    """The published rounds of a title, newest first, each with how many namings and proposals are held."""
    return (
        found.rounds.published()  # type: ignore[attr-defined]
        .annotate(
            named=Count("awards", filter=Q(awards__state=AwardState.NAMED)),
            proposed=Count("awards", filter=Q(awards__state=AwardState.PROPOSED)),
        )
        .select_related("source")
        .order_by("-date", "-pk")
    )


def joined_cycles(rounds: list[Round]) -> list[str]:
    """The cycles that are made of several rounds: 第一至第三届（1991—1993年）."""
    several = Counter(one.cycle for one in rounds if one.cycle)
    names = cycle_names((one.cycle, one.ordinal, one.year) for one in rounds if one.cycle)
    return [names[cycle].full for cycle in sorted(several) if several[cycle] > 1]


def places_by_province(found: Title) -> list[tuple[Place, int]]:
    """Every province with its number of places that hold the title by verified evidence."""
    held = Standing.objects.filter(title=found, total__gte=1)
    # A municipality that holds the title itself lies in itself.
    rows = held.values_list(Coalesce("place__province", "place"))
    number = dict(rows.annotate(number=Count("place")).order_by())
    return [(province, number.get(province.pk, 0)) for province in Place.objects.provinces()]


@require_safe
def recipients(request: HttpRequest) -> HttpResponse:
    """Commended units and people who have a public award."""
    chosen = RecipientFilter(request.GET, queryset=Recipient.objects.filter(Exists(public_awards())))
    rows = chosen.qs if chosen.is_valid() else Recipient.objects.none()
    listed = rows.select_related("place").prefetch_related(
        Prefetch("awards", Award.objects.public().select_related("round__title").order_by("-round__date"))
    )
    page = page_of(request, listed.order_by("-kind", "name", "pk"))
    context = {
        "filter": chosen,
        "is_filtered": any(request.GET.get(name) for name in chosen.filters),
        "page_title": "双拥模范单位和个人",
        "breadcrumb": trail(("模范单位和个人", "")),
        **pager(request, page),
    }
    return render(request, "honors/recipients.html", context)


def public_awards() -> QuerySet[Award]:
    return Award.objects.public().filter(recipient=OuterRef("pk"))


@require_safe
def recipient(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit or person as commendations print them: name, post, honor, year and basis, nothing else."""
    found = get_object_or_404(Recipient.objects.select_related("place__province", "place__prefecture"), pk=pk)
    awards = list(
        Award.objects.public()
        .filter(recipient=found)
        .select_related("round__title", "shown__sheet__source", "revocation_source")
        .order_by("-round__date", "pk")
    )
    if not awards:
        raise Http404
    context = {
        "recipient": found,
        "awards": awards,
        "page_title": found.name,
        "breadcrumb": trail(("模范单位和个人", reverse("honors:recipients")), (found.name, "")),
    }
    return render(request, "honors/recipient.html", context)


@require_safe
def grid(request: HttpRequest) -> HttpResponse:
    """Places that hold anything against the cycles of the national title."""
    chosen = Grid(request.GET.get("province", ""))
    page = page_of(request, chosen.standings, per_page=Grid.PER_PAGE)
    context = {
        "grid": chosen,
        "rows": chosen.rows(page.object_list),
        "page_title": "各地各届一览",
        "breadcrumb": trail(("各地各届一览", "")),
        **pager(request, page),
    }
    return render(request, "honors/grid.html", context)

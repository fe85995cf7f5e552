"""Pages of the news."""

from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseForbidden,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from news import offline, readers
from news.filters import ArticleFilter
from news.models import Article, Column
from news.querysets import without_empty
from partnerships.views.agreements import title_of
from publishing.body import render_body
from publishing.notices import no_longer
from publishing.paging import page_of, pager

RELATED = 6
# One signing may be many agreements: those of an article are named up to this number.
AGREEMENTS = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return listing(request, Column.objects.tree(), None)


@require_safe
def column(request: HttpRequest, slug: str) -> HttpResponse:
    tops = Column.objects.tree()
    current = next((one for top in tops for one in [top, *top.children_list] if one.slug == slug), None)
    if current is None:
        raise Http404
    return listing(request, tops, current)


def listing(request: HttpRequest, tops: list[Column], current: Column | None) -> HttpResponse:
    """The dated list of a column and those below it, or of all news."""
    articles = Article.objects.published()
    if current is not None:
        articles = articles.in_column(current)
    chosen = ArticleFilter(request.GET, queryset=articles)
    rows = chosen.qs if chosen.is_valid() else articles.none()
    page = page_of(request, rows.newest_first().for_lists())
    context = {
        "column": current,
        "columns": without_empty(tops, keep=current),
        "filter": chosen,
        "is_filtered": any(request.GET.get(name) for name in chosen.filters),
        "feed_url": reverse("news:column-feed", args=[current.slug]) if current else reverse("news:feed"),
        "page_title": current.name if current else "新闻",
        "page_description": current.description if current else "",
        "breadcrumb": trail(current),
        **pager(request, page),
    }
    return render(request, "news/listing.html", context)


def trail(column: Column | None, *last: tuple[str, str]) -> list[tuple[str, str]]:
    """Where a page stands: home, news, its columns, then what is given; the last entry has no address."""
    columns = [one for one in ((column.parent if column else None), column) if one is not None]
    steps = [("首页", reverse("home")), ("新闻", reverse("news:index"))]
    steps += [(one.name, one.get_absolute_url()) for one in columns]
    steps += last
    return [*steps[:-1], (steps[-1][0], "")]


@require_safe
def article(request: HttpRequest, slug: str, month: str, day: str, pk: int) -> HttpResponseBase:
    """An article under its one address; what was public before keeps it and says what happened."""
    found = get_object_or_404(
        Article.objects.once_public().with_neighbours().select_related("column__parent", "cover"), pk=pk
    )
    if not found.is_published():
        return no_longer(
            request,
            found,
            what="这篇稿件",
            label="稿件",
            name=found.title,
            onward=(f"看“{found.column.name}”的其他稿件", found.column.get_absolute_url()),
            breadcrumb=trail(found.column, ("说明", "")),
        )
    if found.link_out:
        return HttpResponseRedirect(found.href)
    if request.path != found.get_absolute_url():
        return HttpResponsePermanentRedirect(found.get_absolute_url())
    return render(request, "news/article.html", article_context(found))


def preview_context(pk: int) -> dict[str, Any]:
    """The page of an article as it will be. A revision stands where what it revises stands, under that date."""
    articles = Article.objects.select_related("column__parent", "cover", "revision_of")
    found = articles.with_neighbours().get(pk=pk)
    if found.revision_of is not None:
        there = (
            Article.objects.with_neighbours(found.column_id).only("published_at").get(pk=found.revision_of_id)
        )
        found.published_at = there.published_at
        found.newer_id, found.older_id = there.newer_id, there.older_id
    # A preview is no reading: it must not be counted, and a draft has no file to keep.
    return {**article_context(found), "views_endpoint": "", "offline_href": ""}


def article_context(found: Article) -> dict[str, Any]:
    """What the article page shows; the preview in the admin shows the same."""
    beside = {one.pk: one for one in Article.objects.beside(found, RELATED)}
    newer, older = beside.pop(found.newer_id or 0, None), beside.pop(found.older_id or 0, None)
    return {
        "article": found,
        "column": found.column,
        "body_html": render_body(found.body),
        "cover_picture": found.cover,
        "attachments": list(found.attachments.all()),
        "places": list(found.places.select_related("province", "prefecture")),
        "agreements": agreements_of(found),
        "previous": newer,
        "next": older,
        "related": list(beside.values()),
        "close_href": found.column.get_absolute_url(),
        "offline_href": found.offline_href if found.published_at else "",
        "views_endpoint": reverse("news:views", args=[found.pk]),
        "page_title": found.title,
        "page_description": found.description,
        "breadcrumb": trail(found.column, ("正文", "")),
    }


def agreements_of(found: Article) -> list[dict[str, str]]:
    """The public agreements that an article is about, by their parties: those of one signing share everything else."""
    listed = found.agreements.published().latest_first().select_related("counterpart")  # type: ignore[attr-defined]
    return [
        {"label": title_of(one, list(one.partners.all())), "href": one.get_absolute_url()}
        for one in listed.prefetch_related("partners")[:AGREEMENTS]
    ]


@require_safe
def save_offline(request: HttpRequest, slug: str, month: str, day: str, pk: int) -> HttpResponse:
    """The article as one file with its pictures, to keep and to open without a network."""
    found = get_object_or_404(
        Article.objects.published().select_related("column", "cover"), pk=pk, link_out=""
    )
    return offline.as_file(request, found)


@require_POST
def views(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a reading and answer with the number of readings."""
    if not readers.comes_from_this_site(request):
        return HttpResponseForbidden("只接受本站页面的请求。", content_type="text/plain; charset=utf-8")
    found = get_object_or_404(Article.objects.published().only("pk"), pk=pk)
    response = JsonResponse({"views": readers.count_view(found, readers.reader_of(request))})
    response["Cache-Control"] = "no-store"
    return response

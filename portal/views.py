"""Pages that look across the whole site."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from honors.models import RecipientKind, Title
from news.models import Article, Column
from news.querysets import without_empty
from portal import home as home_page
from portal.context import identity_of, origin
from portal.models import SiteIdentity
from publishing.keywords import KeywordField
from publishing.links import host_of, is_signed
from publishing.paging import NoSuchPage, page_of, pager


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", home_page.blocks(identity_of(request).home_place))


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about.html", {"page_title": "关于本站", "breadcrumb": trail("关于本站")})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    context = {"page_title": "无障碍说明", "breadcrumb": trail("无障碍说明")}
    return render(request, "portal/accessibility.html", context)


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    columns = without_empty(Column.objects.tree())
    context = {
        "columns": columns,
        "titles": Title.objects.filter(recipient_kind=RecipientKind.PLACE),
        "page_title": "网站地图",
        "breadcrumb": trail("网站地图"),
    }
    return render(request, "portal/site_map.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """A plain search in titles and summaries, until the full search takes its place behind this address."""
    query, error = searched_for(request.GET.get("q", ""))
    found = Article.objects.published()
    found = found.matching(query) if query else found.none()
    page = page_of(request, found.newest_first().for_lists())
    context = {
        "q": request.GET.get("q", "").replace("\0", "")[:200],
        "error": error,
        "count": page.paginator.count,
        "page_title": "搜索",
        "breadcrumb": trail("搜索"),
        **pager(request, page),
    }
    return render(request, "portal/search.html", context)


def searched_for(text: str) -> tuple[str, str]:
    """The usable search word, or "" and what is wrong with the given one."""
    try:
        return KeywordField(required=False).clean(text), ""
    except ValidationError as error:
        return "", " ".join(error.messages)


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """The notice before a link to a site that no public authority keeps; works without JavaScript."""
    target = request.GET.get("to", "")
    if not target.startswith(("http://", "https://")) or not is_signed(target, request.GET.get("key", "")):
        raise Http404
    context = {
        "target": target,
        "host": host_of(target),
        "href": target,
        "page_title": "离开本站",
        "breadcrumb": trail("离开本站"),
    }
    return render(request, "portal/leave.html", context)


def trail(name: str) -> list[tuple[str, str]]:
    return [("首页", reverse("home")), (name, "")]


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the portal can answer: 200 when the database does, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"status": "unavailable", "release": settings.RELEASE}, status=503)
    return JsonResponse({"status": "ok", "release": settings.RELEASE})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    identity = SiteIdentity.current()
    if identity.is_demonstration:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        lines = [
            "User-agent: *",
            f"Disallow: {reverse('admin:index')}",
            f"Disallow: {reverse('search')}",
            f"Disallow: {reverse('leave')}",
            f"Sitemap: {origin(identity, request)}{reverse('sitemap-xml')}",
        ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. The contact is the office's own mailbox, else the page that says how to reach it."""
    identity = SiteIdentity.current()
    site = origin(identity, request)
    contact = f"mailto:{identity.report_mailbox}" if identity.report_mailbox else f"{site}{reverse('about')}"
    lines = [
        f"Contact: {contact}",
        f"Expires: {expiry(timezone.localdate()):%Y-%m-%dT00:00:00+08:00}",
        "Preferred-Languages: zh, en",
        f"Canonical: {site}{reverse('security-txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def expiry(today: date) -> date:
    """The first day of the month half a year on: always in the future, never more than a year away (RFC 9116 §2.5.5)."""
    months = today.month + 6
    return date(today.year + (months - 1) // 12, (months - 1) % 12 + 1, 1)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself refuses, e.g. a foreign host name: nothing of the request may be asked any more."""
    return HttpResponse(render_to_string("400.html"), status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A 404 that helps: search, columns, and page 1 where a page number was wrong."""
    context = {
        "columns": without_empty(Column.objects.tree()),
        "first_page_href": first_page_href(request) if isinstance(exception, NoSuchPage) else "",
        "page_title": "页面没有找到",
        "breadcrumb": trail("页面没有找到"),
    }
    return render(request, "404.html", context, status=404)


def first_page_href(request: HttpRequest) -> str:
    parameters = request.GET.copy()
    parameters.pop("page", None)
    return f"{request.path}?{parameters.urlencode()}" if parameters else request.path

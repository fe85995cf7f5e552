"""What every public page carries: the site's identity, its navigation, its canonical address."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static

from portal.middleware import is_admin
from portal.models import NavigationItem, SiteIdentity


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Two queries on public pages, none under /admin/ but for the preview of one."""
    if is_admin(request) and not getattr(request, "shows_public_page", False):
        return {}
    identity = identity_of(request)
    address = request.path
    if (page := request.GET.get("page", "")).isdigit() and page != "1":
        address = f"{address}?page={page}"
    return {
        "site": identity,
        "navigation": navigation(request),
        "site_origin": origin(identity, request),
        "canonical_url": origin(identity, request) + address,
        "og_image_url": origin(identity, request) + static("img/og-default.jpg"),
    }


def identity_of(request: HttpRequest) -> SiteIdentity:
    """The site's identity, asked for once per request: the home page needs its home place, too."""
    if not hasattr(request, "site_identity"):
        request.site_identity = SiteIdentity.current()  # type: ignore[attr-defined]
    identity: SiteIdentity = request.site_identity  # type: ignore[attr-defined]
    return identity


def navigation(request: HttpRequest) -> list[NavigationItem]:
    """The entries of the navigation; the most specific one that the page belongs under is the current one."""
    items = list(NavigationItem.objects.all())
    under = [item for item in items if item.is_current_at(request.path_info)]
    current = max(under, key=lambda item: len(item.url), default=None)
    for item in items:
        item.is_current = item is current  # type: ignore[attr-defined]
    return items


def origin(identity: SiteIdentity, request: HttpRequest) -> str:
    """Scheme and host of the site's own addresses: the office's domain once it is entered."""
    if identity.domain and not identity.is_demonstration:
        return f"{'https' if request.is_secure() else 'http'}://{identity.domain}"
    return f"{request.scheme}://{request.get_host()}"

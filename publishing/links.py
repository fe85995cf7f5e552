"""Addresses: the site's own ones under its path prefix, and those that lead outside."""

import re
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.signing import Signer
from django.core.validators import URLValidator
from django.http.request import validate_host
from django.urls import get_script_prefix, reverse

# Readers need a notice before they open a page that no public authority keeps (STANDARDS §1.4).
GOVERNMENT = ("gov.cn", "mil.cn")

is_web_address = URLValidator(
    schemes=["http", "https"], message="请填写以 http:// 或 https:// 开头的完整网址。"
)

signer = Signer(salt="publishing.links.leave")


def own_href(path: str) -> str:
    """The address of a site path such as ``/news/`` for a browser: with the path prefix, when there is one."""
    return get_script_prefix().rstrip("/") + path


def as_browsers_read(url: str) -> str:
    """The address that a browser opens for a written one: it forgives backslashes, lost slashes and line breaks.

    Judged as written, ``http://shop.example\\.gov.cn`` or ``/\\shop.example`` would pass for a government's or our own.
    """
    url = re.sub(r"[\x00-\x1f\x7f]", "", url).strip()
    if not re.match(r"(?i)[/\\]|https?:", url):
        return url
    end = min((url.find(mark) for mark in "?#" if mark in url), default=len(url))
    address, rest = url[:end].replace("\\", "/"), url[end:]
    if found := re.match(r"(?i)(https?):/*|//+", address):
        address = f"{(found[1] or 'https').lower()}://{address[found.end() :]}"
    return address + rest


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def is_government(host: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in GOVERNMENT)


def is_own(host: str) -> bool:
    return any(validate_host(host, [allowed]) for allowed in settings.ALLOWED_HOSTS if allowed != "*")


def is_outside(url: str) -> bool:
    """Whether an address leads to a host that is neither the site's own nor a government one."""
    host = host_of(as_browsers_read(url))
    return bool(host) and not is_own(host) and not is_government(host)


def leave_href(url: str) -> str:
    """The address to print in a link: the target itself, or the notice before a non-government host.

    The notice carries a signature, so that nobody can make this site vouch for an address of their own.
    """
    url = as_browsers_read(url)
    if url.startswith("/"):
        return own_href(url)
    if not is_outside(url):
        return url
    return f"{reverse('leave')}?{urlencode({'to': url, 'key': signature(url)})}"


def signature(url: str) -> str:
    return signer.signature(url)


def is_signed(url: str, key: str) -> bool:
    try:
        signer.unsign(f"{url}{signer.sep}{key}")
    except Exception:
        return False
    return True

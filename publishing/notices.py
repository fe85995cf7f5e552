"""What an address answers when its item was public before and is no longer."""

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render

from publishing.links import own_href
from publishing.models import Publishable, WithdrawalMode


def no_longer(
    request: HttpRequest,
    item: Publishable,
    *,
    what: str,
    label: str,
    name: str,
    onward: tuple[str, str],
    breadcrumb: list[tuple[str, str]],
    title: str = "",
) -> HttpResponseBase:
    """A withdrawn or expired item: a dated notice with the reason, or the page that replaces it.

    `what` 这篇稿件 begins the heading, `label` 稿件 stands before the `name` of the item, `onward` is the word and
    the address of what to read instead. `title` is the page's own title; without it the item's name leads it.
    """
    if item.withdrawal_mode == WithdrawalMode.REDIRECT:
        return HttpResponseRedirect(own_href(item.withdrawal_target))
    if item.withdrawal_mode == WithdrawalMode.GONE:
        return render(request, "410.html", status=410)
    context = {
        "item": item,
        "what": what,
        "label": label,
        "name": name,
        "onward": onward,
        "breadcrumb": breadcrumb,
        "expired_at": item.expires_at if item.has_expired() else None,
        "head_title": title or f"{name}（已撤下）",
        "page_title": title or ("内容已撤回" if item.withdrawn_at else "内容已到期"),
    }
    return render(request, "publishing/withdrawn.html", context, status=410)

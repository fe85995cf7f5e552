"""预检 as a page of the admin: findings with their places, and the verbs of overrides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse

from audit.chain import record
from audit.models import Event, Result
from publishing.preflight import overrides
from publishing.preflight.catalogue import Level
from publishing.preflight.inspection import Finding, inspect
from publishing.workflow import Refused, table

EXPLAINS = {
    Level.BLOCK: "改好以前不能发布。",
    Level.SECOND: "请删改；要照原样发布，先写明理由，再由另一位同事打开这一页确认。文字一改，确认就失效。",
    Level.WARN: "不影响发布。请看一遍，确实没有问题的可以写明理由忽略。",
}

VERBS = {"ask": "申请例外或忽略", "confirm": "确认例外", "drop": "收回或退回例外"}


def preflight_page(model_admin: Any, request: HttpRequest, item: Any) -> HttpResponseBase:
    """The page of an item that the person may view. A POST answers with the page.

    Who may change the item writes reasons; those are confirmed or turned down by another who may, or who reviews.
    """
    may_change = model_admin.has_change_permission(request, item)
    may_settle = may_change or table.has_right(request.user, table.APPROVE.right, item)
    if request.method == "POST":
        if not (may_change if request.POST.get("verb") == "ask" else may_settle):
            raise PermissionDenied
        _act(model_admin, request, item)
        return HttpResponseRedirect(model_admin.address(item, "preflight"))
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    return _page(model_admin, request, item, may_change=may_change, may_settle=may_settle)


def _act(model_admin: Any, request: HttpRequest, item: Any) -> None:
    handle, verb = request.POST.get("finding", ""), request.POST.get("verb", "")
    try:
        if verb == "ask":
            done = overrides.ask(item, handle, reason=request.POST.get("reason", ""), by=request.user)
            told = "已忽略" if done.is_in_force else "已写明理由，等另一位同事确认"
        elif verb == "confirm":
            done, told = overrides.confirm(item, handle, by=request.user), "已确认"
        elif verb == "drop":
            done, told = overrides.drop(item, handle, by=request.user), "已收回"
        else:
            raise PermissionDenied
    except Refused as refused:
        record(Event.WORKFLOW, obj=item, result=Result.REFUSED, detail=f"预检：{VERBS[verb]}")
        messages.error(request, " ".join(refused.reasons))
        return
    model_admin.log_change(request, item, f"预检：{told}“{done}”，理由：{done.reason}")
    messages.success(request, f"{told}：{done}。")


def _page(
    model_admin: Any, request: HttpRequest, item: Any, *, may_change: bool, may_settle: bool
) -> HttpResponse:
    findings = inspect(item)
    record(Event.VIEW, obj=item, detail="预检")
    groups = [
        {
            "level": level,
            "explains": EXPLAINS[level],
            "findings": [_shown(one, request) for one in findings if one.is_open and one.kind.level == level],
        }
        for level in Level
    ]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"预检：{item}",
        "opts": model_admin.opts,
        "original": item,
        "groups": groups,
        "settled": [_shown(one, request) for one in findings if not one.is_open],
        "stops": any(one.stops for one in findings),
        "may_change": may_change,
        "may_settle": may_settle,
        "change_address": model_admin.address(item, "change"),
    }
    return TemplateResponse(request, "admin/publishing/preflight.html", context)


def _shown(finding: Finding, request: HttpRequest) -> dict[str, Any]:
    asked = finding.override
    return {
        "finding": finding,
        "more": finding.count - len(finding.places),
        "may_ask": asked is None and finding.kind.level != Level.BLOCK,
        "ask_label": "忽略" if finding.kind.level == Level.WARN else "申请例外",
        "may_confirm": asked is not None and not overrides.confirm_obstacles(finding, request.user),
        "may_drop": asked is not None and asked.confirmed_by_id is None,
    }

"""Lists of content in the admin: their filters and the words of their columns."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from publishing.desk import HEAPS, RETURNED, REVISED, UNCHECKED
from publishing.models import Publishable, State

# What cuts across the states: items of any of them can be in revision, or wait to be looked at again.
ACROSS = {
    "returned": ("被退回", RETURNED),
    "revising": ("修订中", REVISED),
    "check": ("待补审", UNCHECKED),
}


class StateFilter(admin.SimpleListFilter):
    """The daily question first: what waits for me, where does what stand."""

    title = "状态"
    parameter_name = "state"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.heaps = {heap.name: heap for heap in HEAPS if heap.is_for(model, request.user)}
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        mine = [(heap.name, heap.in_list) for heap in self.heaps.values() if heap.in_list]
        states = [(state.value, str(state.label)) for state in State]
        return [*mine, *states, *((name, label) for name, (label, _) in ACROSS.items())]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.value() or ""
        if heap := self.heaps.get(chosen):
            return queryset.filter(heap.condition(queryset.model, request.user))
        if chosen in ACROSS:
            return queryset.filter(ACROSS[chosen][1])
        return queryset.in_state(chosen) if chosen in State.values else queryset


class PublishedFilter(admin.SimpleListFilter):
    """When something became public, in days of the office."""

    title = "公开时间"
    parameter_name = "published"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("today", "今天"), ("week", "本周（从周一起）"), ("month", "本月")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        begin = {
            "today": today,
            "week": today - timedelta(days=today.weekday()),
            "month": today.replace(day=1),
        }.get(self.value() or "")
        return queryset.once_public().filter(published_at__gte=begin) if begin else queryset


def name_of(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def local(moment: datetime | None) -> str:
    """A moment in the office's time zone, to the minute; "" for none."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def state_line(item: Publishable) -> str:
    """The state with its moment, as one sentence above the form."""
    match item.state():
        case State.DRAFT:
            return "修订稿：访客看到的仍是原来的内容。" if item.revision_of_id else "草稿：访客看不到。"
        case State.IN_REVIEW:
            return f"审核中：{local(item.submitted_at)} 送审，访客看不到。"
        case State.APPROVED:
            return f"待发布：{local(item.approved_at)} 批准，访客看不到。"
        case State.SCHEDULED:
            return f"等待定时：{local(item.published_at)}（北京时间）自动公开，在此之前访客看不到。"
        case State.LIVE:
            check = "应急发布，还没有补审。" if item.check_is_open else ""
            return f"已发布：{local(item.published_at)} 起公开。{check}"
        case State.EXPIRED:
            return f"已到期：{local(item.expires_at)} 起访客只看到到期说明。"
        case State.ARCHIVED:
            return f"已归档：{local(item.archived_at)} 起标明“已归档”，仍可阅读。"
        case _:
            return f"已撤回：{local(item.withdrawn_at)}。原因：{item.withdrawal_reason}"


def way_on(item: Publishable, *, may_change: bool) -> str:
    """What somebody who came to change an item does first, or what saving costs; "" where neither is so."""
    match item.state():
        case State.DRAFT:
            return ""
        case State.IN_REVIEW | State.APPROVED:
            return "保存改动后，它会退回草稿，要重新送审；已有的审核意见不再算数。" if may_change else ""
        case State.SCHEDULED:
            return "这里只供查看。要改内容，请先“取消定时”，改好后重新送审。"
        case _ if item.open_revision is not None:
            return "这里只供查看。已经有一份修订稿，请在修订稿里改。"
        case _:
            return "这里只供查看。要改内容，请用“修订”：在修订稿里改，批准并发布之前，公开的内容不变。"


def badge(item: Publishable) -> tuple[str, str]:
    """The class and the words of the mark that stands for an item's state in a list."""
    state = item.state()
    words = str(state.label)
    if item.revision_of_id:
        words = f"修订稿·{words}"
    elif item.check_is_open:
        words = f"{words}·待补审"
    elif state == State.DRAFT and item.returned_at:
        words = "被退回"
    return state.value, words


def preview_words(item: Publishable) -> str:
    return {
        State.DRAFT: "预览（未公开）",
        State.IN_REVIEW: "预览（未公开，审核中）",
        State.APPROVED: "预览（未公开，待发布）",
        State.SCHEDULED: "预览（未公开，等待定时）",
        State.LIVE: "预览（已公开）",
        State.EXPIRED: "预览（已到期，访客看不到正文）",
        State.ARCHIVED: "预览（已公开，已归档）",
        State.WITHDRAWN: "预览（已撤回，访客看不到正文）",
    }[item.state()]

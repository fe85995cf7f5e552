"""What becomes of a public item: withdrawn, archived, or given an end and a day to look at it again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import Resolver404, resolve
from django.utils import timezone

from publishing.links import own_href
from publishing.models import Publishable, WithdrawalMode, validate_own_path
from publishing.preflight import inspection
from publishing.preflight.content import Content, Text
from publishing.querysets import Status
from publishing.workflow import table
from publishing.workflow.base import lock, moved, refuse, save_state


def withdraw_obstacles(item: Publishable, reason: str, mode: str, target: str = "", *, by: Any) -> list[str]:
    """Return every reason why a person cannot withdraw an item in this way."""
    reasons = table.right_obstacles(item, table.WITHDRAW, by) + table.state_obstacles(item, table.WITHDRAW)
    if not reason.strip():
        reasons.append("请写明撤回原因，访客会看到它。")
    said = Content([Text("withdrawal_reason", "撤回原因", reason)])
    # A unit that the content app refuses in its own words is not told a second time.
    own = [f"撤回原因：{told}" for told in item.reason_obstacles(reason)]
    reasons += own or inspection.text_obstacles(said, "撤回原因是公开的，请删改。")
    if mode not in WithdrawalMode.values:
        reasons.append("请选择撤回方式。")
    if mode == WithdrawalMode.REDIRECT and not item.has_own_page:
        reasons.append("这类内容没有自己的网页，不能转到另一个页面。请选择是否显示撤回说明。")
    elif mode == WithdrawalMode.REDIRECT:
        try:
            validate_own_path(target)
        except ValidationError as error:
            reasons += error.messages
        else:
            if _leads_to_itself(item, target):
                reasons.append("不能转到这条内容自己的地址，请填写另一个页面。")
    return reasons


def _leads_to_itself(item: Publishable, target: str) -> bool:
    """Whether a path is one of the item's own addresses, of which former ones find it by its id too."""
    here, there = item.live_address(), target.partition("?")[0].partition("#")[0]
    if here == own_href(there):
        return True
    try:
        own, led = resolve(here.removeprefix(own_href(""))), resolve(there)
    except Resolver404:
        return False
    return own.view_name == led.view_name and "pk" in own.kwargs and own.kwargs["pk"] == led.kwargs["pk"]


def withdraw(
    item: Publishable, *, by: Any, reason: str, mode: str = WithdrawalMode.NOTICE, target: str = ""
) -> None:
    """Take a public item off the site; its address stays and says why, or leads on. Raises ``Refused``."""
    with transaction.atomic():
        lock(item)
        refuse(withdraw_obstacles(item, reason, mode, target, by=by))
        item.status, item.withdrawn_at = Status.WITHDRAWN, timezone.now()
        item.withdrawal_mode, item.withdrawal_reason = mode, reason.strip()
        item.withdrawal_target = target if mode == WithdrawalMode.REDIRECT else ""
        # What visitors can no longer read needs no review any more; to return it, all of them are needed.
        item.emergency_at, item.archived_at = None, None
        save_state(item, by, "撤回")
        moved.send(sender=type(item), item=item)


def archive_obstacles(item: Publishable, *, by: Any) -> list[str]:
    """Return every reason why a person cannot put a public item on record."""
    reasons = table.right_obstacles(item, table.ARCHIVE, by) + table.state_obstacles(item, table.ARCHIVE)
    return reasons + _unfinished(item)


def archive(item: Publishable, *, by: Any) -> None:
    """Mark a public item as past: it keeps its address and its place in lists and says that it is archived.

    Raises ``Refused``.
    """
    with transaction.atomic():
        lock(item)
        refuse(archive_obstacles(item, by=by))
        item.status, item.archived_at = Status.ARCHIVED, timezone.now()
        save_state(item, by, "归档")
        moved.send(sender=type(item), item=item)


def reopen_obstacles(item: Publishable, *, by: Any) -> list[str]:
    """Return every reason why the mark of an archived item cannot be taken off."""
    return table.right_obstacles(item, table.REOPEN, by) + table.state_obstacles(item, table.REOPEN)


def reopen(item: Publishable, *, by: Any) -> None:
    """Take the mark of an archived item off. Raises ``Refused``."""
    with transaction.atomic():
        lock(item)
        refuse(reopen_obstacles(item, by=by))
        item.status, item.archived_at = Status.PUBLISHED, None
        save_state(item, by, "取消归档")
        moved.send(sender=type(item), item=item)


def terms_obstacles(
    item: Publishable, expires_at: datetime | None, review_on: date | None, *, by: Any
) -> list[str]:
    """Return every reason why an item cannot have this end and this day of review."""
    reasons = table.right_obstacles(item, table.SET_TERMS, by) + table.state_obstacles(item, table.SET_TERMS)
    if item.revision_of_id:
        reasons.append("期限属于已公开的那一条，请打开它再设。")
    if expires_at is not None and expires_at <= max(timezone.now(), item.published_at or timezone.now()):
        reasons.append("到期时间必须在将来，并且晚于发布时间。要立即停止公开，请用“撤回”。")
    if expires_at is not None and not item.can_expire:
        reasons.append("这类内容是历史记录，没有到期时间。")
    if review_on is not None and review_on <= timezone.localdate():
        reasons.append("复核日期必须在今天之后。")
    return reasons


def set_terms(item: Publishable, *, by: Any, expires_at: datetime | None, review_on: date | None) -> None:
    """Say until when an item is public, and on which day somebody is reminded to look at it. Raises ``Refused``."""
    with transaction.atomic():
        lock(item)
        same = expires_at == item.expires_at
        refuse(terms_obstacles(item, None if same else expires_at, review_on, by=by))
        item.expires_at, item.review_on = expires_at, review_on
        save_state(item, by, "到期和复核日期")
        moved.send(sender=type(item), item=item)


def _unfinished(item: Publishable) -> list[str]:
    reasons = ["应急发布的补审还没有做完。"] if item.check_is_open else []
    return [*reasons, "修订还没有做完，请先发布或放弃修订稿。"] if item.open_revision is not None else reasons

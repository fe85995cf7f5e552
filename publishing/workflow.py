"""The verbs that move an item between draft, public and withdrawn: one function, one transaction each.

``publish_obstacles`` says every reason for a refusal before the act; buttons, messages and the verbs
themselves read the same list.
"""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.urls import Resolver404, resolve
from django.utils import timezone

from audit.chain import record
from audit.models import Event
from publishing.links import own_href
from publishing.models import Publishable, Status, WithdrawalMode, validate_own_path
from publishing.preflight import inspection
from publishing.preflight.content import Content, Text

# An item became public, left the public, or was put back: sent inside the transaction, so that what is
# derived from it (standings, stored pages, search) can follow without this module knowing it.
moved = Signal()


class Refused(Exception):
    """A verb that the rules do not allow now; ``reasons`` are Chinese sentences for the editor."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def content_obstacles(item: Publishable) -> list[str]:
    """Return every reason in what an item says why it may not be public: what is missing, what must not go out."""
    return [*item.content_obstacles(), *inspection.obstacles(item)]


def publish_obstacles(item: Publishable, at: datetime | None = None) -> list[str]:
    """Return every reason why an item cannot be published now, or at a later moment."""
    reasons = content_obstacles(item)
    moment = max(timezone.now(), at or timezone.now())
    if item.status == Status.WITHDRAWN and at is not None and at > timezone.now():
        # It returns under its first publishing time, so a later one would silently not be kept.
        reasons.append("已撤回的内容恢复后立即公开，不能定时。请到时再恢复发布。")
    if item.status == Status.PUBLISHED and not item.is_scheduled():
        reasons.append(
            "已经发布，不需要再次发布。" if not item.has_expired() else "已经到期，请先修改到期时间。"
        )
    elif item.expires_at is not None and item.expires_at <= moment:
        reasons.append("到期时间早于发布时间，请先修改到期时间。")
    if moment > timezone.now() and not item.can_be_scheduled:
        reasons.append("这类内容不能定时发布，请在当天发布。")
    return reasons


def publish(item: Publishable, *, by: AbstractBaseUser | None, at: datetime | None = None) -> None:
    """Make an item public at ``max(now, at)``. Raises ``Refused``.

    A scheduled item gets the new moment. A withdrawn item returns under its first publishing time,
    because that time is part of its address.
    """
    with transaction.atomic():
        _lock(item)
        if reasons := publish_obstacles(item, at):
            raise Refused(reasons)
        now = timezone.now()
        returns = item.status == Status.WITHDRAWN and item.published_at is not None
        if not returns:
            item.published_at = max(now, at or now)
        item.status = Status.PUBLISHED
        item.withdrawn_at, item.withdrawal_mode, item.withdrawal_reason, item.withdrawal_target = (
            None,
            "",
            "",
            "",
        )
        scheduled = item.published_at is not None and item.published_at > now
        _record(item, by, "恢复发布" if returns else "定时发布" if scheduled else "发布")


def unschedule_obstacles(item: Publishable) -> list[str]:
    """Return every reason why an item's scheduled publishing cannot be called off."""
    if item.is_scheduled():
        return []
    return ["只有等待定时发布的内容可以取消定时。已经公开的请用“撤回”。"]


def unschedule(item: Publishable, *, by: AbstractBaseUser | None) -> None:
    """Take a scheduled item back to draft before anybody saw it. Raises ``Refused``."""
    with transaction.atomic():
        _lock(item)
        if reasons := unschedule_obstacles(item):
            raise Refused(reasons)
        item.status, item.published_at = Status.DRAFT, None
        _record(item, by, "取消定时发布")


def withdraw_obstacles(item: Publishable, reason: str, mode: str, target: str = "") -> list[str]:
    """Return every reason why an item cannot be withdrawn in this way."""
    reasons = []
    if item.status != Status.PUBLISHED or item.is_scheduled():
        reasons.append("只有已经公开的内容可以撤回。")
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
    item: Publishable,
    *,
    by: AbstractBaseUser | None,
    reason: str,
    mode: str = WithdrawalMode.NOTICE,
    target: str = "",
) -> None:
    """Take a public item off the site; its address stays and says why, or leads on. Raises ``Refused``."""
    with transaction.atomic():
        _lock(item)
        if reasons := withdraw_obstacles(item, reason, mode, target):
            raise Refused(reasons)
        item.status, item.withdrawn_at = Status.WITHDRAWN, timezone.now()
        item.withdrawal_mode, item.withdrawal_reason = mode, reason.strip()
        item.withdrawal_target = target if mode == WithdrawalMode.REDIRECT else ""
        _record(item, by, "撤回")


def import_published(item: Publishable, *, by: AbstractBaseUser | None, at: datetime) -> None:
    """Publish an item under the moment it was first published elsewhere (demonstration, legacy import).

    The only way to an earlier ``published_at``: it stamps ``imported_at`` and stands in the history.
    Raises ``Refused`` for content obstacles, for an item that is no draft and for a moment in the future.
    """
    with transaction.atomic():
        _lock(item)
        reasons = content_obstacles(item)
        if item.status != Status.DRAFT:
            reasons.append("只有草稿可以按原发布时间导入。")
        if at > timezone.now():
            reasons.append("导入的发布时间不能在将来。")
        if reasons:
            raise Refused(reasons)
        item.status, item.published_at, item.imported_at = Status.PUBLISHED, at, timezone.now()
        _record(item, by, f"按原发布时间导入（{timezone.localtime(at):%Y-%m-%d %H:%M}）")


def _lock(item: Publishable) -> None:
    """Hold the row until the transaction ends and take its present state from the database."""
    fresh = type(item)._base_manager.select_for_update().get(pk=item.pk)
    for field in STATE_FIELDS:
        setattr(item, field, getattr(fresh, field))


STATE_FIELDS = [
    "status",
    "published_at",
    "expires_at",
    "imported_at",
    "withdrawn_at",
    "withdrawal_mode",
    "withdrawal_reason",
    "withdrawal_target",
    "lock_version",
]


def _record(item: Publishable, by: AbstractBaseUser | None, what: str) -> None:
    """Save the new state with who and what for the history."""
    item.updated_by = by  # type: ignore[assignment]
    item._history_user = by  # type: ignore[attr-defined]
    item._change_reason = what  # type: ignore[attr-defined]
    item.save(update_fields=[*STATE_FIELDS, "updated_by"])
    moved.send(sender=type(item), item=item)
    record(Event.WORKFLOW, obj=item, by=by, detail=what)

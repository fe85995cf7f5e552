"""首页位置: where an article that visitors read stands on the home page. It is no content, so nobody reviews it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from news.models import Article
from publishing.models import State
from publishing.workflow import table
from publishing.workflow.base import lock, refuse, save_state

PLACEMENT = ("headline", "pinned_until")
PLACE = table.Verb(
    "place",
    "首页位置",
    frozenset({State.SCHEDULED, State.LIVE}),
    "publish",
    "只有已发布和等待定时的稿件在这里设首页位置：草稿在表单里设，已归档、已到期和已撤回的不上首页。",
)


def place_obstacles(article: Article, pinned_until: datetime | None = None, *, by: Any) -> list[str]:
    """Return every reason why a person cannot give an article this place."""
    reasons = table.right_obstacles(article, PLACE, by) + table.state_obstacles(article, PLACE)
    if pinned_until not in {None, article.pinned_until} and pinned_until <= timezone.now():  # type: ignore[operator]
        reasons.append("置顶到的时间已经过了。请填写将来的时间；不置顶就不填。")
    return reasons


def place(article: Article, *, by: Any, headline: bool, pinned_until: datetime | None) -> None:
    """Say whether an article is a headline, and until when it stands before the other news. Raises ``Refused``."""
    with transaction.atomic():
        lock(article)
        refuse(place_obstacles(article, pinned_until, by=by))
        article.headline, article.pinned_until = headline, pinned_until
        save_state(article, by, f"首页位置：{words(article)}", also=PLACEMENT)


def words(article: Article) -> str:
    """Where an article stands, in words: 头条，置顶到 2026-10-01 08:00."""
    told = ["头条"] if article.headline else []
    if article.pinned_until is not None and article.is_pinned:
        told.append(f"置顶到 {timezone.localtime(article.pinned_until):%Y-%m-%d %H:%M}")
    return "，".join(told) or "不放头条，不置顶"

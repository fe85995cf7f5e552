"""The states of an item and the verbs between them, as one table. Everything that asks "may this be done now?" reads it.

draft, in_review, approved, published, withdrawn and archived are stored. The step of a review is the number of
``ReviewStep`` rows that approve the present submission; 等待定时 is published with a moment to come; an emergency
publishing is published with a check still open (``emergency_at``). docs/desk.md draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from publishing.models import Publishable, State

S = State


@dataclass(frozen=True)
class Verb:
    """`states`: where it can be done. `right`: which permission it asks for (``publishing.permissions``), a codename
    without the model, or a key of ``ANY_OF``. `refusal`: what is told in any other state.
    """

    name: str
    label: str
    states: frozenset[State]
    right: str
    refusal: str


def _verb(name: str, label: str, states: set[State], right: str, refusal: str) -> Verb:
    return Verb(name, label, frozenset(states), right, refusal)


SUBMIT = _verb("submit", "送审", {S.DRAFT}, "change", "只有草稿可以送审。")
TAKE_BACK = _verb(
    "take-back", "收回", {S.IN_REVIEW, S.APPROVED}, "change", "只有已送审、还没有发布的内容可以收回。"
)
APPROVE = _verb("review", "审核", {S.IN_REVIEW, S.LIVE, S.EXPIRED, S.ARCHIVED}, "review", "没有等待审核。")
SEND_BACK = _verb(
    "send-back",
    "退回",
    {S.IN_REVIEW, S.APPROVED, S.SCHEDULED},
    "send_back",
    "只有已送审、还没有公开的内容可以退回。已经公开的请用“撤回”或“修订”。",
)
SIGN = _verb(
    "sign", "专项审查", {S.IN_REVIEW, S.APPROVED, S.LIVE, S.EXPIRED, S.ARCHIVED}, "sign", "没有等待专项审查。"
)
SET_LEVEL = _verb(
    "level", "审核级别", {S.DRAFT, S.IN_REVIEW}, "set_level", "批准以后不能再改审核级别。请先退回。"
)
PUBLISH = _verb(
    "publish",
    "发布",
    {S.APPROVED, S.SCHEDULED, S.WITHDRAWN},
    "publish",
    "还没有批准，不能发布。请先送审。",
)
UNSCHEDULE = _verb(
    "unschedule",
    "取消定时",
    {S.SCHEDULED},
    "publish",
    "只有等待定时发布的内容可以取消定时。已经公开的请用“撤回”。",
)
EMERGENCY = _verb(
    "emergency",
    "应急发布",
    {S.DRAFT, S.IN_REVIEW, S.APPROVED},
    "emergency",
    "只有还没有公开的内容可以应急发布。",
)
WITHDRAW = _verb(
    "withdraw", "撤回", {S.LIVE, S.EXPIRED, S.ARCHIVED}, "publish", "只有已经公开的内容可以撤回。"
)
ARCHIVE = _verb("archive", "归档", {S.LIVE}, "publish", "只有已经公开的内容可以归档。")
REOPEN = _verb("reopen", "取消归档", {S.ARCHIVED}, "publish", "它没有归档。")
SET_TERMS = _verb(
    "terms",
    "期限",
    {S.APPROVED, S.SCHEDULED, S.LIVE, S.EXPIRED, S.ARCHIVED, S.WITHDRAWN},
    "publish",
    "草稿批准以后才能设到期和复核日期。",
)
REVISE = _verb(
    "revise",
    "修订",
    {S.LIVE, S.EXPIRED, S.ARCHIVED, S.WITHDRAWN},
    "change",
    "还没有公开的内容直接修改，不需要修订。等待定时的请先取消定时。",
)
RESTORE = _verb(
    "restore",
    "恢复",
    set(S) - {S.SCHEDULED},
    "change",
    "等待定时发布的内容不能恢复旧版本，请先取消定时。",
)
DISCARD = _verb("discard", "放弃修订", {S.DRAFT}, "change", "修订稿已送审，请先收回再放弃。")
VERBS = [
    SUBMIT, TAKE_BACK, APPROVE, SEND_BACK, SIGN, SET_LEVEL, PUBLISH, UNSCHEDULE, EMERGENCY, WITHDRAW, ARCHIVE, REOPEN,
    SET_TERMS, REVISE, RESTORE, DISCARD,
]  # fmt: skip

# Which permissions a verb's right stands for, where it is not one of its name: any of them will do.
ANY_OF = {
    # Which of the three is asked for depends on the step that is due (``approve_obstacles``).
    "review": ("review_1", "review_2", "review_3"),
    "send_back": ("review_1", "review_2", "review_3", "publish"),
    "sign": ("sign_secrecy", "sign_military"),
    "set_level": ("change", "review_1", "review_2", "review_3"),
}


def has_right(person: Any, right: str, model: type[Publishable] | Publishable) -> bool:
    """Whether a person holds a permission on the kind of an item: `right` is the codename without the model."""
    meta = model._meta
    return bool(
        person is not None
        and person.is_active
        and any(
            person.has_perm(f"{meta.app_label}.{one}_{meta.model_name}")
            for one in ANY_OF.get(right, (right,))
        )
    )


def state_obstacles(item: Publishable, verb: Verb) -> list[str]:
    return [] if item.state() in verb.states else [verb.refusal]


def right_obstacles(item: Publishable, verb: Verb, by: Any) -> list[str]:
    if by is None:
        return [f"没有说明由谁{verb.label}。"]
    return (
        [] if has_right(by, verb.right, item) else [f"您没有“{verb.label}”{item._meta.verbose_name}的权限。"]
    )

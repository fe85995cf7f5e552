"""The verbs of ``publishing.workflow`` as pages of the admin: what each needs, says and does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from publishing import workflow
from publishing.admin_act_forms import (
    ActForm,
    EmergencyForm,
    LevelForm,
    ReviewForm,
    RowWithdrawForm,
    ScheduleForm,
    SendBackForm,
    SignForm,
    SubmitForm,
    TermsForm,
    WithdrawForm,
)
from publishing.models import Publishable, State, WithdrawalMode
from publishing.workflow import table
from publishing.workflow.table import Verb

__all__ = ["ACTS", "SCHEDULE", "Act", "ActForm", "acts_for", "main_act"]

# Stands for what is written on the page, when obstacles are asked for before it is opened.
TO_COME = "待填"


@dataclass(frozen=True)
class Act:
    """One verb. ``obstacles`` are known before anything is filled in; ``perform`` raises ``workflow.Refused``.

    `explains` may name attributes of the `item`. `right` is the codename of a permission without the model
    (``workflow.table.has_right``). `fits` says whether it makes sense for one item and person. `row_form` and
    `row_explains` are for rows without a page of their own. `adds` is what the message says besides that it was done.
    Where `perform` returns a row, that is where the person goes on. What is `grave` stands apart from the other buttons;
    `aids` says whether the page shows how the item was reviewed, what the preflight found and what was changed.
    """

    name: str
    label: str
    states: frozenset[State]
    right: str
    form: type[ActForm]
    explains: str
    done: str
    obstacles: Callable[[Any, Any], list[str]]
    perform: Callable[[Any, Any, dict[str, Any]], object]
    labels: dict[State, str] = field(default_factory=dict)
    row_form: type[ActForm] | None = None
    row_explains: str = ""
    revision_explains: str = ""
    fits: Callable[[Any, Any], bool] = lambda item, by: True
    adds: Callable[[Any], str] = lambda item: ""
    grave: bool = False
    aids: bool = False

    def label_for(self, item: Publishable) -> str:
        return self.labels.get(item.state(), self.label)

    def form_for(self, item: Publishable) -> type[ActForm]:
        return self.form if item.has_own_page or self.row_form is None else self.row_form

    def explains_for(self, item: Publishable) -> str:
        if item.revision_of_id and self.revision_explains:
            return self.revision_explains
        told = self.explains if item.has_own_page else self.row_explains or self.explains
        return told.format(item=item)


def _of(verb: Verb, **given: Any) -> Act:
    return Act(
        **{"name": verb.name, "label": verb.label, "states": verb.states, "right": verb.right, **given}
    )


def _awaits_review(item: Publishable, by: Any) -> bool:
    return item.state() == State.IN_REVIEW or item.check_is_open


def _awaits_signs(item: Publishable, by: Any) -> bool:
    return (item.is_open or item.check_is_open) and bool(workflow.signs_open(item, by))


SUBMIT = _of(
    table.SUBMIT,
    aids=True,
    form=SubmitForm,
    explains="确认后交给审核的同事。审核期间再改内容，会自动退回草稿，要重新送审。",
    done="已送审",
    obstacles=lambda item, by: workflow.submit_obstacles(item, by=by),
    perform=lambda item, by, given: workflow.submit(item, by=by, note=given["note"]),
)
REVIEW = _of(
    table.APPROVE,
    aids=True,
    form=ReviewForm,
    explains="请先通读要公开的内容，再看“审核单”。确认即表示您同意公开这些内容。要改的请用“退回”。",
    done="已审核",
    obstacles=lambda item, by: workflow.approve_obstacles(item, by=by),
    perform=lambda item, by, given: workflow.approve(
        item, by=by, opinion=given["opinion"], signs=given.get("signs", ())
    ),
    labels=dict.fromkeys((State.LIVE, State.EXPIRED, State.ARCHIVED), "补审"),
    fits=_awaits_review,
)
SIGN = _of(
    table.SIGN,
    aids=True,
    form=SignForm,
    explains="专项审查和三审分开，由您签名。内容改动后须重新签。",
    done="已签",
    obstacles=lambda item, by: workflow.sign_obstacles(item, by=by),
    perform=lambda item, by, given: workflow.sign(item, by=by, signs=given.get("signs", ())),
    fits=_awaits_signs,
)
SEND_BACK = _of(
    table.SEND_BACK,
    aids=True,
    form=SendBackForm,
    explains="确认后回到草稿，作者在后台首页看到它被退回和原因。已有的审核意见留在审核单里，不再算数。",
    done="已退回",
    obstacles=lambda item, by: workflow.send_back_obstacles(item, TO_COME, by=by),
    perform=lambda item, by, given: workflow.send_back(item, by=by, reason=given["reason"]),
)
TAKE_BACK = _of(
    table.TAKE_BACK,
    form=ActForm,
    explains="确认后回到草稿。已有的审核意见留在审核单里，不再算数。",
    done="已收回，回到草稿",
    obstacles=lambda item, by: workflow.take_back_obstacles(item, by=by),
    perform=lambda item, by, given: workflow.take_back(item, by=by),
    fits=lambda item, by: by.pk in workflow.authors(item),
)
PUBLISH = _of(
    table.PUBLISH,
    aids=True,
    form=ActForm,
    explains="确认后立即公开：访客能看到{item.shows}。网址{item.address_rule}。",
    revision_explains="确认后，修订稿立即替换访客看到的内容。网址、浏览次数和别处的链接都不变。",
    done="已公开",
    obstacles=lambda item, by: workflow.publish_obstacles(item, by=by),
    perform=lambda item, by, given: workflow.publish(item, by=by),
    labels={State.WITHDRAWN: "恢复发布", State.SCHEDULED: "立即发布"},
    row_explains="确认后立即公开：访客在列表里能看到它标明“公开”的各项。只在后台可见的内容永远不公开。",
)
SCHEDULE = _of(
    table.PUBLISH,
    aids=True,
    name="schedule",
    label="定时发布",
    states=frozenset({State.APPROVED, State.SCHEDULED}),
    form=ScheduleForm,
    explains="到时间前访客看不到；到时间后{item.shows}自动公开。",
    done="已定时",
    # The reason is said before a time is filled in.
    obstacles=lambda item, by: workflow.publish_obstacles(item, timezone.now() + timedelta(minutes=1), by=by),
    perform=lambda item, by, given: workflow.publish(item, by=by, at=given["at"]),
    labels={State.SCHEDULED: "改定时"},
    row_explains="到时间前访客看不到；到时间后自动出现在列表里。",
    fits=lambda item, by: bool(item.can_be_scheduled and not item.revision_of_id),
)
UNSCHEDULE = _of(
    table.UNSCHEDULE,
    form=ActForm,
    explains="确认后回到待发布，不再自动公开。内容和审核不变。",
    done="已取消定时，回到待发布",
    obstacles=lambda item, by: workflow.unschedule_obstacles(item, by=by),
    perform=lambda item, by, given: workflow.unschedule(item, by=by),
)
EMERGENCY = _of(
    table.EMERGENCY,
    aids=True,
    grave=True,
    form=EmergencyForm,
    explains="只用于等不及审核的紧急情况：确认后立即公开，写入审核单，并留在后台首页，直到别的同事补审。",
    done="已应急发布，等待补审",
    obstacles=lambda item, by: workflow.emergency_obstacles(item, TO_COME, by=by),
    perform=lambda item, by, given: workflow.publish_in_emergency(item, by=by, reason=given["reason"]),
)
WITHDRAW = _of(
    table.WITHDRAW,
    grave=True,
    form=WithdrawForm,
    explains="确认后访客立即看不到{item.shows}，列表、订阅和网站地图里也不再出现。原来的网址保留，按下面的选择处理。",
    done="已撤回",
    obstacles=lambda item, by: workflow.withdraw_obstacles(item, TO_COME, WithdrawalMode.NOTICE, by=by),
    perform=lambda item, by, given: workflow.withdraw(
        item, by=by, reason=given["reason"], mode=given["mode"], target=given.get("target", "")
    ),
    row_form=RowWithdrawForm,
    row_explains="确认后访客立即看不到它的内容，统计里也不再有它。",
)
ARCHIVE = _of(
    table.ARCHIVE,
    form=ActForm,
    explains="确认后页面照常可读，标明“已归档”和日期，不再上首页头条。网址不变。",
    done="已归档",
    obstacles=lambda item, by: workflow.archive_obstacles(item, by=by),
    perform=lambda item, by, given: workflow.archive(item, by=by),
)
REOPEN = _of(
    table.REOPEN,
    form=ActForm,
    explains="确认后去掉“已归档”的标记。",
    done="已取消归档",
    obstacles=lambda item, by: workflow.reopen_obstacles(item, by=by),
    perform=lambda item, by, given: workflow.reopen(item, by=by),
)
TERMS = _of(
    table.SET_TERMS,
    form=TermsForm,
    explains="到期和复核都不改内容，不需要重新审核。",
    done="已保存期限",
    obstacles=lambda item, by: workflow.terms_obstacles(item, None, None, by=by),
    perform=lambda item, by, given: workflow.set_terms(
        item, by=by, expires_at=given.get("expires_at"), review_on=given["review_on"]
    ),
    fits=lambda item, by: not item.revision_of_id,
)
LEVEL = _of(
    table.SET_LEVEL,
    aids=True,
    form=LevelForm,
    explains="级别决定要几个人审。可以提高；只有没有参与撰写的审核人可以降低。",
    done="已改审核级别",
    obstacles=lambda item, by: workflow.level_obstacles(item, item.level, by=by),
    perform=lambda item, by, given: workflow.set_level(item, by=by, level=given["level"]),
)
REVISE = _of(
    table.REVISE,
    form=ActForm,
    explains="确认后建立一份修订稿，在修订稿里修改、送审。批准并发布之前，访客看到的一直是现在的内容。",
    done="修订稿已建立，请在这里修改",
    obstacles=lambda item, by: workflow.revise_obstacles(item, by=by),
    perform=lambda item, by, given: workflow.revise(item, by=by),
    fits=lambda item, by: item.open_revision is None,
)
DISCARD = _of(
    table.DISCARD,
    grave=True,
    form=ActForm,
    explains="确认后删除修订稿，公开的内容不变。修订稿的修改记录和审核意见都留着。",
    done="已放弃修订",
    obstacles=lambda item, by: workflow.discard_obstacles(item, by=by),
    perform=lambda item, by, given: workflow.discard(item, by=by),
    fits=lambda item, by: bool(item.revision_of_id),
)
# In the order of the buttons; what is grave comes last.
ACTS = [
    SUBMIT, REVIEW, PUBLISH, SIGN, SEND_BACK, TAKE_BACK, SCHEDULE, UNSCHEDULE, REVISE, ARCHIVE, REOPEN, TERMS, LEVEL,
    WITHDRAW, EMERGENCY, DISCARD,
]  # fmt: skip
# What people come to the form for in a state, where it is not the review.
MAIN = {
    State.DRAFT: SUBMIT,
    State.APPROVED: PUBLISH,
    State.SCHEDULED: SCHEDULE,
    State.LIVE: REVISE,
    State.EXPIRED: TERMS,
    State.ARCHIVED: REVISE,
    State.WITHDRAWN: REVISE,
}


def acts_for(item: Publishable, by: Any) -> list[Act]:
    """The acts that make sense in the item's state; whether one is refused now is told on its page."""
    return [act for act in ACTS if item.state() in act.states and act.fits(item, by)]


def main_act(item: Publishable, by: Any) -> Act | None:
    """The one act that is the person's next: of somebody whose turn it is not, none."""
    if not _awaits_review(item, by):
        return MAIN.get(item.state())
    now = workflow.Submission.of(item)
    if by.pk in now.authors:
        return None
    due = len(now.approvals) + 1
    mine = not any(row.person_id == by.pk for row in now.approvals) and not now.is_reviewed
    if mine and table.has_right(by, f"review_{due}", item):
        return REVIEW
    return SIGN if workflow.signs_open(item, by, now) else None

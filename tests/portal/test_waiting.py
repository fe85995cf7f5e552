"""What waits for a person on the first page: only theirs, over all four kinds of content, with number and age."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from honors.models import Round
from news.models import Article
from portal.waiting import Waiting, waiting_for
from publishing import workflow
from publishing.models import Publishable
from tests.desk import person
from tests.makers import approve, chief, colleague, make_article, make_draft, revision
from tests.publishing.test_role_doors import KINDS, draft_of

pytestmark = pytest.mark.django_db

HEAPS = ["to_review", "returned_to_me", "mine", "to_sign", "approved", "check", "to_look_at"]


def of_role(role: str, name: str = "") -> User:
    user = User.objects.create_user(name or f"某{role}", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def heaps(user: Any) -> dict[str, Waiting]:
    return {heap["name"]: heap for heap in waiting_for(user)["waiting"]}


def titles(user: Any, heap: str) -> list[str]:
    found = heaps(user).get(heap)
    return [entry["title"] for entry in found["entries"]] if found else []


def handed_in(title: str = "等审的") -> Article:
    article = make_draft(title)
    workflow.submit(article, by=colleague("撰稿人"))
    return article


# --- 待我审核 ------------------------------------------------------------------------------------------------------


def test_a_review_waits_for_those_whose_step_it_is_and_then_for_the_next() -> None:
    first, second, third = (of_role(role) for role in ("一审", "二审", "三审"))
    article = handed_in()
    assert [titles(who, "to_review") for who in (first, second, third)] == [["等审的"], [], []]
    workflow.approve(article, by=first)
    assert [titles(who, "to_review") for who in (first, second, third)] == [[], ["等审的"], []]
    workflow.approve(article, by=second)
    assert [titles(who, "to_review") for who in (first, second, third)] == [[], [], []]


def test_nobody_is_asked_to_review_what_they_wrote_or_reviewed_already() -> None:
    article = handed_in()
    reviewer = colleague("甲")
    assert titles(colleague("撰稿人"), "to_review") == []
    assert titles(reviewer, "to_review") == ["等审的"]
    workflow.approve(article, by=reviewer)
    assert titles(reviewer, "to_review") == []
    assert titles(colleague("乙"), "to_review") == ["等审的"]


def test_who_reviewed_a_submission_before_may_be_asked_for_the_next() -> None:
    article, reviewer = handed_in(), colleague("甲")
    workflow.approve(article, by=reviewer)
    workflow.send_back(article, by=colleague("乙"), reason="改标题")
    workflow.submit(article, by=colleague("撰稿人"))
    assert titles(reviewer, "to_review") == ["等审的"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_content_waits_in_every_heap_that_it_can_be_in(kind: str) -> None:
    item, me = draft_of(kind), colleague("甲")
    type(item)._base_manager.filter(pk=item.pk).update(created_by=me)
    assert titles(me, "mine") == [str(item)]
    workflow.submit(item, by=colleague("撰稿人"))
    other = colleague("乙")
    assert titles(other, "to_review") == titles(other, "to_sign") == [str(item)]
    workflow.send_back(item, by=other, reason="请写明出处")
    back = heaps(me)["returned_to_me"]["entries"]
    assert [(entry["title"], entry["said"]) for entry in back] == [(str(item), "请写明出处")]
    approve(item)
    assert titles(other, "approved") == [str(item)]
    workflow.publish(item, by=chief())
    type(item)._base_manager.filter(pk=item.pk).update(review_on=timezone.localdate())
    assert titles(other, "to_look_at") == [str(item)]


def test_a_revision_waits_under_its_own_form_and_the_rows_of_what_it_revises() -> None:
    draft = revision(make_article("公开的"), title="改过的")
    workflow.submit(draft, by=colleague("撰稿人"))
    (entry,) = heaps(colleague("甲"))["to_review"]["entries"]
    assert (entry["title"], entry["kind"]) == ("改过的", "稿件修订稿")
    assert entry["href"] == f"/admin/news/article/{draft.pk}/change/"
    workflow.approve(draft, by=colleague("甲"))
    assert titles(colleague("甲"), "to_review") == []


# --- 我的草稿 and 被退回 -------------------------------------------------------------------------------------------


def test_what_was_sent_back_is_its_authors_and_not_that_of_who_sent_it_back() -> None:
    article, reviewer = handed_in(), colleague("甲")
    workflow.send_back(article, by=reviewer, reason="改标题")
    assert titles(colleague("撰稿人"), "returned_to_me") == ["等审的"]
    assert titles(reviewer, "returned_to_me") == titles(reviewer, "mine") == []


def test_the_last_reason_is_told_and_the_heap_is_empty_when_it_is_handed_in_again() -> None:
    article, author = handed_in(), colleague("撰稿人")
    for reason in ("改标题", "改日期"):
        workflow.send_back(article, by=colleague("甲"), reason=reason)
        assert [entry["said"] for entry in heaps(author)["returned_to_me"]["entries"]] == [reason]
        workflow.submit(article, by=author)
    assert titles(author, "returned_to_me") == []


def test_the_author_of_what_is_public_is_not_asked_for_anothers_revision() -> None:
    article = make_article("公开的")
    workflow.revise(article, by=colleague("修订人"))
    assert titles(colleague("修订人"), "mine") == ["公开的"]
    assert titles(colleague("撰稿人"), "mine") == []


# --- 待签, 待发布, 发布后补审, 到期复核 ----------------------------------------------------------------------------


def test_a_signature_waits_for_those_who_may_give_it_until_it_is_given() -> None:
    first = of_role("一审")  # 保密审查 only
    second = of_role("二审")
    article = handed_in()
    assert titles(first, "to_sign") == titles(second, "to_sign") == ["等审的"]
    assert titles(colleague("撰稿人"), "to_sign") == []
    workflow.sign(article, by=first, signs=["secrecy"])
    assert (titles(first, "to_sign"), titles(second, "to_sign")) == ([], ["等审的"])
    workflow.sign(article, by=second, signs=["military"])
    assert titles(second, "to_sign") == []


def test_an_emergency_stays_until_others_have_reviewed_and_signed_it() -> None:
    article = make_draft("停水")
    workflow.publish_in_emergency(article, by=chief(), reason="停水")
    assert titles(chief(), "to_review") == titles(chief(), "to_sign") == []
    assert titles(chief(), "check") == ["停水"]
    one, two = colleague("甲"), colleague("乙")
    assert titles(one, "to_review") == titles(one, "to_sign") == ["停水"]
    workflow.approve(article, by=one)
    workflow.approve(article, by=two)
    assert titles(colleague("丙"), "to_review") == []
    assert titles(colleague("丙"), "check") == ["停水"]
    workflow.sign(article, by=two, signs=["secrecy", "military"])
    assert titles(colleague("丙"), "check") == []


@pytest.mark.parametrize(("days", "told"), [(-3, "过了 3 天"), (0, "今天"), (7, "还有 7 天"), (8, "")])
def test_a_day_of_review_is_told_a_week_ahead(days: int, told: str) -> None:
    make_article("公开的")
    Article.objects.update(review_on=timezone.localdate() + timedelta(days=days))
    found = heaps(chief()).get("to_look_at")
    assert (found["age"] if found else "") == told


# --- Number, age, order, rights ------------------------------------------------------------------------------------


def test_a_heap_tells_its_number_the_age_of_its_oldest_and_the_lists_of_all() -> None:
    now = timezone.now()
    for number in range(7):
        article = handed_in(f"稿件 {number}")
        Article.objects.filter(pk=article.pk).update(submitted_at=now - timedelta(days=number))
    pact: Publishable = draft_of("partnerships.agreement")
    workflow.submit(pact, by=colleague("撰稿人"))
    heap = heaps(colleague("甲"))["to_review"]
    assert (heap["count"], heap["age"]) == (8, "6 天")
    assert [entry["title"] for entry in heap["entries"]] == [f"稿件 {number}" for number in (6, 5, 4, 3, 2)]
    assert heap["lists"] == [
        ("稿件", 7, "/admin/news/article/?state=to_review"),
        ("共建协议", 1, "/admin/partnerships/agreement/?state=to_review"),
    ]


def test_the_lists_show_just_what_the_heaps_count(client: Any) -> None:
    me = colleague("甲")
    client.force_login(me)
    make_draft("草稿", created_by=me)
    handed_in()
    approve(make_draft("批准的"))
    workflow.publish_in_emergency(make_draft("应急的"), by=chief(), reason="停水")
    back = make_draft("退回的", created_by=me)
    workflow.submit(back, by=me)
    workflow.send_back(back, by=colleague("乙"), reason="改标题")
    make_article("复核的")
    Article.objects.filter(title="复核的").update(review_on=timezone.localdate())
    found = heaps(me)
    assert list(found) == HEAPS
    for heap in found.values():
        for _, count, href in heap["lists"]:
            assert client.get(href).context["cl"].result_count == count, href


@pytest.mark.parametrize(
    "role", ["编辑", "一审", "二审", "三审", "荣誉管理", "共建管理", "站点管理", "安全管理", "审计"]
)
def test_nobody_is_told_of_a_heap_to_which_they_have_no_right(role: str) -> None:
    found = waiting_for(of_role(role))
    assert found["waiting"] == []
    expected = {
        "编辑": ["被退回", "我的草稿", "到期复核"],
        "一审": ["待我审核", "待签", "发布后补审"],
        "二审": ["待我审核", "待签", "待发布", "发布后补审", "到期复核"],
        "三审": ["待我审核", "待签", "待发布", "发布后补审", "到期复核"],
        "荣誉管理": ["被退回", "我的草稿", "到期复核"],
        "共建管理": ["被退回", "我的草稿", "到期复核"],
    }
    assert found["quiet"] == expected.get(role, [])


def test_kinds_to_which_a_person_has_no_right_are_not_looked_at() -> None:
    handed_in()
    workflow.submit(draft_of("partnerships.duallistitem"), by=colleague("撰稿人"))
    only = person("only", "view_duallistitem", "review_1_duallistitem")
    assert [kind for kind, _, _ in heaps(only)["to_review"]["lists"]] == ["双清单事项"]
    assert Round.objects.count() == 0
    blind = person("blind", "review_1_article")
    assert waiting_for(blind) == {"waiting": [], "quiet": []}

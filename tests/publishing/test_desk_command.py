"""``manage.py desk``: the same refusals as on the pages, and what is public held against what was approved."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import AuditEvent
from news.models import Article
from publishing import verification, workflow
from tests.desk import person
from tests.makers import approve, chief, colleague, make_article, make_draft, revision
from tests.partnerships.needs import publish_need
from tests.publishing.preflight.papers import SECRET

pytestmark = pytest.mark.django_db


def desk(capsys: Any, *words: Any) -> str:
    call_command("desk", *map(str, words))
    return str(capsys.readouterr().out)


def test_an_article_goes_out_and_comes_back_by_the_shell_but_for_its_reviews(capsys: Any) -> None:
    article = make_draft()
    colleague("撰稿人"), chief()
    assert "审核中" in desk(capsys, "submit", "news.article", article.pk, "--by", "撰稿人")
    with pytest.raises(CommandError, match="还缺一审、二审"):
        desk(capsys, "publish", "news.article", article.pk, "--by", "发布人")
    refused = AuditEvent.objects.latest("number")
    assert (refused.person, refused.address) == ("发布人", "命令行")
    assert (refused.detail, refused.result) == ("发布", "refused")
    for name in ("甲", "乙"):
        workflow.approve(article, by=colleague(name), signs=["secrecy", "military"] if name == "甲" else ())
    assert "已发布" in desk(capsys, "publish", "news.article", article.pk, "--by", "发布人")
    gone = ["withdraw", "news.article", article.pk, "--by", "发布人", "--reason"]
    with pytest.raises(CommandError, match="原因"):
        desk(capsys, *gone, " ")
    assert "已撤回" in desk(capsys, *gone, "数字有误")
    event = AuditEvent.objects.latest("number")
    assert (event.person, event.address, event.detail) == ("发布人", "命令行", "撤回")


def test_a_moment_is_read_as_that_of_the_office(capsys: Any) -> None:
    article = approve(make_draft())
    chief()
    at = timezone.localtime() + timedelta(days=1)
    words = ["publish", "news.article", article.pk, "--by", "发布人", "--at", f"{at:%Y-%m-%dT%H:%M}"]
    assert f"等待定时 {at:%Y-%m-%d %H:%M}" in desk(capsys, *words)
    with pytest.raises(CommandError, match="at"):
        desk(capsys, *words[:-1], "明天")


def test_sent_back_by_the_shell(capsys: Any) -> None:
    article = approve(make_draft())
    colleague("甲")
    words = ["send-back", "news.article", article.pk, "--by", "甲", "--reason", "请核实"]
    assert "草稿" in desk(capsys, *words)
    with pytest.raises(CommandError, match="只有已送审"):
        desk(capsys, *words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "news.column", 1], "没有“news.column”这一类内容"),
        (["show", "nonsense", 1], "没有“nonsense”这一类内容"),
        (["show", "news.article", 999999], "没有编号是 999999 的稿件"),
        (["submit", "news.article", "{pk}", "--by", "无此人"], "没有用户“无此人”"),
        (["submit", "news.article", "{pk}", "--by", "无权的人"], "没有“送审”稿件的权限"),
    ],
)
def test_what_is_not_there_or_not_allowed_is_told(capsys: Any, words: list[Any], said: str) -> None:
    article = make_draft()
    person("无权的人", "view_article")
    with pytest.raises(CommandError, match=said):
        desk(capsys, *(str(word).replace("{pk}", str(article.pk)) for word in words))


@pytest.mark.parametrize("act", ["approve", "sign", "emergency", "import"])
def test_the_shell_reviews_nothing(capsys: Any, act: str) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        desk(capsys, act, "news.article", make_draft().pk, "--by", "甲")


def test_one_item_is_shown_with_its_road_and_what_it_lacks_and_no_secret(capsys: Any) -> None:
    article = make_draft(f"公示{SECRET}")
    Article.objects.update(source_name="")
    told = desk(capsys, "show", "news.article", article.pk)
    assert "草稿" in told and "还缺：还没有送审。" in told and "请填写来源" in told and SECRET not in told
    article = make_draft("另一篇")
    workflow.submit(article, by=colleague("撰稿人"), note="请尽快")
    told = desk(capsys, "show", "news.article", article.pk)
    assert "送审 撰稿人：请尽快" in told and "还缺一审、二审。" in told and "B 重要" in told


def test_what_waits_is_listed_and_what_is_public_is_not(capsys: Any) -> None:
    make_draft("草稿一")
    article = make_article("公开一")
    revision(article)
    told = desk(capsys, "list")
    assert "草稿一" in told and f"（修订 {article.pk}）" in told and told.endswith("共 2 条。\n")


# --- verify ----------------------------------------------------------------------------------------------------


def departures() -> list[tuple[str, str]]:
    return [(str(one.item), one.words) for one in verification.departures()]


def test_what_was_published_by_the_rule_departs_from_nothing(capsys: Any) -> None:
    make_article()
    publish_need()
    workflow.publish(approve(make_draft("定时")), by=chief(), at=timezone.now() + timedelta(days=1))
    workflow.publish_in_emergency(make_draft("应急"), by=chief(), reason="防汛通知")
    article = make_article("修订过的")
    workflow.publish(approve(revision(article, title="改正")), by=chief())
    make_draft("草稿")
    assert departures() == []
    assert "都和批准的一致" in desk(capsys, "verify")


def test_what_was_changed_or_made_public_around_the_desk_is_found(capsys: Any) -> None:
    for title in ("改字", "应急改字"):
        item = make_draft(title)
        if title == "应急改字":
            workflow.publish_in_emergency(item, by=chief(), reason="防汛通知")
        else:
            workflow.publish(approve(item), by=chief())
        Article.objects.filter(pk=item.pk).update(body="<p>另一段。</p>")
    need = publish_need()
    need.notes.create(date="2024-05-06", text="后加的", public=True)
    past = make_draft("绕过")
    Article.objects.filter(pk=past.pk).update(status="published", published_at=timezone.now())
    assert departures() == [
        ("改字", "和批准的内容不同"),
        ("应急改字", "和批准的内容不同"),
        ("绕过", "没有经过审核"),
        (str(need), "和批准的内容不同"),
    ]
    with pytest.raises(CommandError, match="有 4 条和批准的不一致") as ended:
        desk(capsys, "verify")
    assert ended.value.returncode == 1
    assert "没有经过审核：news.article" in capsys.readouterr().err

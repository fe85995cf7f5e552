"""Nothing that the preflight stops becomes public, whichever door is tried; an override needs two persons."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from news.attachments import attach
from news.models import Article
from publishing import workflow
from publishing.models import Consent, Override, Slip, WithdrawalMode
from publishing.preflight import overrides
from publishing.preflight.inspection import Finding, inspect, obstacles
from publishing.workflow import Refused
from tests.desk import director, logged_in, page, person, sent_by_browser, told
from tests.makers import approve, chief, make_article, make_draft, release, revision
from tests.partnerships.needs import make_need, publish_need
from tests.partnerships.pacts import make_pact
from tests.publishing.preflight.papers import SECRET, scan, xlsx_with

pytestmark = pytest.mark.django_db

RIGHTS = ["view_article", "change_article", "publish_article"]
PHONE = "<p>值班手机13800138000</p>"
BLOCKED = f"<p>{SECRET}</p>"


def address(article: Article, name: str) -> str:
    return reverse(f"admin:news_article_{name}", args=[article.pk])


def scanned() -> Article:
    article = make_draft(keywords="双拥")
    attach(article, scan(), "扫描件.pdf")
    return article


def only(article: Article) -> Finding:
    (finding,) = inspect(article)
    return finding


def is_draft(article: Article) -> bool:
    return Article.objects.get(pk=article.pk).status == "draft"


# --- what blocks, at every door --------------------------------------------------------------------------------


def test_the_verb_refuses() -> None:
    article = make_draft(body=BLOCKED)
    with pytest.raises(Refused, match="身份证号"):
        release(article)
    with pytest.raises(Refused, match="身份证号"):
        release(article, at=timezone.now() + timedelta(days=1))
    with pytest.raises(Refused, match="身份证号"):
        release(article, at=timezone.now())
    assert is_draft(article)


@pytest.mark.parametrize("act", ["publish", "schedule"])
def test_the_page_of_the_act_says_it_before_and_refuses_after(act: str) -> None:
    article, client = approve(make_draft()), logged_in("editor", *RIGHTS)
    # Past the form, which would have sent it back.
    Article.objects.update(body=BLOCKED)
    shown = client.get(address(article, act)).content.decode()
    assert (
        "正文：身份证号" in shown
        and SECRET not in shown
        and "确认" not in shown.split("obstacles")[1].split("</ul>")[0]
    )
    tomorrow = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    client.post(address(article, act), {"opened_version": article.lock_version, "at": tomorrow})
    assert Article.objects.get().status == "approved"


def test_the_page_of_the_review_says_it_too() -> None:
    article = make_draft()
    workflow.submit(article, by=chief())
    Article.objects.update(body=BLOCKED)
    client = logged_in("reviewer", "view_article", "review_1_article")
    sent = {"opened_version": article.lock_version, "opinion": "同意。"}
    shown = client.post(address(article, "review"), sent).content.decode()
    assert "送审之后改过" in shown and SECRET not in shown.split("obstacles")[1].split("</ul>")[0]
    assert workflow.valid_steps(article) == []


def test_the_list_action_refuses() -> None:
    article, client = make_draft(body=BLOCKED), logged_in("editor", *RIGHTS)
    sent = {"action": "publish_selected", "_selected_action": [article.pk]}
    response = client.post(reverse("admin:news_article_changelist"), sent, follow=True)
    assert "身份证号" in told(response)[0] and is_draft(article)


def test_a_secret_in_a_hidden_row_of_an_attachment_stops_publishing() -> None:
    article = make_draft()
    attach(article, xlsx_with("hidden row"), "名单.xlsx")
    with pytest.raises(Refused, match="附件《名单.xlsx》：身份证号"):
        release(article)


def test_a_live_article_takes_nothing_through_its_form_neither_text_nor_file() -> None:
    """Its form is read only; this is what somebody sends who had it open before, or made it up."""
    article, client = make_article(), director()
    draft = make_draft("另一篇")
    sent = sent_by_browser(page(client, "news_article_change", draft.pk)) | {"body": BLOCKED}
    files = {"attachments-0-file": SimpleUploadedFile("名单.xlsx", xlsx_with("comment"))}
    response = client.post(address(article, "change"), {**sent, **files})
    assert "没有保存" in str(response.context["errors"])
    assert Article.objects.get(pk=article.pk).body == "<p>正文第一段。</p>"
    assert not article.attachments.exists()


def test_a_revision_takes_no_secret_to_the_public_page() -> None:
    for name, data, says in [
        ("名单.xlsx", xlsx_with("comment"), "身份证号"),
        ("扫描.pdf", scan(), "未能检查"),
    ]:
        article = make_article(name)
        draft = revision(article)
        attach(draft, data, name)
        with pytest.raises(Refused, match=says):
            workflow.publish(approve(draft), by=chief())
        assert not article.attachments.exists()


def test_a_live_item_takes_nothing_through_its_children() -> None:
    """A progress note is public with the item: it comes with a revision, and is looked at there."""
    item, client = publish_need(), director()
    change = reverse("admin:partnerships_duallistitem_change", args=[item.pk])
    note = {"notes-0-date": "2024-05-06", "notes-0-text": f"已通知{SECRET}", "notes-0-public": "on"}
    draft = reverse("admin:partnerships_duallistitem_change", args=[make_need(number=2).pk])
    sent = {**sent_by_browser(client.get(draft)), **note, "notes-TOTAL_FORMS": "1"}
    client.post(change, sent)
    assert not item.notes.exists()
    revised = revision(item)
    revised.notes.create(date="2024-05-06", text=note["notes-0-text"], public=True)
    with pytest.raises(Refused, match="身份证号"):
        workflow.submit(revised, by=chief())


def test_a_reason_of_withdrawal_is_public_and_looked_at() -> None:
    article = make_article()
    with pytest.raises(Refused, match="撤回原因：身份证号"):
        workflow.withdraw(article, by=chief(), reason=f"误登{SECRET}", mode=WithdrawalMode.NOTICE)
    workflow.withdraw(article, by=chief(), reason="内容有误", mode=WithdrawalMode.NOTICE)


def test_agreements_and_the_dual_list_are_looked_at_but_not_the_internal_text() -> None:
    pact = make_pact(published=False, summary=f"合办学习室，联系{SECRET}")
    assert [one.id for one in inspect(pact)] == ["pii.id18"]
    item = make_need(content=f"联系人{SECRET}")
    assert inspect(item) == []


# --- what needs a second person ----------------------------------------------------------------------------------


def test_publishing_waits_for_the_second_person_and_goes_on_then() -> None:
    article, asker, other = approve(scanned()), person("甲"), person("乙")
    assert "未能检查" in obstacles(article)[-1]
    overrides.ask(article, only(article).handle, reason="是盖章的通知，已逐页看过", by=asker)
    with pytest.raises(Refused, match="等另一位同事"):
        workflow.publish(article, by=chief())
    overrides.confirm(article, only(article).handle, by=other)
    assert obstacles(article) == []
    workflow.publish(article, by=chief())
    assert article.is_published()


def test_what_was_confirmed_for_an_item_holds_for_the_same_text_in_its_revision() -> None:
    article = scanned()
    overrides.ask(article, only(article).handle, reason="逐页看过", by=person("甲"))
    overrides.confirm(article, only(article).handle, by=person("乙"))
    release(article)
    draft = revision(article, title="改标题")
    assert obstacles(draft) == []
    assert [row.object_id for row in Override.objects.all()] == [article.pk]


def test_the_asker_cannot_confirm_by_the_verb_nor_in_the_database() -> None:
    article, asker = scanned(), person("甲")
    asked = overrides.ask(article, only(article).handle, reason="看过", by=asker)
    with pytest.raises(Refused, match="由另一位同事"):
        overrides.confirm(article, only(article).handle, by=asker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.filter(pk=asked.pk).update(confirmed_by=asker, confirmed_at=timezone.now())


def test_an_override_dies_with_the_text() -> None:
    article, asker, other = make_draft(body=PHONE, keywords="双拥"), person("甲"), person("乙")
    handle = only(article).handle
    overrides.ask(article, handle, reason="对外公布的值班手机", by=asker)
    overrides.confirm(article, handle, by=other)
    assert obstacles(article) == []
    article.body = PHONE + "<p>另加一句。</p>"
    article.save()
    assert len(obstacles(article)) == 1
    article.body = PHONE
    article.save()
    assert obstacles(article) == []


def test_an_override_speaks_of_one_text_and_one_finding_only() -> None:
    article, asker, other = make_draft(body=PHONE, summary="电话13800138000"), person("甲"), person("乙")
    body = next(one for one in inspect(article) if one.key == "body")
    overrides.ask(article, body.handle, reason="值班手机", by=asker)
    overrides.confirm(article, body.handle, by=other)
    (left,) = obstacles(article)
    assert left.startswith("摘要：")
    assert len(obstacles(make_draft(body=PHONE))) == 1


@pytest.mark.parametrize("reason", ["", "  ", "长" * 301])
def test_an_override_needs_a_reason(reason: str) -> None:
    article = scanned()
    with pytest.raises(Refused, match="理由"):
        overrides.ask(article, only(article).handle, reason=reason, by=person("甲"))


def test_what_blocks_cannot_be_overridden() -> None:
    article = make_draft(body=BLOCKED, keywords="双拥")
    with pytest.raises(Refused, match="必须删改"):
        overrides.ask(article, only(article).handle, reason="没有关系", by=person("甲"))


def test_a_row_written_past_the_verbs_does_not_lift_a_block() -> None:
    article = make_draft(body=BLOCKED, keywords="双拥")
    finding = only(article)
    asked = overrides.Override(
        item=article, finding=finding.id, key=finding.key, label="正文", digest=finding.digest, reason="强行",
        asked_by=person("甲"), confirmed_by=person("乙"), confirmed_at=timezone.now(),
    )  # fmt: skip
    asked.save()
    assert len(obstacles(article)) == 1


def test_nothing_is_asked_twice_or_confirmed_twice_or_after_a_change() -> None:
    article, asker, other = scanned(), person("甲"), person("乙")
    handle = only(article).handle
    with pytest.raises(Refused, match="已经不在了"):
        overrides.confirm(article, handle, by=other)
    overrides.ask(article, handle, reason="看过", by=asker)
    with pytest.raises(Refused, match="已经有人写过理由"):
        overrides.ask(article, handle, reason="看过", by=other)
    overrides.confirm(article, handle, by=other)
    with pytest.raises(Refused, match="不需要再确认"):
        overrides.confirm(article, handle, by=person("丙"))
    with pytest.raises(Refused, match="不能收回"):
        overrides.drop(article, handle, by=asker)
    with pytest.raises(Refused, match="已经不在了"):
        overrides.ask(article, "nothing", reason="看过", by=asker)


def test_what_was_asked_can_be_taken_back() -> None:
    article, asker = scanned(), person("甲")
    overrides.ask(article, only(article).handle, reason="看过", by=asker)
    overrides.drop(article, only(article).handle, by=asker)
    assert not Override.objects.exists() and len(obstacles(article)) == 1


def test_a_reminder_is_ignored_with_a_reason_by_one_person() -> None:
    # A test with real transactions before this one may have emptied the table.
    Slip.objects.get_or_create(wrong="双佣", defaults={"right": "双拥"})
    article = make_draft(body="<p>原文如此：双佣</p>", keywords="双拥")
    overrides.ask(article, only(article).handle, reason="引用旧报原文", by=person("甲"))
    assert not only(article).is_open


def test_a_confirmed_override_and_consent_never_change() -> None:
    article, asker, other = scanned(), person("甲"), person("乙")
    overrides.ask(article, only(article).handle, reason="看过", by=asker)
    done = overrides.confirm(article, only(article).handle, by=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.filter(pk=done.pk).update(reason="别的理由")
    consent = Consent.objects.create(words="六连", ground="已公开", entered_by=asker)
    with pytest.raises(Refused):
        overrides.confirm_consent(consent, by=asker)
    overrides.confirm_consent(consent, by=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(words="七连")
    with pytest.raises(Refused, match="已经确认"):
        overrides.confirm_consent(consent, by=person("丙"))


# --- the page ----------------------------------------------------------------------------------------------------


def send(client: Client, article: Article, verb: str, finding: Finding, reason: str = "") -> Any:
    sent = {"verb": verb, "finding": finding.handle, "reason": reason}
    return client.post(address(article, "preflight"), sent, follow=True)


def test_the_page_tells_levels_places_and_hints_and_covers_secrets() -> None:
    article = make_draft(body=BLOCKED + PHONE + "<p>优扶</p>")
    content = logged_in("editor", *RIGHTS).get(address(article, "preflight")).content.decode()
    for words in (
        "不能发布",
        "需要另一人确认",
        "提醒",
        "身份证号",
        "第 1 字",
        "或只留后 4 位",
        "没有关键词",
        "pii.id18",
    ):
        assert words in content
    assert SECRET not in content and "13800138000" not in content


def test_the_page_is_led_to_from_the_form_and_from_the_act() -> None:
    article, client = make_draft(), logged_in("editor", *RIGHTS)
    for name in ("change", "publish"):
        assert address(article, "preflight") in client.get(address(article, name)).content.decode()


def test_whoever_may_only_view_sees_the_page_and_can_do_nothing() -> None:
    article, client = scanned(), logged_in("reader", "view_article")
    response = client.get(address(article, "preflight"))
    assert response.status_code == 200 and "申请例外" not in response.content.decode()
    assert send(client, article, "ask", only(article), "看过").status_code == 403
    assert not Override.objects.exists()


def test_whoever_may_not_view_sees_nothing() -> None:
    article = scanned()
    assert logged_in("stranger").get(address(article, "preflight")).status_code == 403
    assert Client().get(address(article, "preflight")).status_code == 302


def test_asking_and_confirming_on_the_page() -> None:
    article = scanned()
    first, second = logged_in("甲", *RIGHTS), logged_in("乙", *RIGHTS)
    assert "请写明理由" in told(send(first, article, "ask", only(article)))[-1]
    assert "等另一位同事确认" in told(send(first, article, "ask", only(article), "逐页看过"))[-1]
    assert "我看过了" not in first.get(address(article, "preflight")).content.decode()
    assert "由另一位同事确认" in told(send(first, article, "confirm", only(article)))[-1]
    assert "我看过了" in second.get(address(article, "preflight")).content.decode()
    assert "已确认" in told(send(second, article, "confirm", only(article)))[-1]
    content = second.get(address(article, "preflight")).content.decode()
    assert "已确认或已忽略" in content and "逐页看过" in content
    assert obstacles(article) == []


def test_a_stale_or_forged_form_is_refused_in_words() -> None:
    article, client = scanned(), logged_in("甲", *RIGHTS)
    finding = only(article)
    article.attachments.all().delete()
    assert "已经不在了" in told(send(client, article, "ask", finding, "看过"))[-1]
    assert send(client, article, "publish", finding).status_code == 403
    assert client.put(address(article, "preflight")).status_code == 405


def test_every_publishable_has_the_page() -> None:
    from django.contrib import admin  # noqa: PLC0415 -- the site is filled while apps load

    from publishing.admin import PublishableAdmin  # noqa: PLC0415

    publishable = [model for model, one in admin.site._registry.items() if isinstance(one, PublishableAdmin)]
    assert len(publishable) >= 4
    client = director()
    for item in (make_draft(), make_pact(published=False), make_need()):
        meta = item._meta
        where = reverse(f"admin:{meta.app_label}_{meta.model_name}_preflight", args=[item.pk])
        assert client.get(where).status_code == 200


# --- the tables in the admin ---------------------------------------------------------------------------------------


def test_a_consent_is_entered_by_one_and_confirmed_by_another() -> None:
    rights = ["view_consent", "add_consent", "change_consent", "confirm_consent"]
    first, second = logged_in("甲", *rights), logged_in("乙", *rights)
    where = reverse("admin:publishing_consent_changelist")
    first.post(f"{where}add/", {"words": "硬骨头六连", "ground": "公开的荣誉称号"})
    consent = Consent.objects.get()
    assert consent.entered_by == User.objects.get(username="甲") and consent.confirmed_by is None
    sent = {"action": "confirm_selected", "_selected_action": [consent.pk]}
    assert "由另一位同事确认" in told(first.post(where, sent, follow=True))[-1]
    assert "已确认" in told(second.post(where, sent, follow=True))[-1]
    change = reverse("admin:publishing_consent_change", args=[consent.pk])
    assert second.post(change, {"words": "七连", "ground": "改"}).status_code == 403


def test_a_consent_that_opens_nothing_is_refused() -> None:
    client = logged_in("甲", "view_consent", "add_consent")
    response = client.post(reverse("admin:publishing_consent_add"), {"words": "驻军某部", "ground": "测试"})
    assert "不用登记" in response.content.decode() and not Consent.objects.exists()


def test_overrides_are_read_and_never_written_in_their_list() -> None:
    article = scanned()
    overrides.ask(article, only(article).handle, reason="逐页看过", by=person("甲"))
    client = director()
    where = reverse("admin:publishing_override_changelist")
    assert "逐页看过" in client.get(where).content.decode()
    assert client.post(f"{where}{Override.objects.get().pk}/change/", {}).status_code == 403
    assert client.get(f"{where}add/").status_code == 403
    assert client.post(f"{where}{Override.objects.get().pk}/delete/", {"post": "yes"}).status_code == 403


def test_slips_are_a_table_of_the_editors() -> None:
    client = logged_in("甲", "view_slip", "add_slip", "change_slip")
    client.post(reverse("admin:publishing_slip_add"), {"wrong": "慰间", "right": "慰问", "note": ""})
    assert [one.id for one in inspect(make_draft(body="<p>慰间品</p>", keywords="双拥"))] == ["wording.slip"]


# --- at night ------------------------------------------------------------------------------------------------------


def test_the_nightly_run_tells_what_is_public_and_fails_on_what_blocks(capsys: Any) -> None:
    make_article(keywords="")
    make_draft(body=BLOCKED)
    call_command("preflight", published=True)
    out = capsys.readouterr().out
    assert "content.keywords" in out and "pii.id18" not in out and "不能发布 0 个" in out
    Article.objects.filter(status="published").update(body=BLOCKED, title=f"公示{SECRET}")
    with pytest.raises(SystemExit) as ended:
        call_command("preflight", published=True, level="block")
    assert ended.value.code == 1
    out = capsys.readouterr().out
    assert "pii.id18" in out and "content.keywords" not in out and SECRET not in out


def test_the_command_asks_what_to_look_at() -> None:
    with pytest.raises(CommandError, match="--published"):
        call_command("preflight")

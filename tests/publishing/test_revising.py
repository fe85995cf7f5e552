"""修订: visitors read what was approved until the copy is approved too and brought in; then nothing else has changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from honors.models import Place, Round
from news.attachments import attach
from news.models import Article
from partnerships.models import DualListItem
from publishing import workflow
from publishing.models import ReviewStep
from publishing.workflow import Refused
from tests.desk import director, told
from tests.honors.rolls import make_round
from tests.makers import approve, chief, colleague, make_article, make_draft, make_picture, revision
from tests.partnerships.needs import make_need, publish_need
from tests.publishing.preflight.papers import SECRET
from tests.publishing.test_documents import docx

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def live() -> Article:
    return Article.objects.get(revision_of=None)


def brought_in(item: Any, **fields: Any) -> Any:
    return workflow.publish(approve(revision(item, **fields)), by=chief())


def test_the_public_page_keeps_the_approved_version_until_the_revision_is_brought_in(client: Client) -> None:
    article = make_article(body="<p>第一版。</p>")
    address = article.get_absolute_url()
    draft = revision(article, body="<p>第二版。</p>")
    for work in (lambda: None, lambda: approve(draft)):
        work()
        page = client.get(address).content.decode()
        assert "第一版" in page and "第二版" not in page
    workflow.publish(draft, by=chief())
    page = client.get(address).content.decode()
    assert "第二版" in page and "第一版" not in page
    assert Article.objects.count() == 1


def test_address_moment_placement_and_end_stay_and_who_and_what_stand_in_the_history() -> None:
    end = timezone.now() + 30 * DAY
    article = make_article(at=timezone.now() - 5 * DAY, expires_at=end)
    Article.objects.update(headline=True)
    kept = {
        name: getattr(live(), name)
        for name in ("pk", "published_at", "imported_at", "expires_at", "headline")
    }
    root = brought_in(article, title="新标题")
    assert kept == {name: getattr(live(), name) for name in kept}
    assert root.pk == article.pk and live().title == "新标题"
    newest = live().history.first()
    assert (newest.history_user, newest.history_change_reason) == (chief(), "发布修订")
    assert live().approved_hash == workflow.Submission.of(live()).hashed
    assert workflow.approval_obstacles(live()) == []


def test_files_that_stay_keep_their_address_others_come_and_go() -> None:
    article = make_article()
    stays = attach(article, docx("甲"), "甲.docx")
    goes = attach(article, docx("乙"), "乙.docx")
    draft = revision(article)
    assert [one.name for one in draft.attachments.all()] == ["甲.docx", "乙.docx"]
    draft.attachments.get(name="乙.docx").delete()
    draft.attachments.update(order=3)
    attach(
        draft,
        docx("丙"),
        "丙.docx",
    )
    workflow.publish(approve(draft), by=chief())
    found = {one.name: one for one in live().attachments.all()}
    assert set(found) == {"甲.docx", "丙.docx"}
    assert (found["甲.docx"].pk, found["甲.docx"].order) == (stays.pk, 3)
    assert not type(goes).objects.filter(pk=goes.pk).exists()


def test_relations_follow_the_revision(client: Client) -> None:
    place = Place.objects.create(code="990000", name="测试省", kind="省", level="province")
    article = make_article(places=[place])
    draft = revision(article)
    assert list(draft.places.all()) == [place]
    draft.places.clear()
    assert list(live().places.all()) == [place]
    workflow.publish(approve(draft), by=chief())
    assert not live().places.exists()


def test_files_of_a_revision_are_nobodys_before_it_is_brought_in(client: Client) -> None:
    article = make_article()
    draft = revision(article, cover=make_picture())
    file = attach(draft, docx("丙"), "丙.docx")
    for address in (file.href, draft.cover.src):
        assert client.get(address).status_code == 404
    workflow.publish(approve(draft), by=chief())
    for address in (live().attachments.get().href, draft.cover.src):
        assert client.get(address).status_code == 200


def test_internal_notes_and_texts_come_along_without_being_reviewed() -> None:
    need = publish_need(content="内部的话")
    need.notes.create(date="2024-05-06", text="内部进展", public=False)
    draft = revision(need, standard="按期办结")
    assert draft.content == "内部的话" and draft.notes.get().text == "内部进展"
    draft.content = "改过的内部的话"
    draft.save()
    draft.notes.create(date="2024-06-06", text="另一条", public=False)
    workflow.publish(approve(draft), by=chief())
    root = DualListItem.objects.get()
    assert (root.pk, root.content, root.standard) == (need.pk, "改过的内部的话", "按期办结")
    assert sorted(note.text for note in root.notes.all()) == ["内部进展", "另一条"]


# --- refusals --------------------------------------------------------------------------------------------------


def test_there_is_one_revision_and_none_of_a_revision() -> None:
    article = make_article()
    draft = revision(article)
    with pytest.raises(Refused, match="修订已经开始"):
        workflow.revise(article, by=chief())
    with pytest.raises(Refused, match="已经是修订稿"):
        workflow.revise(draft, by=chief())
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.create(title="又一份", column=article.column, revision_of=article)


def test_a_revision_is_never_public_in_the_database() -> None:
    draft = revision(make_article())
    for fields in (
        {"status": "published", "published_at": timezone.now()},
        {"status": "archived", "published_at": timezone.now(), "archived_at": timezone.now()},
        {"published_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Article.objects.filter(pk=draft.pk).update(**fields)


def test_what_was_never_public_is_edited_and_not_revised() -> None:
    scheduled = approve(make_draft("定时"))
    workflow.publish(scheduled, by=chief(), at=timezone.now() + DAY)
    for item in (make_draft("草稿"), approve(make_draft("待发布")), scheduled):
        with pytest.raises(Refused, match="直接修改"):
            workflow.revise(item, by=chief())


def test_a_revision_goes_through_its_own_reviews() -> None:
    draft = revision(make_article())
    with pytest.raises(Refused, match="还没有批准"):
        workflow.publish(draft, by=chief())
    workflow.submit(draft, by=colleague("撰稿人"))
    with pytest.raises(Refused, match="还缺一审、二审"):
        workflow.publish(draft, by=chief())
    assert workflow.valid_steps(draft) == []


def test_a_revision_is_not_scheduled() -> None:
    with pytest.raises(Refused, match="不能定时"):
        workflow.publish(approve(revision(make_article())), by=chief(), at=timezone.now() + DAY)


def test_a_revision_is_not_an_import() -> None:
    with pytest.raises(Refused, match="还没有公开过"):
        workflow.import_published(approve(revision(make_article())), by=chief(), at=timezone.now() - DAY)


def test_a_secret_does_not_come_in_by_a_revision() -> None:
    draft = revision(make_article(), summary=SECRET)
    with pytest.raises(Refused, match="身份证号"):
        workflow.submit(draft, by=colleague("撰稿人"))


def test_a_number_that_was_taken_meanwhile_is_told_before_and_refused_after() -> None:
    need = publish_need(number=1)
    draft = approve(revision(need, number=7))
    make_need(number=7)
    assert "这一年这份清单里已有这个编号。" in workflow.publish_obstacles(draft, by=chief())
    with pytest.raises(Refused, match="已有这个编号"):
        workflow.publish(draft, by=chief())
    assert DualListItem.objects.get(pk=need.pk).number == 1


def test_an_address_that_was_taken_meanwhile_is_refused() -> None:
    first, second = make_round(ordinal=1, year=1991), make_round(ordinal=2, year=1992)
    draft = revision(first, slug=second.slug)
    with pytest.raises(Refused, match="地址名已经有一届在用"):
        workflow.submit(draft, by=colleague("撰稿人"))
    assert Round.objects.get(pk=first.pk).slug == first.slug


def test_what_comes_in_is_exactly_what_was_approved() -> None:
    """A save completes the pictures of a body; one that was never saved reads otherwise than what was reviewed."""
    picture = make_picture("图片说明")
    draft = revision(make_article())
    Article.objects.filter(pk=draft.pk).update(body=f'<p>图：</p><img src="{picture.src}">')
    approve(draft)
    with pytest.raises(Refused, match="公开的会和批准的不同"):
        workflow.publish(draft, by=chief())
    assert live().body == "<p>正文第一段。</p>" and Article.objects.filter(pk=draft.pk).exists()
    workflow.send_back(draft, by=colleague("甲"), reason="图片没有补全")
    draft.save()
    workflow.publish(approve(draft), by=chief())
    assert "图片说明" in live().body


# --- what became of the original -------------------------------------------------------------------------------


def test_a_revision_of_what_was_withdrawn_or_archived_makes_it_public_again() -> None:
    gone, past = make_article("撤回"), make_article("归档")
    workflow.withdraw(gone, by=chief(), reason="数字有误")
    workflow.archive(past, by=chief())
    for item in (gone, past):
        moment = item.published_at
        root = brought_in(item, title=f"{item.title}后改正")
        assert (root.status, root.published_at, root.withdrawal_reason) == ("published", moment, "")
        assert root.withdrawn_at is None and root.archived_at is None


def test_the_original_that_is_withdrawn_while_it_is_revised_stays_so_until_the_revision_comes() -> None:
    article = make_article()
    draft = approve(revision(article, title="改正"))
    workflow.withdraw(article, by=chief(), reason="数字有误")
    assert not Article.objects.published().exists()
    assert workflow.publish(draft, by=chief()).is_published()


def test_a_revision_of_what_has_expired_waits_for_a_new_end() -> None:
    article = make_article(at=timezone.now() - 2 * DAY)
    draft = approve(revision(article))
    Article.objects.filter(pk=article.pk).update(expires_at=timezone.now() - DAY)
    with pytest.raises(Refused, match="已经到期"):
        workflow.publish(draft, by=chief())
    workflow.set_terms(article, by=chief(), expires_at=None, review_on=None)
    assert workflow.publish(draft, by=chief()).is_published()


# --- giving it up ----------------------------------------------------------------------------------------------


def test_a_revision_that_is_given_up_leaves_the_page_as_it_is_and_its_reviews_on_record() -> None:
    article = make_article()
    draft = revision(article, title="不要了")
    workflow.submit(draft, by=colleague("撰稿人"))
    with pytest.raises(Refused, match="先收回"):
        workflow.discard(draft, by=chief())
    workflow.send_back(draft, by=colleague("甲"), reason="不改了")
    number = draft.pk
    assert workflow.discard(draft, by=chief()) == article
    assert live().title == article.title and live().status == "published"
    assert Article.history.filter(id=number, history_type="-").get().history_change_reason == "放弃修订"
    assert ReviewStep.objects.about(live()).filter(kind="returned").count() == 1


def test_what_is_no_revision_is_not_given_up() -> None:
    with pytest.raises(Refused, match="不是修订稿"):
        workflow.discard(make_article(), by=chief())


def test_who_wrote_a_revision_that_was_given_up_may_review_the_next_whose_number_is_new() -> None:
    article = make_article()
    first = workflow.revise(article, by=colleague("甲"))
    workflow.submit(first, by=colleague("甲"))
    used = first.submission
    workflow.take_back(first, by=colleague("甲"))
    workflow.discard(first, by=colleague("甲"))
    second = workflow.revise(article, by=colleague("乙"))
    workflow.submit(second, by=colleague("乙"))
    assert second.submission > used and workflow.valid_steps(second) == []
    workflow.approve(second, by=colleague("甲"))


def test_who_wrote_what_stands_may_review_its_revision_but_not_the_own_one() -> None:
    draft = workflow.revise(make_article(), by=colleague("修订人"))
    workflow.submit(draft, by=colleague("修订人"))
    with pytest.raises(Refused, match="另一位同事"):
        workflow.approve(draft, by=colleague("修订人"))
    workflow.approve(draft, by=colleague("撰稿人"))


def test_a_verb_on_a_revision_that_is_gone_is_refused_in_words() -> None:
    draft = approve(revision(make_article()))
    late = Article.objects.get(pk=draft.pk)
    workflow.publish(draft, by=chief())
    for act in (
        lambda: workflow.publish(late, by=chief()),
        lambda: workflow.send_back(late, by=chief(), reason="晚了"),
        lambda: workflow.discard(late, by=chief()),
    ):
        with pytest.raises(Refused, match="已经发布或放弃"):
            act()


def test_the_list_action_brings_nothing_back_that_was_withdrawn() -> None:
    """The revision was approved before its original was withdrawn: somebody has to open it and read why."""
    article = make_article()
    draft = approve(revision(article, title="改正"))
    workflow.withdraw(article, by=chief(), reason="数字有误")
    sent = {"action": "publish_selected", "_selected_action": [draft.pk]}
    response = director().post(reverse("admin:news_article_changelist"), sent, follow=True)
    assert any("曾被撤回" in message for message in told(response))
    assert not Article.objects.published().exists()

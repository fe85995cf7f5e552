"""The demonstration's desk: everything went through its people, follows the files by revisions, and leaves work to do."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from honors.models import Round
from news.models import Article, Attachment, Column
from news.placement import place
from partnerships.models import Agreement, DualListItem
from portal.demonstration import loader
from portal.demonstration.accounts import ACCOUNTS, give_passwords, people
from portal.demonstration.content import FOLDER, ContentError, read_article, read_rows
from portal.demonstration.desk import Desk
from portal.demonstration.report import Report
from publishing import workflow
from publishing.body import clean_body
from publishing.models import ReviewLevel, ReviewStep, State
from publishing.permissions import ROLES, rights_of
from tests.makers import chief
from tests.portal.conftest import Loader

pytestmark = pytest.mark.django_db
EXAMPLES = read_rows(FOLDER / "on_desk" / "examples.csv")


@pytest.fixture(scope="module", autouse=True)
def _demonstration(loaded_for_the_module: Loader) -> Iterator[None]:
    yield from loaded_for_the_module(loader.load)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "content", ignore=shutil.ignore_patterns("__pycache__")))


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def article(slug: str) -> Article:
    return Article.objects.get(import_ref=f"demo:{slug}")


def example(slug: str) -> Article:
    return Article.objects.get(import_ref=f"desk:{slug}")


def did(item: object, kind: str, submission: int = 1) -> list[str]:
    """The roles of those who did something to a submission, in their order."""
    rows = ReviewStep.objects.about(item).filter(kind=kind, submission=submission)  # type: ignore[arg-type]
    return [ROLE_OF[row.person.username] for row in rows.select_related("person")]


ROLE_OF = {name: role for role, name in ACCOUNTS.items()}


# --- accounts ----------------------------------------------------------------------------------------------


def test_there_is_one_account_for_each_role_and_nobody_who_goes_around() -> None:
    assert set(ACCOUNTS) == set(ROLES)
    assert not User.objects.filter(is_superuser=True).exists()
    assert User.objects.count() == len(ROLES)
    for role, user in people().items():
        assert user.is_staff and user.first_name == f"演示{role}"
        assert user.get_all_permissions() == rights_of(role)
        assert [group.name for group in user.groups.all()] == [role]


def test_nobody_logs_in_before_the_command_gave_a_password(client: Client) -> None:
    assert not client.login(username="bianji", password="")
    assert not any(user.has_usable_password() for user in User.objects.all())
    given = give_passwords()
    assert client.login(username="bianji", password=given["bianji"])


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_its_first_page_at_once(client: Client, role: str) -> None:
    passwords = give_passwords()
    assert client.login(username=ACCOUNTS[role], password=passwords[ACCOUNTS[role]])
    assert client.get("/admin/").status_code == 200


# --- everything went through the verbs ---------------------------------------------------------------------


def test_every_public_item_was_written_reviewed_and_signed_by_others() -> None:
    writers = {Article: "编辑", Round: "荣誉管理", Agreement: "共建管理", DualListItem: "共建管理"}
    for model, writer in writers.items():
        items = model.objects.published()
        assert items.exists()
        for item in items:
            assert did(item, "author") == [writer], item
            assert did(item, "approved") == ["一审", "二审", "三审"][: item.level.reviews], item
            assert (did(item, "secrecy"), did(item, "military")) == (["一审"], ["二审"]), item
            assert workflow.approval_obstacles(item) == [] and item.emergency_at is None, item


def test_columns_have_levels_and_their_articles_so_many_reviews() -> None:
    levels = dict(Column.objects.values_list("slug", "review_level"))
    assert (levels["gonggao"], levels["quanguo"], levels["jianting"]) == ("A", "B", "C")
    for slug, reviews in {"demonstration-site": 1, "rounds-overview": 2, "baotou-ship": 3}.items():
        assert len(did(article(slug), "approved")) == reviews, slug
        last = article(slug).history.latest().history_user
        assert last == people()["三审" if reviews == 3 else "二审"]


def test_an_account_that_is_switched_off_is_named() -> None:
    User.objects.filter(username="ershen").update(is_active=False)
    Article.objects.filter(pk=article("round-11").pk).update(title="别的标题")
    with pytest.raises(ContentError, match="ershen 已停用"):
        loader.load()


# --- changed files -----------------------------------------------------------------------------------------


def test_a_changed_file_goes_through_a_revision(content: Path, client: Client) -> None:
    change(content, "articles/round-11.html", "title: ", "title: 改过的")
    one = article("round-11")
    address, before = one.get_absolute_url(), one.lock_version
    loader.load(content)
    one.refresh_from_db()
    assert one.title.startswith("改过的") and one.get_absolute_url() == address and one.lock_version > before
    assert one.submission == 2 and one.open_revision is None
    assert (did(one, "author", 2), did(one, "approved", 2)) == (["编辑"], ["一审", "二审"])
    assert "改过的" in client.get(address).content.decode()
    assert one.history.latest().history_change_reason == "发布修订"


def test_a_changed_table_comes_with_the_revision_of_its_article(content: Path, client: Client) -> None:
    change(content, "data/honors_national.csv", "乌海市,地级市", "乌海市,设区的市")
    old = Attachment.objects.get(article__import_ref="demo:inner-mongolia-12")
    loader.load(content)
    new = Attachment.objects.get(article__import_ref="demo:inner-mongolia-12")
    assert new.sha256 != old.sha256 and "设区的市" in (new.text or "")
    assert client.get(new.href).status_code == 200 and client.get(old.href).status_code == 404
    assert article("inner-mongolia-12").submission == 2


def test_a_changed_agreement_round_and_item_are_reviewed_anew(content: Path) -> None:
    change(content, "data/partnerships.csv", "(2024年综述所载),42.79万元", "(2024年综述所载),43万元")
    change(content, "dual_list_notes.csv", "演示：申请全部办完。", "演示：申请全部办结。")
    change(content, "data/honors_rounds.csv", "2020-10-20", "2020-10-21")
    report = loader.load(content)
    # The fourth is an article whose attachment is made from the file of the rounds.
    assert (report.counts["created"], report.counts["updated"]) == (0, 4)
    assert article("rounds-overview").submission == 2
    for item in (
        Agreement.objects.get(amount_text="43万元"),
        DualListItem.objects.get(side="military", number=1),
        Round.objects.get(slug="national-11"),
    ):
        assert item.is_published() and item.submission == 2
        assert did(item, "approved", 2) == ["一审", "二审"]


def test_what_a_shell_changed_goes_back_by_a_revision() -> None:
    one = article("round-11")
    told = one.title
    Article.objects.filter(pk=one.pk).update(title="别的标题")
    assert loader.load().counts["updated"] == 1
    one.refresh_from_db()
    assert (one.title, one.submission) == (told, 2)


def test_the_place_on_the_home_page_goes_back_without_a_review() -> None:
    one = article("demonstration-site")
    pinned = one.pinned_until
    place(one, by=people()["二审"], headline=True, pinned_until=None)
    assert loader.load().counts["updated"] == 1
    one.refresh_from_db()
    assert (one.headline, one.pinned_until, one.submission) == (False, pinned, 1)


def test_a_pin_that_has_run_out_stops_nothing(content: Path) -> None:
    file = content / "articles" / "demonstration-site.html"
    file.write_text(re.sub(r"(?m)^pinned_until: .*$", "pinned_until: 2025-01-01 08:00", file.read_text()))
    loader.load(content)
    assert article("demonstration-site").pinned_until is None
    assert not loader.load(content).has_changes


def test_a_scheduled_article_follows_its_file(content: Path) -> None:
    text = (content / "articles" / "round-11.html").read_text()
    (content / "articles" / "later.html").write_text(
        re.sub(r"(?m)^date: .*$", "date: 2999-01-01 08:00", text)
    )
    loader.load(content)
    moment = article("later").published_at
    change(content, "articles/later.html", "title: ", "title: 改过的")
    loader.load(content)
    one = article("later")
    assert one.title.startswith("改过的") and one.is_scheduled() and one.published_at == moment
    assert one.submission == 2 and did(one, "approved", 2) == ["一审", "二审"]
    change(content, "articles/later.html", "source_name: ", "headline: yes\nsource_name: ")
    loader.load(content)
    one = article("later")
    assert one.headline and one.is_scheduled() and one.submission == 2
    assert not loader.load(content).has_changes


def test_what_somebody_works_on_or_took_off_is_remarked_and_left(content: Path) -> None:
    gone, worked_on, filed = article("round-11"), article("round-10"), article("first-ten")
    workflow.withdraw(gone, by=chief(), reason="测试撤下")
    workflow.revise(worked_on, by=chief())
    workflow.archive(filed, by=chief())
    for slug in ("round-11", "round-10", "first-ten"):
        change(content, f"articles/{slug}.html", "title: ", "title: 改过的")
    report = loader.load(content)
    assert not report.has_changes
    assert "round-11：现在是“已撤回”，没有随文件改动。" in report.remarks
    assert "round-10：有人正在修订，没有随文件改动。" in report.remarks
    assert "first-ten：现在是“已归档”，没有随文件改动。" in report.remarks
    assert not Article.objects.filter(title__startswith="改过的").exists()


def test_a_faulty_change_leaves_the_public_page_as_it_is(content: Path) -> None:
    change(content, "articles/round-11.html", "<p>", "<p>电话13800138000。")
    before = article("round-11").body
    with pytest.raises(ContentError, match="round-11：.*手机"):
        loader.load(content)
    assert article("round-11").body == before
    assert article("round-11").open_revision is None


# --- examples ----------------------------------------------------------------------------------------------


def test_there_is_an_example_of_every_state_of_the_desk() -> None:
    states = {row["slug"]: example(row["slug"]).state() for row in EXAMPLES if row["state"] == row["slug"]}
    assert states == {
        "draft": State.DRAFT,
        "returned": State.DRAFT,
        "first": State.IN_REVIEW,
        "second": State.IN_REVIEW,
        "third": State.IN_REVIEW,
        "approved": State.APPROVED,
        "scheduled": State.SCHEDULED,
    }
    due = {
        slug: workflow.step_due(example(slug)) for slug in ("draft", "first", "second", "third", "approved")
    }
    assert due == {"draft": 0, "first": 1, "second": 2, "third": 3, "approved": 0}
    assert example("third").level == ReviewLevel.C
    assert example("returned").returned_at is not None
    assert ReviewStep.objects.about(example("returned")).get(kind="returned").opinion.startswith("第二段")
    assert workflow.approval_obstacles(example("approved")) == []
    assert example("scheduled").published_at > timezone.now() + timedelta(days=9999)  # type: ignore[operator]


def test_a_public_article_and_a_round_are_under_revision_and_stay_as_they_are(client: Client) -> None:
    one = article("demonstration-site")
    assert (
        "修订稿" in one.open_revision.body
        and "修订稿" not in client.get(one.get_absolute_url()).content.decode()
    )
    assert one.open_revision.created_by == people()["编辑"]
    named = Round.objects.roots().get(slug="national-9")
    assert "修订稿" in named.open_revision.note and "修订稿" not in named.note
    assert named.open_revision.created_by == people()["荣誉管理"]


def test_examples_say_what_they_are_and_visitors_see_none(client: Client) -> None:
    for file in sorted((FOLDER / "on_desk").glob("*.html")):
        told = read_article(file)
        assert told.fields["title"].startswith("演示：") and "演示稿件，不是新闻" in told.fields["summary"]
        assert "这是一篇演示稿件" in told.body and told.body == clean_body(told.body)
        assert not told.places and not told.cover
        assert told.fields["author"] == told.fields["editor"] == "演示编辑"
    made = Article.objects.filter(import_ref__startswith="desk:")
    assert made.count() == len(list((FOLDER / "on_desk").glob("*.html"))) == 7
    assert not made.published().exists()
    for address in ("/", "/news/", "/search/?q=演示", "/sitemap/"):
        assert "演示：" not in client.get(address).content.decode(), address


def test_examples_are_left_alone_however_far_they_were_taken() -> None:
    desk, one = Desk(Report()), example("first")
    desk.review(one)
    workflow.publish(one, by=desk.publisher(one))
    workflow.discard(article("demonstration-site").open_revision, by=people()["编辑"])
    example("draft").delete()
    report = loader.load()
    assert example("first").is_published() and article("demonstration-site").open_revision is None
    assert report.counts["created"] == 1 and example("draft").state() == State.DRAFT


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("draft,draft,", "draft,drafted,", "drafted"),
        ("national-9,", "national-99,", "national-99"),
        ("demonstration-site,revised,", "no-such-article,revised,", "no-such-article"),
    ],
)
def test_a_faulty_row_of_the_examples_is_named(content: Path, old: str, new: str, told: str) -> None:
    change(content, "on_desk/examples.csv", old, new)
    with pytest.raises(ContentError, match=told):
        loader.load(content)

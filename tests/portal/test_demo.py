"""``manage.py demo``: the demonstration site, as often as one likes, and never on a real site."""

import re
import shutil
import stat
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image

from honors.models import Award, Claim, Evidence, Place, Recipient, RollSheet, Round, Source, Standing, Title
from news.models import Article, Attachment, Column
from partnerships.models import Agreement, Counterpart, DualListItem, Partner, ProgressNote, ReportedTotal
from portal.demonstration import accounts, bulk, covers, loader, tables
from portal.demonstration.content import FOLDER, ContentError, read_article, read_articles
from portal.models import FriendlyLink, NavigationItem, SiteIdentity
from publishing import workflow
from publishing.models import Picture
from publishing.permissions import ROLES
from publishing.storage import private_storage
from tests.makers import chief
from tests.portal.conftest import Loader

pytestmark = pytest.mark.django_db
FLAG = "演示站点 · 演示数据未经任何单位核验"


@pytest.fixture(scope="module", autouse=True)
def _demonstration(loaded_for_the_module: Loader) -> Iterator[None]:
    yield from loaded_for_the_module(loader.load)


@pytest.fixture
def accounts_file(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "demo-accounts.txt"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the content files that a test may change."""
    return Path(shutil.copytree(FOLDER, tmp_path / "content", ignore=shutil.ignore_patterns("__pycache__")))


def demo(**options: Any) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def logins() -> Any:
    """The accounts with which somebody can log in."""
    return [user for user in get_user_model().objects.all() if user.has_usable_password()]


def state() -> list[Any]:
    models = (SiteIdentity, NavigationItem, FriendlyLink, Column, Article, Attachment, Picture, Place)
    models += (Title, Round, Source, RollSheet, Award, Evidence, Recipient, Claim)
    models += (Partner, Counterpart, Agreement, DualListItem, ProgressNote, ReportedTotal)
    rows = [list(model._default_manager.order_by("pk").values()) for model in models]
    kept = (Article, Column, SiteIdentity, Round, RollSheet, Award, Agreement, DualListItem)
    history = [model.history.count() for model in kept]
    links = (Article.places.through, Article.agreements.through, Agreement.partners.through)
    return [rows, history, [list(link.objects.order_by("pk").values()) for link in links]]


# --- what it loads -----------------------------------------------------------------------------------------


def test_there_are_enough_articles_and_columns_and_all_are_public() -> None:
    articles = Article.objects.filter(import_ref__startswith="demo:")
    assert articles.count() >= 40
    assert articles.published().count() == articles.count()
    assert articles.values("column").distinct().count() >= 10
    assert articles.filter(headline=True).exists()
    assert not articles.filter(imported_at=None).exists()


def test_the_site_is_a_demonstration_of_wuhai() -> None:
    identity = SiteIdentity.objects.get()
    assert identity.is_demonstration
    assert identity.home_place is not None
    assert (identity.home_place.code, identity.home_place.name) == ("150300", "乌海市")


def test_every_article_answers(client: Client) -> None:
    for article in Article.objects.published().select_related("column"):
        response = client.get(article.get_absolute_url())
        if article.link_out:
            assert response.status_code == 302, article.import_ref
            continue
        assert response.status_code == 200, article.import_ref
        page = response.content.decode()
        assert article.title in page
        assert FLAG in page


def test_the_flag_stands_on_every_page(client: Client) -> None:
    columns = [column.get_absolute_url() for column in Column.objects.all()]
    for address in [
        "/",
        "/news/",
        "/partnerships/",
        "/partnerships/dual-list/",
        "/about/",
        "/search/?q=双拥",
        "/sitemap/",
        *columns,
    ]:
        response = client.get(address)
        assert response.status_code == 200, address
        assert FLAG in response.content.decode(), address
    assert FLAG in client.get("/no-such-page/").content.decode()
    assert "Disallow: /" in client.get("/robots.txt").content.decode()


def test_navigation_and_friendly_links_lead_somewhere(client: Client) -> None:
    own = [link.url for link in NavigationItem.objects.all()]
    assert own and all(client.get(url).status_code == 200 for url in own)
    assert FriendlyLink.objects.exists()


def test_an_article_is_dated_as_its_file_says() -> None:
    file = read_article(FOLDER / "articles" / "rounds-overview.html")
    article = Article.objects.get(import_ref="demo:rounds-overview")
    assert article.published_at == file.date
    assert article.title == file.fields["title"]
    assert article.history.filter(history_change_reason__startswith="按原发布时间导入").exists()


def test_covers_say_what_they_show_and_who_drew_them(client: Client) -> None:
    covered = Article.objects.exclude(cover=None).select_related("cover")
    assert covered.count() >= 20
    for article in covered:
        assert article.cover is not None
        assert re.fullmatch(r"示意图：.+（程序绘制）", article.cover.alt)
        assert article.cover.credit == "程序绘制"
        assert client.get(article.cover.src).status_code == 200


def test_some_bodies_show_a_picture_with_its_alt_text() -> None:
    shown = Article.objects.filter(pictures__isnull=False)
    assert shown.count() >= 3
    for article in shown:
        assert article.cover is not None
        assert f'alt="{article.cover.alt}"' in article.body


def test_attachments_open_and_hold_the_table(client: Client) -> None:
    kinds = set(Attachment.objects.values_list("kind", flat=True))
    assert kinds == {"xlsx", "docx"}
    for attachment in Attachment.objects.all():
        response = client.get(attachment.href)
        assert response.status_code == 200
        assert tables.NOTE in (attachment.text or "")
    listed = Attachment.objects.get(article__import_ref="demo:inner-mongolia-12")
    with private_storage().open(listed.path) as file:
        rows = list(openpyxl.load_workbook(BytesIO(file.read())).worksheets[0].iter_rows(values_only=True))
    assert rows[1][:3] == ("序号", "地方", "级别")
    assert len(rows) == 16 + 3  # title, head, sixteen places, note
    assert any(row[1] == "乌海市" for row in rows)


# --- again -------------------------------------------------------------------------------------------------


def test_a_second_run_changes_nothing_and_says_so(accounts_file: Path) -> None:
    demo()
    before, kept = state(), accounts_file.read_text()
    assert "没有改动" in demo()
    assert state() == before
    assert accounts_file.read_text() == kept


def test_a_changed_file_updates_that_article_only(content: Path) -> None:
    before = {row["id"]: row for row in Article.objects.values()}
    file = content / "articles" / "round-11.html"
    file.write_text(file.read_text().replace("title: ", "title: 改过的", 1))
    report = loader.load(content)
    changed = [article for article in Article.objects.values() if before[article["id"]] != article]
    assert [article["import_ref"] for article in changed] == ["demo:round-11"]
    assert changed[0]["title"].startswith("改过的")
    assert changed[0]["published_at"] == before[changed[0]["id"]]["published_at"]
    assert (report.counts["created"], report.counts["updated"]) == (0, 1)


def test_a_changed_date_is_told_but_not_followed(content: Path) -> None:
    file = content / "articles" / "round-11.html"
    file.write_text(re.sub(r"(?m)^date: .*$", "date: 2025-05-01 08:00", file.read_text()))
    before = Article.objects.get(import_ref="demo:round-11").published_at
    report = loader.load(content)
    assert Article.objects.get(import_ref="demo:round-11").published_at == before
    assert any("round-11" in remark for remark in report.remarks)


def test_an_article_of_the_future_is_scheduled(content: Path) -> None:
    text = (content / "articles" / "round-11.html").read_text()
    later = re.sub(r"(?m)^date: .*$", "date: 2999-01-01 08:00", text)
    (content / "articles" / "later.html").write_text(later)
    loader.load(content)
    assert Article.objects.get(import_ref="demo:later").is_scheduled()


def test_a_withdrawn_article_stays_withdrawn() -> None:
    article = Article.objects.get(import_ref="demo:round-11")
    workflow.withdraw(article, by=chief(), reason="测试撤回")
    loader.load()
    assert not Article.objects.get(pk=article.pk).is_published()


def test_what_was_changed_in_the_admin_goes_back() -> None:
    Article.objects.filter(import_ref="demo:round-11").update(title="别的标题")
    NavigationItem.objects.first().delete()  # type: ignore[union-attr]
    report = loader.load()
    assert report.has_changes
    assert Article.objects.get(import_ref="demo:round-11").title != "别的标题"
    assert NavigationItem.objects.first().url == "/"  # type: ignore[union-attr]


def test_a_changed_table_replaces_its_attachment(content: Path) -> None:
    records = content / "data" / "honors_national.csv"
    records.write_text(records.read_text().replace("乌海市,地级市", "乌海市,设区的市", 1))
    report = loader.load(content)
    attachment = Attachment.objects.get(article__import_ref="demo:inner-mongolia-12")
    assert "设区的市" in (attachment.text or "")
    assert report.counts["updated"] == 1


# --- refusals ----------------------------------------------------------------------------------------------


def test_refuses_a_real_site_and_changes_nothing(accounts_file: Path) -> None:
    SiteIdentity.objects.update(is_demonstration=False, name="某市双拥网")
    before = state()
    with pytest.raises(CommandError, match="某市双拥网"):
        demo()
    assert state() == before
    assert not logins()
    assert not accounts_file.exists()


def test_refuses_a_database_with_content_but_no_identity(accounts_file: Path) -> None:
    SiteIdentity.objects.all().delete()
    before = state()
    with pytest.raises(CommandError, match="没有作任何改动"):
        demo()
    assert state() == before


def test_a_first_run_leaves_a_standing_site_alone(accounts_file: Path) -> None:
    SiteIdentity.objects.update(is_demonstration=False, name="某市双拥网")
    before = state()
    assert "没有装入" in demo(first_run=True)
    assert state() == before
    assert not accounts_file.exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("column: quanguo", "column: nowhere"), "nowhere"),
        (("date: ", "date: yesterday "), "yesterday"),
        (("author: ", "autor: "), "autor"),
        (("title: ", "title: \ntitle: "), "title"),
        (("source_name: 本站演示", "source_name: "), "来源"),
        (("source_name: 本站演示", "source_name: 本站演示\ncover: volcano"), "volcano"),
        (("source_name: 本站演示", "source_name: 本站演示\nplaces: 乌海市"), "乌海市"),
        (("source_name: 本站演示", "source_name: 本站演示\nplaces: 江苏省/鼓楼区"), "南京市鼓楼区"),
        (("source_name: 本站演示", "source_name: 本站演示\nlink_out: javascript:alert(1)"), "http"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_faulty_file_is_named_and_nothing_is_loaded(
    content: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str], told: str
) -> None:
    text = (content / "articles" / "rounds-overview.html").read_text()
    text = re.sub(r"(?m)^(cover|places): .*\n", "", text)
    assert change[0] in text
    (content / "articles" / "faulty.html").write_text(text.replace(*change, 1))
    monkeypatch.setattr(loader.load.__wrapped__, "__defaults__", (content,))
    before = state()
    with pytest.raises(CommandError, match=told):
        demo()
    assert state() == before


def test_faulty_tables_are_refused(content: Path) -> None:
    with pytest.raises(ContentError, match="没有表"):
        tables.make_table("no-such-table", "xlsx", "表", FOLDER / "data")
    with pytest.raises(ContentError, match="xls"):
        tables.written_kind("xls")
    (content / "pictures.csv").write_text("article_slug,caption\nno-such-article,图\n")
    with pytest.raises(ContentError, match="no-such-article"):
        loader.load(content)


# --- accounts ----------------------------------------------------------------------------------------------


def test_accounts_have_random_passwords_kept_for_the_owner_alone(accounts_file: Path) -> None:
    shown = demo()
    assert stat.S_IMODE(accounts_file.stat().st_mode) == 0o600
    kept = [line.split() for line in accounts_file.read_text().splitlines() if not line.startswith("#")]
    assert {role: name for name, _, role in kept} == accounts.ACCOUNTS
    for name, password, role in kept:
        assert get_user_model().objects.get(username=name).check_password(password)
        validate_password(password)
        assert shown.count(password) == 1 and f"{password}  {role}" in shown
    assert len({password for _, password, _ in kept}) == len(ROLES)
    get_user_model().objects.filter(username="shenji").delete()
    demo()
    assert [line.split()[0] for line in accounts_file.read_text().splitlines()[1:]] == ["shenji"]


def test_an_older_accounts_file_loses_its_wide_mode(accounts_file: Path) -> None:
    accounts_file.write_text("old")
    accounts_file.chmod(0o644)
    accounts.keep({"bianji": "made-up"}, accounts_file)
    assert stat.S_IMODE(accounts_file.stat().st_mode) == 0o600
    assert "old" not in accounts_file.read_text()


def test_an_account_that_has_a_password_keeps_it() -> None:
    editor = get_user_model().objects.get(username="bianji")
    editor.set_password("made-up phrase of a test")
    editor.save()
    assert set(accounts.give_passwords()) == set(accounts.ROLE_OF) - {"bianji"}
    assert get_user_model().objects.get(username="bianji").check_password("made-up phrase of a test")
    assert accounts.give_passwords() == {}


# --- synthetic articles ------------------------------------------------------------------------------------


def test_bulk_adds_articles_that_say_what_they_are(client: Client) -> None:
    demo(bulk=30, chars=450)
    demo(bulk=12, chars=10)
    made = Article.objects.filter(import_ref__startswith="bulk:")
    assert made.published().count() == 42
    newest = made.get(import_ref="bulk:000042")
    assert newest.title == "压力测试稿件 000042"
    assert newest.column.name == "压力测试"
    assert "程序生成" in newest.column.description
    page = client.get(newest.get_absolute_url())
    assert page.status_code == 200 and FLAG in page.content.decode()
    assert client.get(f"{newest.column.get_absolute_url()}?page=3").status_code == 200


def test_bulk_adds_awards_only_under_a_title_that_says_what_it_is(client: Client) -> None:
    real = Award.objects.count()
    everywhere = Place.objects.count()
    assert "现在共 30 篇、30 项" in demo(bulk=30, chars=10)
    bulk.add_awards(everywhere)
    made = Award.objects.filter(round__title__name="压力测试荣誉")
    assert made.count() == everywhere + 30 == Award.objects.count() - real
    assert made.filter(round__ordinal=1).count() == everywhere and made.filter(round__ordinal=2).count() == 30
    assert Award.objects.public().filter(pk__in=made).count() == made.count()
    twice = Place.objects.order_by("code").first()
    standing = Standing.objects.get(place=twice, title__name="压力测试荣誉")
    assert (standing.line, standing.lower, standing.total) == ("YY", 2, 2)
    assert "程序生成" in standing.title.description
    assert set(made.values_list("shown__sheet__source__name", flat=True)) == {"程序生成"}


@pytest.mark.parametrize("characters", [1, 199, 200, 201, 1000])
def test_a_synthetic_body_has_the_length_asked_for(characters: int) -> None:
    assert len(re.sub(r"<[^>]+>", "", bulk.body_of(characters))) == characters


@pytest.mark.parametrize(
    "options",
    [{"bulk": 0}, {"bulk": -5}, {"bulk": 100_001}, {"bulk": 1, "chars": 0}, {"bulk": 1, "chars": 20_001}],
    ids=str,
)
def test_bulk_refuses_numbers_out_of_bounds(options: dict[str, int]) -> None:
    with pytest.raises(CommandError, match="没有作任何改动"):
        demo(**options)
    assert not Article.objects.filter(import_ref__startswith="bulk:").exists()
    assert not Title.objects.filter(name="压力测试荣誉").exists()


def test_bulk_refuses_a_real_site_and_an_empty_database() -> None:
    SiteIdentity.objects.update(is_demonstration=False)
    with pytest.raises(CommandError, match="演示站点"):
        demo(bulk=1)
    SiteIdentity.objects.all().delete()
    with pytest.raises(CommandError, match="演示站点"):
        demo(bulk=1)
    assert not Article.objects.filter(import_ref__startswith="bulk:").exists()


# --- covers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", covers.FAMILIES)
def test_a_cover_is_the_same_every_time_and_another_for_another_seed(family: str) -> None:
    drawn = covers.draw_cover(family, "a")
    assert covers.draw_cover(family, "a") == drawn
    assert covers.draw_cover(family, "b") != drawn
    with Image.open(BytesIO(drawn)) as picture:
        assert picture.size == (1600, 900)


def test_articles_ask_only_for_covers_that_are_drawn() -> None:
    asked = {article.cover for article in read_articles(FOLDER / "articles")} - {""}
    assert asked == set(covers.FAMILIES)

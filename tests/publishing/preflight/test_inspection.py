"""What an inspection says of an article: where, how serious, and with every secret covered."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from honors.models import PlaceName
from publishing.models import Consent, Picture, Redirect, Slip
from publishing.preflight.catalogue import KINDS
from publishing.preflight.inspection import Finding, gathered_once, inspect, obstacles
from tests.desk import person
from tests.honors.rolls import make_place, make_round, make_sheet
from tests.makers import make_article, make_draft, make_picture
from tests.publishing.preflight.papers import SECRET

pytestmark = pytest.mark.django_db

PHONE = "13800138000"


def draft(body: str = "<p>正文。</p>", **fields: Any) -> Any:
    return make_draft(**{"body": body, "keywords": "双拥", **fields})


def found(body: str = "<p>正文。</p>", **fields: Any) -> list[Finding]:
    return inspect(draft(body, **fields))


def ids(body: str = "<p>正文。</p>", **fields: Any) -> list[str]:
    return [one.id for one in found(body, **fields)]


def test_every_kind_says_what_to_do_in_chinese() -> None:
    for kind in KINDS.values():
        assert kind.name and kind.hint.endswith("。") and not kind.hint.isascii()


def test_a_clean_article_has_no_findings() -> None:
    assert found() == []


@pytest.mark.parametrize(
    "field", ["title", "subtitle", "lead_title", "summary", "author", "source_name", "editor", "keywords"]
)
def test_every_field_that_visitors_read_is_looked_at(field: str) -> None:
    (one,) = found(**{field: f"联系{PHONE}"})
    assert (one.id, one.key, one.places[0].offset) == ("pii.mobile", field, 2)


def test_the_place_is_that_of_the_text_as_it_is_read() -> None:
    (one,) = found("<p>第一段。</p><p>电话138<strong>0013</strong>8000</p>")
    assert one.places[0].offset == len("第一段。\n电话")
    assert one.label == "正文"


def test_excerpts_cover_all_secrets_also_the_neighbours() -> None:
    for one in found(f"<p>张某 {SECRET} {PHONE} 驻地12345部队</p>"):
        for place in one.places:
            assert SECRET[6:] not in place.excerpt and PHONE[3:] not in place.excerpt
            assert "2345" not in place.excerpt
            assert "*" in place.excerpt


def test_the_cells_of_a_table_do_not_run_into_one_number() -> None:
    assert ids("<table><tbody><tr><td>1380</td><td>0138</td><td>000</td></tr></tbody></table>") == []


def test_a_telephone_link_and_the_words_for_the_blind_are_looked_at() -> None:
    (one,) = found(f'<p><a href="tel:{PHONE}">咨询</a></p>')
    assert (one.id, one.key) == ("pii.mobile", "body.attributes")


def test_many_places_are_counted_and_the_first_told() -> None:
    (one,) = found("".join(f"<p>{PHONE}</p>" for _ in range(30)))
    assert (one.count, len(one.places)) == (30, 20)


# --- units ---------------------------------------------------------------------------------------------------


def test_units_block_and_names_of_places_pass() -> None:
    assert ids("<p>慰问12345部队</p>") == ["military.cover-number"]
    assert ids("<p>走访二连浩特市某边防连队</p>") == ["military.designation"]
    PlaceName.objects.create(place=make_place(), name="二连浩特市")
    assert ids("<p>走访二连浩特市某边防连队，二连浩特某连</p>") == []


def test_a_name_passes_once_two_persons_consented_and_only_that_name() -> None:
    consent = Consent.objects.create(words="硬骨头六连", ground="已公开的荣誉称号", entered_by=person("甲"))
    assert ids("<p>硬骨头六连</p>") == ["military.designation"]
    Consent.objects.filter(pk=consent.pk).update(confirmed_by=person("乙"), confirmed_at="2024-01-01T00:00Z")
    assert ids("<p>硬骨头六连</p>") == []
    assert ids("<p>硬骨头六连和六连</p>") == ["military.designation"]


def test_a_run_asks_for_names_once_and_the_next_one_asks_again() -> None:
    article = draft("<p>硬骨头六连到访。</p>")
    inspected = inspect(article, thorough=False)
    assert [one.id for one in inspected] == ["military.designation"]
    with gathered_once():
        assert inspect(article, thorough=False) == inspected
        Consent.objects.create(
            words="硬骨头六连", ground="已公开的荣誉称号", entered_by=person("甲"), confirmed_by=person("乙"),
            confirmed_at="2024-01-01T00:00Z",
        )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert inspect(article, thorough=False) == inspected
        assert not any("consent" in query["sql"] for query in asked)
    assert inspect(article, thorough=False) == []


def test_a_short_consent_opens_no_longer_number() -> None:
    Consent.objects.create(
        words="三连",
        ground="测试",
        entered_by=person("甲"),
        confirmed_by=person("乙"),
        confirmed_at="2024-01-01T00:00Z",
    )
    assert ids("<p>三连</p>") == []
    assert ids("<p>十三连</p>") == ["military.designation"]


# --- wording -------------------------------------------------------------------------------------------------


def test_slips_of_the_table_remind() -> None:
    # A test with real transactions before this one may have emptied the table.
    for wrong, right in (
        ("摸范", "模范"),
        ("优扶", "优抚"),
        ("退役军入", "退役军人"),
        ("军蜀", "军属"),
        ("优蜀", "优属"),
    ):
        Slip.objects.get_or_create(wrong=wrong, defaults={"right": right})
    (one,) = found("<p>全国双拥摸范城，优扶对象</p>", title="退役军入")[:1]
    assert one.id == "wording.slip"
    assert "wording.slip" in ids("<p>拥军优蜀</p>")


def test_editors_add_slips_and_the_right_word_is_no_slip() -> None:
    Slip.objects.create(wrong="双拥城", right="双拥城市")
    assert ids("<p>建设双拥城</p>") == ["wording.slip"]
    assert ids("<p>建设双拥城市</p>") == []


# --- links, pictures, what is missing -------------------------------------------------------------------------


def test_own_links_that_answer_are_quiet() -> None:
    live = make_article()
    Redirect.objects.create(old_path="/old/", new_path="/news/")
    links = [live.get_absolute_url(), "/news/", "/old/", "/search/?q=a"]
    assert ids("".join(f'<p><a href="{one}">这里</a></p>' for one in links)) == []


def test_a_link_to_an_own_picture_and_to_a_private_one() -> None:
    shown, hidden = make_picture(), make_picture("没有公开的图", colour="#123456")
    make_article(cover=shown)
    assert ids(f'<p><a href="{shown.largest_jpeg}">看图</a></p>') == []
    assert ids(f'<p><a href="{hidden.largest_jpeg}">看图</a></p>') == ["link.dead"]


def test_dead_own_links_remind() -> None:
    hidden = make_draft("草稿")
    for address in (
        "/news/nothing/",
        "/nowhere",
        "/honors/places/999999/",
        f"/admin/news/article/{hidden.pk}/preview/",
    ):
        assert ids(f'<p><a href="{address}">这里</a></p>') == ["link.dead"], address


def test_a_link_to_the_own_host_is_asked_too(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["portal.example"]
    assert ids('<p><a href="https://portal.example/nowhere">这里</a></p>') == ["link.dead"]
    assert ids('<p><a href="https://portal.example/news/">这里</a></p>') == []


@pytest.mark.parametrize("address", ["news/tongzhi", "https://", "http:///a", "tel:"])
def test_malformed_links_remind(address: str) -> None:
    assert ids(f'<p><a href="{address}">这里</a></p>') == ["link.malformed"]


def test_links_that_are_whole_are_quiet() -> None:
    links = ["https://www.example.gov.cn/a", "mailto:report@example.gov.cn", "#top"]
    assert ids("".join(f'<p><a href="{one}">这里</a></p>' for one in links)) == []


@pytest.mark.parametrize(
    "alt", ["IMG_2024.jpg", "微信图片_20240101", "图片1", "DSC0001", "20240101", "image"]
)
def test_a_picture_named_like_a_file_reminds(alt: str) -> None:
    picture = make_picture()
    assert "picture.alt" in ids(f'<figure><img src="/files/p{picture.pk}/800.jpg" alt="{alt}"></figure>')


def test_a_picture_that_says_what_it_shows_is_quiet() -> None:
    picture = make_picture("志愿者为军属送年画")
    assert ids(f'<figure><img src="/files/p{picture.pk}/800.jpg" alt=""></figure>', cover=picture) == []
    Picture.objects.update(alt="cover.png")
    picture.refresh_from_db()
    assert ids(cover=picture) == ["picture.alt"]


def test_missing_source_and_keywords_remind() -> None:
    assert ids(keywords="", source_name="") == ["content.source", "content.keywords"]


# --- streaks -------------------------------------------------------------------------------------------------


@pytest.fixture
def wuhai() -> Any:
    """A place named in the rounds 10 to 12 and, by complete lists, not before."""
    place = make_place()
    for ordinal, cycle, year in [(8, 6, 2007), (9, 7, 2011), (10, 8, 2014), (11, 9, 2020), (12, 10, 2024)]:
        one = make_round(ordinal, cycle, year)
        if ordinal > 9:
            make_sheet(one, place, declared_count=1, complete=True)
        else:
            other = make_place("150200", "包头市")
            make_sheet(one, other, declared_count=1, complete=True)
    return place


def test_a_streak_against_the_record_reminds(wuhai: Any) -> None:
    (one,) = found("<p>乌海市第十二届命名后实现全国双拥模范城五连冠。</p>", places=[wuhai])
    assert one.id == "content.streak"
    assert "五连冠" in one.places[0].excerpt


@pytest.mark.parametrize(
    "said",
    [
        "乌海市在第十二届命名后实现全国双拥模范城三连冠。",
        "乌海市连续三次获全国双拥模范城命名。",
        "包头市全国双拥模范城五连冠。",
        "乌海市连续五次开展走访。",
        "全国双拥模范城有的地方已经九连冠。",
    ],
)
def test_what_the_record_does_not_contradict_is_quiet(wuhai: Any, said: str) -> None:
    assert ids(f"<p>{said}</p>", places=[wuhai]) == []


def test_a_total_against_the_record_reminds(wuhai: Any) -> None:
    assert ids("<p>2024年，乌海市第十二次被命名为全国双拥模范城。</p>", places=[wuhai]) == ["content.streak"]


# --- what stops ----------------------------------------------------------------------------------------------


def test_reminders_stop_nothing() -> None:
    assert obstacles(draft('<p>拥军优蜀<a href="/nowhere">这里</a></p>', keywords="")) == []


def test_what_stops_is_told_with_what_to_do() -> None:
    (told,) = obstacles(draft(f"<p>{SECRET}</p>"))
    assert told.startswith("正文：身份证号（") and "请删去" in told and SECRET not in told


@pytest.mark.parametrize("number", [1, 3])
def test_an_inspection_costs_the_same_for_any_length(number: int, django_assert_num_queries: Any) -> None:
    article = draft("".join(f"<p>{PHONE}，{SECRET}，12345部队</p>" for _ in range(number * 20)))
    inspect(article)
    with django_assert_num_queries(5):
        obstacles(article)

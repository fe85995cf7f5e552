"""The partnerships and the dual list of the demonstration: every row of the files, with its source, unverified."""

import csv
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from news.models import Article
from partnerships.agreements import reverify
from partnerships.models import (
    Agreement,
    Counterpart,
    DualListItem,
    Partner,
    PartnerName,
    ProgressNote,
    ReportedTotal,
)
from partnerships.names import validate_public_name
from partnerships.parties import merge
from partnerships.progress import Progress, progress
from portal.demonstration import loader
from portal.demonstration.content import FOLDER, ContentError
from portal.demonstration.desk import Desk
from portal.demonstration.dual_list import bring_in_dual_list
from portal.demonstration.news import bring_in_articles
from portal.demonstration.partnerships import bring_in_partnerships, group_of, is_signed, kind_of_counterpart
from portal.demonstration.report import Report
from publishing import workflow
from tests.makers import chief, release
from tests.portal.conftest import Loader

pytestmark = pytest.mark.django_db
INTERNAL = "演示内部"
# The last day that the files speak of is before it, and no year of the list has ended.
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module", autouse=True)
def _demonstration(loaded_for_the_module: Loader) -> Iterator[None]:
    yield from loaded_for_the_module(loader.load)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the files that a test may change."""
    return Path(shutil.copytree(FOLDER, tmp_path / "content", ignore=shutil.ignore_patterns("__pycache__")))


def rows(name: str = "data/partnerships.csv") -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def change(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def again(folder: Path = FOLDER) -> Report:
    desk = Desk(Report())
    bring_in_articles(folder, desk, bring_in_partnerships(folder, desk))
    bring_in_dual_list(folder, desk)
    return desk.report


def full_width(text: str) -> str:
    return text.translate(str.maketrans("(),;:", "（），；："))


def of(partner: str, kind: str) -> Agreement:
    """The record of a partner and a kind, as the files name them."""
    return next(
        one
        for one in Agreement.objects.filter(partners__name=full_width(partner))
        if one.get_kind_display() == kind
    )


def state() -> list[Any]:
    models = (Partner, PartnerName, Counterpart, Agreement, DualListItem, ProgressNote, ReportedTotal)
    links = (Agreement.partners.through, Article.agreements.through)
    kept = [list(model._default_manager.order_by("pk").values()) for model in (*models, *links)]
    return [kept, Agreement.history.count(), DualListItem.history.count(), Article.history.count()]


# --- every row is a public record --------------------------------------------------------------------------


def test_all_fifty_rows_are_public() -> None:
    assert Agreement.objects.published().count() == Agreement.objects.count() == 50
    found = {
        (
            one.partners.get().name,
            one.counterpart.public_name if one.counterpart else "",
            one.source.url,
            one.amount_text,
            one.signed_on_text,
        )
        for one in Agreement.objects.select_related("counterpart", "source")
        if one.source
    }
    days = {"": "", "2013": "2013年"}
    told = {
        (
            full_width(row["partner"]),
            full_width(row["counterpart"]),
            row["source_url"],
            row["amount"],
            days.get(row["signed_on"])
            if row["signed_on"] in days
            else re.sub(r"(\d+)-0?(\d+)-0?(\d+)", r"\1年\2月\3日", row["signed_on"]),
        )
        for row in rows()
    }
    assert found == told


def test_summaries_are_the_rows_words_and_may_be_public() -> None:
    told = {full_width(row["summary"]) for row in rows() if "/" not in row["city"]}
    found = set(Agreement.objects.values_list("summary", flat=True))
    assert found - told == {
        "签订退役军人就业创业工作战略合作共建协议；90家企业3300余个岗位（常州市、延安市）"
    }
    assert told < found
    for text in found:
        validate_public_name(text)


def test_kinds_are_the_words_of_the_rows() -> None:
    for row in rows():
        assert of(row["partner"], row["kind"]), row
    renamed = [("拥军联盟20家成员单位", "拥军联盟"), ("永昌县新城子镇马营沟村", "军地共建")]
    for partner, kind in [*renamed, ("常州市退役军人事务局", "就业创业合作共建")]:
        assert [one.get_kind_display() for one in Agreement.objects.filter(partners__name=partner)] == [kind]


def test_nobody_verified_them_and_the_pages_say_so(client: Client) -> None:
    assert not Agreement.objects.exclude(last_verified_on=None, last_verified_by=None).exists()
    assert "待核实" in client.get(of("君正集团", "舰企共建").get_absolute_url()).content.decode()


def test_what_is_signed_says_so_in_its_row() -> None:
    signed = [
        (one.partners.get().name, one.get_kind_display())
        for one in Agreement.objects.filter(has_document=True)
    ]
    assert len(signed) == 23
    by_city = {
        "乌海市": 2, "乌审旗": 3, "徐汇区": 1, "南充市": 4, "鼎湖区": 1, "青岛市": 7, "桐城市": 1, "偃师区": 1,
        "大竹县": 1, "昆明市": 1, "常州市": 1,
    }  # fmt: skip
    places = [one.place.name for one in Agreement.objects.filter(has_document=True).select_related("place")]
    assert {name: places.count(name) for name in places} == by_city
    unsigned = Agreement.objects.filter(has_document=False)
    assert unsigned.filter(kind__in=["namesake_ship", "ship_visit"]).count() == 9
    assert of("中国邮政集团公司衡阳市分公司", "就业合作") in unsigned


@pytest.mark.parametrize(
    ("summary", "kind", "signed"),
    [
        ("与乌海舰签订《舰企共建协议书》", "enterprise_ship", True),
        ("签署合作协议并授牌", "volunteers", True),
        ("市双拥共建集中签约", "civil_military", True),
        ("会谈合作促退役军人就业", "employment", False),
        ("结成共建对子", "science", False),
        ("靠泊期间签约", "ship_visit", False),
        ("命名时签署", "namesake_ship", False),
    ],
)
def test_the_rule_of_documents(summary: str, kind: str, signed: bool) -> None:
    assert is_signed(summary, kind) is signed


def test_amounts_are_printed_as_the_source_has_them() -> None:
    found = {one.amount_text: one for one in Agreement.objects.exclude(amount_text="")}
    assert {text: one.amount_yuan for text, one in found.items()} == {
        "42.79万元": Decimal("427900"),
        "280多万元": Decimal("2800000"),
        "1669.5万元": Decimal("16695000"),
    }
    assert [text for text, one in found.items() if not one.amount_is_exact] == ["280多万元"]


def test_dates_stand_only_where_the_row_has_one() -> None:
    dated = Agreement.objects.exclude(signed_on=None)
    assert dated.count() == len([row for row in rows() if row["signed_on"]])
    assert list(dated.exclude(signed_on_precision="day").values_list("signed_on", "signed_on_precision")) == [
        (date(2013, 1, 1), "year")
    ]


# --- parties and places ------------------------------------------------------------------------------------


def test_groups_are_told_from_bodies() -> None:
    groups = dict(Partner.objects.filter(is_group=True).values_list("name", "group_size"))
    assert groups == {
        "958家企业": 958,
        "127家爱国拥军志愿服务企业": 127,
        "106个村（社区）基层党组织": 106,
        "拥军联盟20家成员单位": 20,
        "18家拥军百店": 18,
        "24家拥军优抚合作企业": 24,
        "拥军企业（门店）": None,
    }
    assert group_of("桂城初级中学") == {"is_group": False, "group_size": None}


def test_a_city_or_banner_is_a_government_that_lies_in_itself() -> None:
    own = Partner.objects.filter(kind="government").select_related("place")
    assert own.count() == 12
    assert all(partner.place is not None and partner.place.name == partner.name for partner in own)
    banner = of("伊金霍洛旗", "城连共建")
    assert banner.place.name == "鄂尔多斯市" and banner.partners.get().place.code == "150627"


def test_one_city_has_one_row_however_much_it_does() -> None:
    wuhai = Partner.objects.get(name="乌海市")
    assert sorted(one.get_kind_display() for one in wuhai.agreements.all()) == ["城舰共建", "城舰同名"]
    ship = Counterpart.objects.get(public_name="海军乌海舰")
    assert ship.agreements.count() == 4


def test_counterparts_have_the_kind_that_their_public_name_tells() -> None:
    kinds: dict[str, set[str]] = {}
    for name, kind in Counterpart.objects.values_list("public_name", "kind"):
        kinds.setdefault(kind, set()).add(name)
    assert kinds["families"] == {"新兵家庭"} and kinds["other"] == {"海军"}
    assert kinds["ship"] == {
        *(
            f"海军{name}舰"
            for name in ("乌海", "包头", "唐山", "厦门", "日照", "温州", "广州", "海口", "烟台")
        ),
        "武警海警某部（某舰）",
    }
    assert kinds["office"] == {
        "乌审旗双拥办", "桐城市双拥办", "大竹县双拥办", "偃师区退役军人事务局", "昆明市退役军人事务局",
        "延安市退役军人事务局", "衡阳市退役军人事务局", "南充军分区", "金昌军分区", "鼎湖区人武部",
    }  # fmt: skip
    assert len(kinds["unit"]) == 9
    assert kind_of_counterpart("驻军某部") == "unit"


def test_rows_without_a_counterpart_have_none() -> None:
    assert Agreement.objects.filter(counterpart=None).count() == 5


def test_places_are_those_of_the_province() -> None:
    places = dict(
        Agreement.objects.values_list("partners__name", "place__code").filter(
            partners__name__in=["徐汇区退役军人事务局", "桂城初级中学", "常州市退役军人事务局"]
        )
    )
    assert places == {
        "徐汇区退役军人事务局": "310104",
        "桂城初级中学": "441203",
        "常州市退役军人事务局": "320400",
    }


# --- articles ----------------------------------------------------------------------------------------------


def test_articles_and_agreements_lead_to_each_other(client: Client) -> None:
    linked = rows("article_partnerships.csv")
    assert Article.agreements.through.objects.count() == len(linked) == 46
    article = Article.objects.get(import_ref="demo:qingdao-15")
    assert article.agreements.count() == 7
    for agreement in Article.objects.get(import_ref="demo:wuhai-ship-firms").agreements.all():
        assert "两家企业与乌海舰的共建协议" in client.get(agreement.get_absolute_url()).content.decode()


def test_an_article_names_the_partners_that_it_is_linked_with() -> None:
    """In whole or by four characters of the name: 唐山舰 of 唐山市, 健康服务中心 of a longer name."""
    for row in rows("article_partnerships.csv"):
        article = Article.objects.get(import_ref=f"demo:{row['article_slug']}")
        assert names(article.body, row["partner"]), row
    assert not names("永昌县新城子镇马营沟村", "永安市大湖镇坑源村")


def names(text: str, partner: str) -> bool:
    name = partner.removesuffix("市")
    length = min(len(name), 4)
    return any(name[start : start + length] in text for start in range(len(name) - length + 1))


# --- the dual list -----------------------------------------------------------------------------------------


def public_items() -> list[DualListItem]:
    return list(DualListItem.objects.public().in_order())


def test_thirteen_items_are_public_and_one_is_a_draft() -> None:
    items = public_items()
    assert len(items) == 13 and {item.year for item in items} == {2026}
    draft = DualListItem.objects.get(status="draft")
    numbers = {
        side: [item.number for item in items if item.side == side] for side in ("military", "locality")
    }
    assert numbers == {"military": [1, 2, 3, 4, 5, 6, 7], "locality": [1, 2, 3, 4, 5, 6]}
    # Last of its list: the numbers of the public ones have no gap that would tell of it.
    assert (draft.side, draft.number) == ("military", 8)


def test_the_items_show_every_stage_and_outcome() -> None:
    items = public_items()
    sides = {side: progress((i for i in items if i.side == side), DAY) for side in ("military", "locality")}
    assert sides == {
        "military": Progress(total=7, done=3, running=2, planned=1, dropped=1, overdue=1, due=5, on_time=2),
        "locality": Progress(total=6, done=3, running=2, planned=1, due=3, on_time=3),
    }


@pytest.mark.parametrize("later", [0, 41, 42, 400, 40_000])
def test_on_any_later_day_what_was_done_stays_and_the_overdue_one_stays_overdue(later: int) -> None:
    told = progress(public_items(), DAY + timedelta(days=later))
    assert (told.total, told.done, told.on_time, told.dropped) == (13, 6, 5, 1)
    assert told.overdue >= 1


def test_every_item_says_that_it_is_made_up() -> None:
    for item in DualListItem.objects.all():
        assert item.public_content.startswith("演示：") and item.content.startswith(INTERNAL)
        assert item.office.startswith("演示单位")
    for note in ProgressNote.objects.all():
        assert note.text.startswith("演示：" if note.public else INTERNAL)
    assert ProgressNote.objects.filter(public=False).count() == 3


@pytest.mark.parametrize(
    "address", ["/", "/partnerships/dual-list/", "/partnerships/dual-list/?year=2026", "/search/?q=演示内部"]
)
def test_what_is_internal_is_nowhere(client: Client, address: str) -> None:
    page = client.get(address).content.decode().replace('value="演示内部"', "").replace("“演示内部”", "")
    assert INTERNAL not in page and "尚未审核的一项" not in page


def test_the_reported_totals_are_real_and_never_mix_with_the_made_up_items(client: Client) -> None:
    found = {
        (
            one.place.name,
            one.year,
            one.measure,
            one.value,
            one.unit,
            one.as_of_text,
            one.quote,
            str(one.source),
        )
        for one in ReportedTotal.objects.select_related("place", "source")
    }
    assert found == {
        ("乌海市", 2024, "listed", 7, "项", "", "“双清单”7项工作", "乌海日报（2024年8月1日）"),
        (
            "赤峰市",
            None,
            "done",
            65,
            "个",
            "2024年3月",
            "65个办实事项目落地完成",
            "退役军人事务部网站（2024年3月）",
        ),
    }
    assert not ReportedTotal.objects.filter(is_own=True).exists()
    page = client.get("/partnerships/dual-list/").content.decode()
    assert "65个办实事项目落地完成" in page and "乌海日报" in page


# --- again -------------------------------------------------------------------------------------------------


def test_a_second_run_changes_nothing() -> None:
    before = state()
    report = again()
    assert not report.has_changes and report.remarks == []
    assert state() == before


def test_a_changed_row_is_followed(content: Path) -> None:
    change(content, "data/partnerships.csv", "(2024年综述所载),42.79万元", "(2024年综述所载),43万元")
    before = {one.pk: one.published_at for one in Agreement.objects.all()}
    report = again(content)
    assert (report.counts["created"], report.counts["updated"]) == (0, 1)
    one = of("乌海市", "城舰共建")
    assert (one.amount_text, one.amount_yuan) == ("43万元", Decimal("430000"))
    assert {one.pk: one.published_at for one in Agreement.objects.all()} == before


def test_what_was_changed_in_the_admin_goes_back_but_a_verification_stays() -> None:
    clerk = User.objects.create_user("核实员")
    one = of("君正集团", "舰企共建")
    reverify(one, by=clerk, how="致电双方联络员")
    Agreement.objects.filter(pk=one.pk).update(summary="别的话")
    report = again()
    assert report.counts["updated"] == 1
    one.refresh_from_db()
    assert one.summary.startswith("与乌海舰签订") and one.is_fresh
    assert one.last_verified_by == clerk


def test_what_was_withdrawn_stays_withdrawn_and_a_published_draft_public() -> None:
    one, item = of("君正集团", "舰企共建"), DualListItem.objects.get(side="locality", number=6)
    draft = DualListItem.objects.get(status="draft")
    for each in (one, item):
        workflow.withdraw(each, by=chief(), reason="测试撤下")
    release(draft)
    again()
    assert Agreement.objects.published().count() == 49
    assert not DualListItem.objects.public().filter(pk=item.pk).exists()
    assert DualListItem.objects.public().filter(pk=draft.pk).exists()


def test_a_partner_that_was_merged_into_another_stays_merged() -> None:
    kept = Partner.objects.create(
        name="内蒙古君正", kind="enterprise", place=of("君正集团", "舰企共建").place
    )
    merge(kept, Partner.objects.get(name="君正集团"), by=User.objects.create_user("编辑甲"))
    assert not again().has_changes
    assert not Partner.objects.filter(name="君正集团").exists()
    assert Agreement.objects.count() == 50


def test_notes_follow_the_file(content: Path) -> None:
    change(content, "dual_list_notes.csv", "演示：申请全部办完。", "演示：申请全部办结。")
    again(content)
    item = DualListItem.objects.get(side="military", number=1)
    assert [note.text for note in item.notes.filter(public=True)] == [
        "演示：申请全部办结。",
        "演示：集中受理开始，材料清单已公布。",
    ]


# --- refusals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("data/partnerships.csv", "958家企业,企业,", "958家企业,公司,", "公司"),
        ("data/partnerships.csv", "新兵家庭,千企崇军", "新兵家庭,千企", "千企"),
        ("data/partnerships.csv", ",桐城市,20家", ",桐成市,20家", "桐成市"),
        ("data/partnerships.csv", "桂城初级中学,学校,鼎湖区人武部", "桂城初级中学,学校,12345部队", "代号"),
        ("data/partnerships.csv", "结成共建对子,", "与某旅三营结成共建对子,", "番号"),
        ("data/partnerships.csv", "42.79万元,乌海", "42.79,乌海", "没有写单位"),
        ("cities.csv", "四川省,大竹县", "四川省,大足县", "大足县"),
        ("article_partnerships.csv", "baotou-ship,包头市", "baotou-ship,包钢市", "包钢市"),
        ("article_partnerships.csv", "baotou-ship,包头市", "no-such-article,包头市", "no-such-article"),
        ("dual_list.csv", "military,8,,planned", "military,8,,nowhere", "nowhere"),
        ("dual_list.csv", "2026-08-21,演示单位甲", "2999-08-21,演示单位甲", "将来"),
        ("dual_list_notes.csv", "locality,4,2026", "locality,9,2026", "9"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_faulty_row_is_named(content: Path, file: str, old: str, new: str, told: str) -> None:
    change(content, file, old, new)
    with pytest.raises(ContentError, match=told):
        again(content)

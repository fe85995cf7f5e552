"""The honor records of the demonstration: every row of the files, entered by one and verified by another."""

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from honors import partial_dates, phrases, records, standings
from honors.lines import Line
from honors.models import Award, Claim, Evidence, Place, Recipient, RollSheet, Round, Source, Standing, Title
from honors.verdicts import ClaimFacts, VerdictKind, verdict
from portal.demonstration import loader
from portal.demonstration.content import FOLDER, ContentError
from portal.demonstration.desk import Desk
from portal.demonstration.records import bring_in_records, quoted
from portal.demonstration.report import Report
from portal.demonstration.sources import name_and_date
from publishing.models import ReviewStep
from tests.portal.conftest import Loader

pytestmark = pytest.mark.django_db

NATIONAL = "全国双拥模范城（县）"


@pytest.fixture(scope="module", autouse=True)
def _demonstration(loaded_for_the_module: Loader) -> Iterator[None]:
    yield from loaded_for_the_module(loader.load)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the tables that a test may change."""
    folder = tmp_path / "content"
    shutil.copytree(FOLDER / "data", folder / "data")
    shutil.copy(FOLDER / "titles.csv", folder)
    return folder


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def change(folder: Path, name: str, old: str, new: str, count: int = 1) -> None:
    file = folder / "data" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, count), encoding="utf-8")


def counts() -> list[int]:
    models = (Title, Round, Source, RollSheet, Award, Evidence, Recipient, Claim, Standing, User)
    return [model._default_manager.count() for model in models]


# --- every row is here -------------------------------------------------------------------------------------


def test_every_national_row_is_a_public_award_with_its_basis_and_source() -> None:
    shown = Award.objects.public().filter(round__title__name=NATIONAL)
    found = Counter(
        (
            str(award.round.ordinal),
            award.shown.name_printed,
            award.shown.title_printed,
            award.shown.sheet.basis,
            award.shown.sheet.source.url,
        )
        for award in shown.select_related("round", "shown__sheet__source")
    )
    printed = ("round_no", "place", "title", "basis", "source_url")
    assert found == Counter(tuple(row[name] for name in printed) for row in rows("honors_national.csv"))
    assert sum(found.values()) == 334


def test_proposals_are_never_namings() -> None:
    wanted = Counter(row["basis"] for row in rows("honors_national.csv"))
    national = Award.objects.filter(round__title__name=NATIONAL)
    assert national.filter(state="proposed").count() == wanted["notice"] + wanted["application"]
    assert national.named().count() == wanted["list"] + wanted["report"]
    # 公示 only: the commended units of 2020 are no commended units yet.
    commended = Award.objects.filter(round__slug="national-yongjun-units-2020")
    assert set(commended.values_list("state", flat=True)) == {"proposed"} and commended.count() == 30


def test_the_other_files_are_here_too() -> None:
    provincial = Award.objects.public().filter(round__title__level="provincial", place__isnull=False)
    assert provincial.count() == len(rows("honors_provincial.csv")) == 29
    commended = Award.objects.public().filter(recipient__isnull=False)
    assert commended.count() == len(rows("honors_units_people.csv")) == 79
    assert Claim.objects.count() == len(rows("honor_claims.csv")) == 9
    assert Round.objects.published().filter(title__name=NATIONAL).count() == 12


def test_recipients_have_a_name_a_post_and_a_region_and_nothing_else() -> None:
    told = {(row["name"], row["post"], row["region"]) for row in rows("honors_units_people.csv")}
    assert set(Recipient.objects.values_list("name", "post", "place__name")) == told
    fields = {field.name for field in Recipient._meta.get_fields() if field.concrete}
    assert fields == {"id", "kind", "name", "post", "place"}


def test_rounds_say_what_their_file_says_and_no_more() -> None:
    for row in rows("honors_rounds.csv"):
        one = Round.objects.roots().select_related("source").get(slug=f"national-{row['round_no']}")
        assert (one.ordinal, one.year, one.cycle) == (
            int(row["round_no"]),
            int(row["year"]),
            int(row["cycle"]),
        )
        assert (one.date, one.date_precision) == partial_dates.parse(row["date"])
        assert str(one.announced_count or "") == row["announced_count"]
        assert (one.naming_bodies, one.note) == (row["named_by"], row["note"])
        assert one.source is not None and one.source.url == row["source_url"]
    assert Round.objects.get(slug="jiangxi-2020").date_text == "2020年"


def test_titles_without_a_known_sequence_count_no_streaks() -> None:
    assert list(Title.objects.filter(rounds_known=True).values_list("name", flat=True)) == [NATIONAL]
    assert not Round.objects.exclude(title__name=NATIONAL).filter(cycle__isnull=False).exists()
    assert not Standing.objects.exclude(title__name=NATIONAL).filter(lower__gt=0).exists()


# --- sources -----------------------------------------------------------------------------------------------


def test_only_what_has_no_outlet_is_unidentified() -> None:
    unidentified = Source.objects.filter(identified=False)
    assert [source.name for source in unidentified] == ["当地报道"]
    assert unidentified.get().public_name == "来源待补"
    assert Source.objects.get(name="乌海日报").date_text == "2024年8月1日"
    assert Source.objects.get(name="墨脱县政府网").kind == "official"
    assert not Source.objects.filter(name__regex=r"\(\d{4}").exists()


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("乌海日报(2024-08-01)", ("乌海日报", date(2024, 8, 1), "day")),
        ("湖北省报道(2020-10)", ("湖北省报道", date(2020, 10, 1), "month")),
        ("云南网(2025年4月)", ("云南网", date(2025, 4, 1), "month")),
        ("江西省报道(2025年12月)", ("江西省报道", date(2025, 12, 1), "month")),
        ("川南在线(2025-03公示)", ("川南在线", date(2025, 3, 1), "month")),
        ("全国双拥模范城公示(2020-08)", ("全国双拥模范城公示", date(2020, 8, 1), "month")),
        ("搜狐新闻(中国广播网)", ("搜狐新闻(中国广播网)", None, "")),
        ("中原网", ("中原网", None, "")),
    ],
)
def test_the_day_of_a_report_is_read_from_its_name(printed: str, told: tuple[Any, ...]) -> None:
    assert name_and_date(printed) == told


# --- sheets ------------------------------------------------------------------------------------------------


def test_one_person_entered_and_another_verified() -> None:
    for model in (RollSheet, Evidence):
        people = model._default_manager.values_list("entered_by__username", "verified_by__username")
        assert set(people) == {("rongyu", "sanshen")}


def test_every_round_was_reviewed_by_two_and_entered_by_a_third() -> None:
    for one in Round.objects.roots():
        steps = ReviewStep.objects.of_submission(one)
        assert [step.person.username for step in steps.filter(kind="author")] == ["rongyu"]
        assert [step.person.username for step in steps.filter(kind="approved")] == ["yishen", "ershen"]
        assert one.imported_at is not None and one.created_by == User.objects.get(username="rongyu")


def test_a_list_is_complete_where_it_holds_all_that_were_announced() -> None:
    complete = RollSheet.objects.filter(complete=True).values_list(
        "round__ordinal", "scope__name", "declared_count"
    )
    told = {
        (int(row["round_no"]), row["province"], int(row["announced"]))
        for row in rows("honors_coverage.csv")
        if row["coverage"] == "list" and row["announced"] == row["held"]
    }
    assert set(complete) == told and len(told) == 11
    for sheet in RollSheet.objects.filter(complete=True):
        assert records.held(sheet) == sheet.declared_count
        assert sheet.basis == "list"


def test_every_announced_number_stands_on_the_sheet_of_its_source() -> None:
    for row in rows("honors_coverage.csv"):
        sheets = RollSheet.objects.filter(
            round__slug=f"national-{row['round_no']}",
            scope__name=row["province"],
            declared_count=int(row["announced"]),
        )
        assert sheets.count() == 1, row
        assert sheets.get().source.name == name_and_date(row["source_name"])[0]
        assert sheets.get().is_verified
    # 湖南 and 云南: how many were named in 2020 is told, and no list.
    silent = RollSheet.objects.filter(evidence__isnull=True)
    assert set(silent.values_list("round__ordinal", "scope__name", "declared_count")) == {
        (11, "湖南省", 12),
        (11, "云南省", 11),
    }


def test_lists_of_one_prefecture_speak_of_no_more_than_it() -> None:
    assert {sheet.scope.name for sheet in RollSheet.objects.filter(scope__level="prefecture")} == {
        "保定市",
        "福州市",
    }


def test_a_difference_between_coverage_and_rows_is_remarked(content: Path) -> None:
    report = Report()
    bring_in_records(content, Desk(report))
    assert report.remarks == ["honors_coverage.csv：第十届四川省写有 3 条，实有 1 条，按实有的算。"]


# --- standings and verdicts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("乌海市", "???????YYY", "截至第十二届（2025年）至少三连冠"),
        ("鄂尔多斯市", "????????YY", "截至第十二届（2025年）至少二连冠"),
        ("徐州市", "YYYYYYYYY?", "截至第十一届（2020年）九连冠，第十二届名单未收齐"),
        ("银川市", "Y???????YY", "截至第十二届（2025年）至少二连冠"),
        ("西安市", "?????????Y", "截至第十二届（2025年）至少命名1次"),
        ("呼和浩特市", "Y???????PY", "截至第十二届（2025年）至少命名2次"),
        ("赣州市", "?????????Y", "截至第十二届（2025年）至少命名1次"),
        ("常德市", "?????????Y", "截至第十二届（2025年）至少命名1次"),
    ],
)
def test_standings_are_those_that_the_rows_allow(name: str, line: str, said: str) -> None:
    told = [one for one in standings.of_place(Place.objects.get(name=name)) if one[0].title.name == NATIONAL]
    series, found, standing = told[0]
    assert found is not None and found.text == line
    assert phrases.as_of_phrase(standing, series.names) == said
    assert Standing.objects.get(place__name=name, title__name=NATIONAL).line == line


# Judged by hand with the table of MODEL: W are the claimed cycles, v the one before, L the namings found.
VERDICTS = [
    ("乌海市", 8, VerdictKind.UNVERIFIABLE),  # rounds of the regional title are not known
    ("徐州市", 9, VerdictKind.CONFIRMED),  # W = cycles 1 to 9, all named; nothing before
    ("鄂尔多斯市", 5, VerdictKind.CONSISTENT),  # W = 5 to 9: ????Y
    ("鄂尔多斯市", 6, VerdictKind.CONSISTENT),  # W = 5 to 10: ????YY
    ("白银市", 4, VerdictKind.CONSISTENT),  # W = 5 to 8: YYYY, but every source is 当地报道
    ("潍坊市", 4, VerdictKind.CONSISTENT),  # L = 1, six cycles unknown: 4 is possible
    ("驻马店市", 6, VerdictKind.CONSISTENT),  # L = 2, eight unknown
    ("西安市", 10, VerdictKind.CONSISTENT),  # L = 1, nine unknown
    ("银川市", 10, VerdictKind.CONSISTENT),  # L = 3, seven unknown: exactly 10
]


@pytest.mark.parametrize(("name", "value", "kind"), VERDICTS)
def test_each_claim_gets_the_verdict_of_the_table(name: str, value: int, kind: VerdictKind) -> None:
    claim = Claim.objects.select_related("place", "title", "as_of").get(place__name=name, value=value)
    series = standings.all_series([claim.title_id])[0]
    standing = Standing.objects.filter(place=claim.place, title=claim.title, title__rounds_known=True).first()
    line = None
    for told, found, _ in standings.of_place(claim.place):
        line = found if told.title == claim.title else line
    assert (standing is None) == (line is None)
    assert line is None or standing is None or Line.parse(standing.line).text == line.text
    facts = ClaimFacts(claim.kind, claim.value, claim.as_of.cycle if claim.as_of else None)
    assert verdict(facts, line if claim.title.rounds_known else None, series.names).kind == kind


def test_all_claims_are_judged_and_quoted_as_printed() -> None:
    assert len(VERDICTS) == Claim.objects.count()
    quotes = dict(Claim.objects.values_list("place__name", "quote"))
    assert quotes["徐州市"] == "九连冠" and quotes["潍坊市"] == "第四次"
    assert quotes["乌海市"] == "连续八次获得自治区双拥模范城荣誉称号"
    assert quoted("2020年10月九连冠; 公示名单18个") == "九连冠"


# --- again -------------------------------------------------------------------------------------------------


def test_a_second_run_changes_nothing(content: Path) -> None:
    before, report = counts(), Report()
    bring_in_records(content, Desk(report))
    assert counts() == before and not report.has_changes


def test_a_new_row_on_a_verified_list_is_told_and_not_followed(content: Path) -> None:
    row = "12,全国双拥模范县,内蒙古自治区,额济纳旗,旗,list,鄂尔多斯“六连冠”报道(2025年4月),,\n"
    change(content, "honors_national.csv", row, row + row.replace("额济纳旗", "阿拉善左旗"))
    before, report = counts(), Report()
    bring_in_records(content, Desk(report))
    assert counts() == before
    assert any("内蒙古自治区" in remark and "请在后台更正" in remark for remark in report.remarks)


def test_a_row_of_a_new_source_is_another_sheet(content: Path) -> None:
    row = "12,全国双拥模范城,内蒙古自治区,乌海市,地级市,report,测试日报(2025-05-01),,\n"
    with (content / "data" / "honors_national.csv").open("a", encoding="utf-8") as file:
        file.write(row)
    before, report = counts(), Report()
    bring_in_records(content, Desk(report))
    assert RollSheet.objects.count() == before[3] + 1
    award = Award.objects.get(round__slug="national-12", place__name="乌海市")
    assert award.evidence.count() == 2
    assert award.basis == "list"  # the firmest is shown
    assert Standing.objects.get(place__name="乌海市", title__name=NATIONAL).line == "???????YYY"


def test_a_correction_in_the_admin_stays(content: Path) -> None:
    row = Evidence.objects.get(award__round__slug="national-12", award__place__name="乌海市")
    records.correct(row, by=User.objects.get(username="rongyu"), name_printed="乌海")
    records.verify(row.sheet, by=User.objects.get(username="sanshen"))
    report = Report()
    bring_in_records(content, Desk(report))
    assert not report.has_changes and not any("内蒙古" in remark for remark in report.remarks)
    assert Award.objects.get(pk=row.award_id).shown.name_printed == "乌海"  # type: ignore[union-attr]


# --- refusals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("honors_national.csv", "内蒙古自治区,乌海市", "内蒙古自治区,乌海", "乌海”不唯一或不存在"),
        (
            "honors_national.csv",
            "12,全国双拥模范城,河北省,保定市",
            "12,全国双拥模范城,河北省,桥西区",
            "桥西区.*13",
        ),
        ("honors_national.csv", "12,全国双拥模范城,河北省", "13,全国双拥模范城,河北省", "没有第 13 届"),
        ("honors_national.csv", "12,全国双拥模范城,河北省", "12,全国文明城市,河北省", "全国文明城市"),
        ("honors_national.csv", "地级市,report,", "地级市,rumour,", "rumour"),
        ("honors_units_people.csv", ",unit,", ",person,", "不授予 person"),
        ("honors_provincial.csv", "湖北省双拥模范城(县)", "湖北省双拥先进县", "湖北省双拥先进县"),
    ],
)
def test_a_faulty_row_is_named_and_nothing_is_loaded(
    content: Path, file: str, old: str, new: str, told: str
) -> None:
    change(content, file, old, new)
    before = counts()
    with pytest.raises(ContentError, match=told):
        bring_in_records(content, Desk(Report()))
    assert counts() == before

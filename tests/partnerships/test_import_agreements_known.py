"""Agreements from files: rows that the record knows, and what an export brings back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from honors.models import Source
from partnerships import amounts
from partnerships.exports import AGREEMENTS, agreement_records
from partnerships.models import Agreement, Counterpart, Partner, Verification
from publishing.exports import as_csv, as_xlsx
from tests.honors.rolls import make_place, make_province, make_source
from tests.partnerships.agreement_tables import (
    SHIP,
    book,
    given,
    imported,
    make_places,
    new_words,
)
from tests.partnerships.pacts import make_counterpart, make_pact, make_partner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places(db: None) -> None:
    make_places()


def test_a_row_that_says_else_than_a_draft_is_told_cell_by_cell() -> None:
    imported(book(SHIP))
    before = list(Agreement.objects.values())
    other = given(
        **{
            "单位类别": "学校",
            "单位数目": "958",
            "军方对象类别": "部队",
            "协议": "未见协议",
            "到期日期": "2027-01-01",
            "金额": "42.79万元",
            "内容": "另一句话",
            "来源网址": "https://paper.example/2",
        }
    )
    (line,) = imported(book(other), dry_run=True).lines
    assert line.state == "updates" and line.words.startswith("改已有的草稿：")
    # What stands with the parties belongs to them.
    assert line.words.index("不改动：单位类别") > line.words.index("内容：")
    for said in (
        "单位类别：“君正集团”表格是学校，记录是企业。",
        "单位数目：“君正集团”表格是一批，958，记录是单个的单位。",
        "军方对象类别：表格是“部队”，记录是“舰艇”。",
        "协议：表格是“未见协议”，记录是“签有协议”。",
        "到期日期：表格是“2027-01-01”，记录是空的。",
        "金额：表格是“42.79万元”，记录是空的。",
        "金额（元）：表格是“427900”，记录是空的。",
        "内容：表格是“另一句话”，记录是“签订《舰企共建协议书》”。",
        "来源：表格是“某报 https://paper.example/2”，记录是“某报 https://paper.example/1”。",
    ):
        assert said in line.words
    assert list(Agreement.objects.values()) == before
    assert (Source.objects.count(), Partner.objects.get().kind) == (1, "enterprise")


def test_columns_that_the_file_has_not_are_not_compared() -> None:
    imported(book(given(**{"金额": "4.45亿元"})))
    (line,) = imported(
        book({head: SHIP[head] for head in ("共建单位", "军方对象", "类别", "签订日期", "地方", "内容")})
    ).lines
    assert line.state == "known"


@pytest.mark.parametrize(
    "changed",
    [
        {"类别": "其他"},
        {"共建单位": "君正集团、东源科技"},
        {"军方对象": "海军包头舰"},
        {"地方": "包头市"},
        {"签订日期": "2024"},
    ],
)
def test_every_part_of_the_natural_key_makes_another_agreement(changed: dict[str, str]) -> None:
    imported(book(SHIP))
    assert len(imported(book(given(**changed))).new) == 1
    assert Agreement.objects.count() == 2


def test_a_row_that_only_knows_the_day_better_or_worse_is_told_as_near() -> None:
    imported(book(given(**{"签订日期": "2025-07"})))
    said = new_words(SHIP)
    assert "已有一份各方、类别和地方相同的，日期是2025-07；如是同一份，请不要再录。" in said


def test_agreements_that_share_a_key_are_known_each_by_its_text() -> None:
    make_pact(summary="第一份", published=False)
    make_pact(summary="第二份", published=False)
    report = imported(exported("xlsx"))
    assert [line.state for line in report.lines] == ["known", "known"]


def test_derived_columns_and_verifications_are_not_taken_over() -> None:
    row = given(
        **{
            "金额": "约5万元",
            "状态": "已到期",
            "金额确数": "是",
            "核实": "已核实",
            "最近核实日期": "2025-07-30",
        }
    )
    said = new_words(row)
    assert "核实不由表格带入，向当事各方核实后请在后台登记“再核实”。" in said
    assert "状态“已到期”不采用，由系统得出：未载期限。" in said
    assert "金额确数“是”不采用，由系统得出：否。" in said
    imported(book(row))
    one = Agreement.objects.get()
    assert (one.last_verified_on, one.last_verified_by) == (None, None) and not Verification.objects.exists()
    assert [line.state for line in imported(book(row)).lines] == ["known"]
    agreeing = {
        **row,
        "类别": "其他",
        "状态": "未载期限",
        "金额确数": "否",
        "核实": "待核实",
        "最近核实日期": "",
    }
    assert "不采用" not in new_words(agreeing) and "核实" not in new_words(agreeing)


def test_another_day_of_verification_than_the_record_has_is_told() -> None:
    imported(book(SHIP))
    Agreement.objects.update(last_verified_on=date(2025, 8, 1))
    (line,) = imported(book(given(**{"最近核实日期": "2025-07-30"}))).lines
    assert "最近核实日期：表格是“2025-07-30”，记录是“2025-08-01”。" in line.words


# --- Out and in again ----------------------------------------------------------------------------------------


def exported(kind: str) -> bytes:
    rows = agreement_records(Agreement.objects.order_by("pk"))
    return "".join(as_csv(rows, AGREEMENTS)).encode() if kind == "csv" else as_xlsx(rows, AGREEMENTS).read()


@pytest.fixture
def odd_record() -> None:
    """Everything that a cell of a table could spoil."""
    baotou = make_place("150200", "包头市")
    make_pact(
        make_partner('甲、乙"丙"公司'),
        make_partner("=SUM(A1)", kind="school", place=baotou),
        make_partner("958家企业", is_group=True, group_size=958),
        make_partner("一批商户", is_group=True, kind="government", place=None),
        summary='=1+1，“引号”、"直引号"，\n换行, 逗号\t制表',
        signed_on=date(2025, 7, 1),
        signed_on_precision="month",
        amount_text="约42.79万元",
        amount_yuan=427900,
        source=make_source("@某报", url="https://paper.example/?a=1&b=2"),
    )
    make_pact(make_partner("村、社区"), summary="'=前面有撇号", published=False, counterpart=None)
    make_pact(
        make_partner('"引起来"的公司'),
        kind="namesake_ship",
        has_document=False,
        signed_on=date(2013, 1, 1),
        signed_on_precision="year",
        summary="+加号\r\n与回车",
        source=make_source("当地报道", identified=False),
        counterpart=make_counterpart("-海军某舰、某艇"),
    )
    make_pact(
        make_partner("第一中学", kind="school"),
        Partner.objects.create(name="第一中学", kind="school", place=baotou),
        kind="other",
        ends_on=date(2020, 1, 1),
        amount_text="若干",
        amount_yuan=amounts.MOST,
        last_verified_on=date(2019, 5, 1),
    )
    make_pact(
        published=False,
        kind="shop",
        source=None,
        amount_yuan=Decimal("0.1"),
        amount_text="一角",
        summary="_x0041_&amp;<b>",
    )
    make_pact(make_partner("省级单位", place=make_province()), kind="science", place=make_province())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.usefixtures("odd_record")
def test_an_exported_file_imported_again_changes_nothing(kind: str) -> None:
    tables = (Agreement, Partner, Counterpart, Source, Agreement.partners.through)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    report = imported(exported(kind))
    assert [line.words for line in [*report.wrong, *report.differs]] == []
    assert [line.state for line in report.lines] == ["known"] * 6
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.usefixtures("odd_record")
def test_an_exported_file_brings_the_same_rows_to_another_site(kind: str) -> None:
    told = [row._replace(verified_on="", verified="unverified") for row in agreement_records(ordered())]
    data = exported(kind)
    Agreement.objects.all().delete()
    Partner.objects.all().delete()
    Counterpart.objects.all().delete()
    assert len(imported(data).new) == 6
    # What is not known of a source cannot be brought along.
    expected = [row._replace(source_name="") if row.source_name == "来源待补" else row for row in told]
    assert list(agreement_records(ordered())) == [
        row._replace(summary=row.summary.replace("\r\n", "\n")) for row in expected
    ]


def ordered() -> Any:
    return Agreement.objects.order_by("kind", "pk")

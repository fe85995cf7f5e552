"""The exports hold exactly the rows of the page, harm nobody who opens them, and refuse wrong addresses."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from honors import records
from honors.exports import LAYOUT, Record
from honors.models import Award, Basis, Evidence, Place, Round
from publishing import workflow
from tests.honors.crowds import make_crowd
from tests.honors.rolls import (
    clerk,
    make_place,
    make_province,
    make_round,
    make_sheet,
    make_source,
    make_title,
    verifier,
)
from tests.makers import chief

pytestmark = pytest.mark.django_db

KINDS = ["csv", "xlsx", "json"]
FIELDS = [
    "place",
    "code",
    "province",
    "title",
    "level",
    "round",
    "cycle",
    "date",
    "basis",
    "status",
    "source_name",
    "source_url",
]


def raw(client: Client, kind: str, query: str = "") -> bytes:
    response = client.get(f"/honors/roll.{kind}{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def rows(client: Client, kind: str, query: str = "") -> list[list[Any]]:
    """All rows as lists of values, without headings."""
    data = raw(client, kind, query)
    if kind == "json":
        return [list(row.values()) for row in json.loads(data)["rows"]]
    if kind == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:]
    return [
        list(row) for row in load_workbook(io.BytesIO(data)).active.iter_rows(min_row=2, values_only=True)
    ]


@pytest.fixture
def record(db: None) -> None:
    wuhai, hebei = make_place(), make_province("130000", "河北省")
    city = make_place("130600", "保定市", parent=hebei)
    known = {"date": date(2025, 4, 23), "date_precision": "day"}
    paper = make_source("某报", url="https://paper.example/a")
    make_sheet(make_round(12, 10, 2025, **known), wuhai, city, source=paper)
    month = {"date": date(2016, 7, 1), "date_precision": "month"}
    rumour = make_source("当地报道", identified=False)
    make_sheet(make_round(10, 8, 2016, **month), wuhai, basis=Basis.REPORT, source=rumour)
    make_sheet(make_round(11, 9, 2020), city, basis=Basis.APPLICATION)
    provincial = make_title(
        "p", name="河北省双拥模范城", level="provincial", region=hebei, rounds_known=False
    )
    make_sheet(make_round(None, None, 2016, provincial, slug="p-2016"), city)  # type: ignore[arg-type]


@pytest.mark.usefixtures("record")
class TestContent:
    def test_json_has_codes_integers_and_dates_cut_to_what_is_known(self, client: Client) -> None:
        data = json.loads(raw(client, "json"))
        assert data["count"] == len(data["rows"]) == 5
        assert list(data["rows"][0]) == FIELDS
        found = {(row["place"], row["date"]): row for row in data["rows"]}
        assert found["乌海市", "2025-04-23"] == {
            "place": "乌海市",
            "code": "150300",
            "province": "内蒙古自治区",
            "title": "全国双拥模范城（县）",
            "level": "national",
            "round": 12,
            "cycle": 10,
            "date": "2025-04-23",
            "basis": "list",
            "status": "named",
            "source_name": "某报",
            "source_url": "https://paper.example/a",
        }
        report = found["乌海市", "2016-07"]
        assert (report["basis"], report["source_name"], report["source_url"]) == ("report", "来源待补", "")
        assert (found["保定市", "2020"]["basis"], found["保定市", "2020"]["status"]) == (
            "application",
            "proposed",
        )
        regional = found["保定市", "2016"]
        assert (regional["level"], regional["round"], regional["cycle"]) == ("provincial", None, None)

    def test_csv_and_xlsx_have_chinese_headings_and_labels(self, client: Client) -> None:
        data = raw(client, "csv", "?province=150000&year=2025")
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.decode("utf-8-sig").splitlines() == [
            "地方,区划代码,省份,称号,级别,届次,命名周期,命名日期,依据,状态,来源,来源网址",
            "乌海市,150300,内蒙古自治区,全国双拥模范城（县）,全国,12,10,2025-04-23,名单,已命名,某报,https://paper.example/a",
        ]
        sheet = load_workbook(io.BytesIO(raw(client, "xlsx", "?province=150000&year=2025"))).active
        heading, row = sheet.iter_rows(values_only=True)
        assert list(heading) == list(LAYOUT.headings.values())
        assert row == (
            "乌海市", "150300", "内蒙古自治区", "全国双拥模范城（县）", "全国", 12, 10, "2025-04-23",
            "名单", "已命名", "某报", "https://paper.example/a",
        )  # fmt: skip

    def test_a_proposal_is_labelled_as_no_naming(self, client: Client) -> None:
        assert rows(client, "csv", "?basis=application")[0][8:10] == ["拟申报", "仅有公示或申报"]

    def test_a_revoked_award_is_labelled_so(self, client: Client) -> None:
        award = Award.objects.get(round__slug="national-12", place__name="保定市")
        records.revoke(award, on=date(2026, 1, 5), source=make_source("通报"), by=verifier())
        assert [row["status"] for row in json.loads(raw(client, "json", "?q=保定&year=2025"))["rows"]] == [
            "revoked"
        ]
        assert rows(client, "csv", "?q=保定&year=2025")[0][9] == "命名已撤销"

    def test_a_province_lies_in_itself(self, client: Client) -> None:
        make_sheet(make_round(11, 9, 2020), make_province("110000", "北京市"))
        assert rows(client, "json", "?q=北京")[0][:3] == ["北京市", "110000", "北京市"]

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize(
        "query", ["", "?province=130000", "?sort=place", "?sort=-streak&basis=list", "?q=乌海&page=7"]
    )
    def test_the_same_rows_in_the_same_order_as_the_page(self, client: Client, kind: str, query: str) -> None:
        page = client.get(f"/honors/{query.replace('&page=7', '')}").context["rows"]
        shown = [[row.award.place.name, row.award.place.code, row.date] for row in page]
        assert shown
        assert [[row[0], row[1], row[7]] for row in rows(client, kind, query)] == shown

    @pytest.mark.parametrize("kind", KINDS)
    def test_no_match_is_an_export_without_rows(self, client: Client, kind: str) -> None:
        assert rows(client, kind, "?q=没有这个地方") == []

    def test_all_pages_are_in_the_export(self, client: Client) -> None:
        province = make_province()
        made = [make_place(str(150400 + index), f"第{index}测试市", parent=province) for index in range(60)]
        make_sheet(make_round(9, 7, 2012), *made)
        assert len(rows(client, "csv", "?year=2012")) == 60
        assert json.loads(raw(client, "json", "?year=2012"))["count"] == 60

    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ("csv", "text/csv; charset=utf-8"),
            ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("json", "application/json"),
        ],
    )
    def test_type_name_and_streaming(self, client: Client, kind: str, told: str) -> None:
        response = client.get(f"/honors/roll.{kind}")
        assert response.streaming
        assert response["Content-Type"] == told
        assert response.cookies == {}
        if kind != "json":
            assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%8F%8C")
        response.close()


class TestHarmless:
    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_no_cell_is_taken_for_a_formula(self, client: Client, start: str) -> None:
        make_sheet(make_round(), make_place(), source=make_source(f"{start}HYPERLINK(1)报"))
        cell = rows(client, "csv")[0][10]
        assert cell == f"'{start}HYPERLINK(1)报"
        sheet = load_workbook(io.BytesIO(raw(client, "xlsx"))).active
        assert sheet.cell(2, 11).data_type == "s"
        assert sheet.cell(2, 11).value.startswith("'")
        assert json.loads(raw(client, "json"))["rows"][0]["source_name"] == f"{start}HYPERLINK(1)报"

    def test_what_a_workbook_may_not_hold_is_left_out(self, client: Client) -> None:
        make_sheet(make_round(), make_place(), source=make_source("某\x0b报"))
        assert rows(client, "xlsx")[0][10] == "某报"

    @pytest.mark.parametrize("name", ['某"报', "某,报", "某\n报", "</script>"])
    def test_marks_in_names_stay_what_they_are(self, client: Client, name: str) -> None:
        make_sheet(make_round(), make_place(), source=make_source(name))
        assert [rows(client, kind)[0][10] for kind in KINDS] == [name] * 3

    def test_headings_name_every_field(self) -> None:
        assert list(LAYOUT.headings) == list(Record._fields) == FIELDS
        assert len(LAYOUT.widths) == len(FIELDS)


@pytest.mark.usefixtures("record")
class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            ("min_streak=abc", "连冠：连冠数请填 1 到 99 的整数。"),
            ("round=999", "届次：记录里没有“999”。"),
            ("year=xx", "年份：记录里没有“xx”。"),
            ("q=%00", "地名：关键词里有不能使用的字符，请重新输入。"),
            ("q=" + "长" * 10_000, "地名：关键词太长，请不要超过 50 个字。"),
            ("sort=luck", "排序：记录里没有“luck”。"),
        ],
    )
    def test_a_wrong_filter_is_no_export_but_a_reason(self, client: Client, query: str, reason: str) -> None:
        for kind in ("csv", "xlsx"):
            response = client.get(f"/honors/roll.{kind}?{query}")
            assert response.status_code == 400
            assert response["Content-Type"] == "text/plain; charset=utf-8"
            assert response.content.decode().splitlines() == ["筛选条件有误，没有导出。", reason]
        response = client.get(f"/honors/roll.json?{query}")
        assert response.status_code == 400
        assert response.json() == {"error": "筛选条件有误", "reasons": [reason]}

    @pytest.mark.parametrize("kind", KINDS)
    def test_only_reading_is_allowed(self, client: Client, kind: str) -> None:
        assert client.post(f"/honors/roll.{kind}").status_code == 405


@pytest.mark.parametrize("kind", KINDS)
class TestWhatIsNotPublic:
    """Beside a public row each time: an export that never holds anything would fail too."""

    def assert_hidden(self, client: Client, kind: str) -> None:
        assert [row[0] for row in rows(client, kind)] == ["乌海市"]
        if kind == "json":
            assert json.loads(raw(client, kind))["count"] == 1

    def hidden(self) -> Place:
        return make_place("150200", "包头市")

    def test_what_nobody_verified(self, client: Client, kind: str) -> None:
        make_sheet(make_round(), make_place())
        make_sheet(make_round(11, 9, 2020), self.hidden(), verified=False)
        assert Evidence.objects.count() == 2
        self.assert_hidden(client, kind)

    def test_what_was_voided(self, client: Client, kind: str) -> None:
        make_sheet(make_round(), make_place())
        sheet = make_sheet(make_round(11, 9, 2020), self.hidden())
        assert len(rows(client, kind)) == 2
        records.void(sheet.evidence.get(), by=verifier(), reason="来源撤回了报道")
        self.assert_hidden(client, kind)

    def test_a_withdrawn_round(self, client: Client, kind: str) -> None:
        make_sheet(make_round(), make_place())
        make_sheet(make_round(11, 9, 2020), self.hidden())
        assert len(rows(client, kind)) == 2
        workflow.withdraw(Round.objects.get(ordinal=11), by=chief(), reason="名单有误")
        self.assert_hidden(client, kind)

    def test_a_draft_round(self, client: Client, kind: str) -> None:
        make_sheet(make_round(), make_place())
        draft = Round.objects.create(
            title=make_title(), slug="draft", year=2029, ordinal=13, cycle=11, date=date(2029, 1, 1),
            date_precision="year", source=make_source(),
        )  # fmt: skip
        make_sheet(draft, self.hidden())
        self.assert_hidden(client, kind)

    def test_notes_quotes_and_clerks(self, client: Client, kind: str) -> None:
        sheet = make_sheet(make_round(note="内部甲"), verified=False, note="内部乙")
        records.enter(
            sheet,
            make_place(),
            by=clerk("某录入员"),
            name_printed="乌海市",
            title_printed="城",
            quote="内部丙",
            note="内部丁",
        )
        records.verify(sheet, by=verifier("某核验员"))
        told = str(rows(client, kind))
        assert "乌海市" in told
        assert not [word for word in ("内部", "某录入员", "某核验员") if word in told]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [1, 2500])
def test_the_same_queries_whatever_the_number_of_rows(
    client: Client, django_assert_num_queries: Any, kind: str, number: int
) -> None:
    """Two for what can be asked, one for the rows, and one for the count that JSON begins with."""
    make_crowd(number)
    with django_assert_num_queries(4 if kind == "json" else 3):
        assert len(rows(client, kind)) == number

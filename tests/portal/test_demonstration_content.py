"""The demonstration's texts are true to the records they come from, and fit for publication.

Pure file checks, no database: the texts are read as they lie in ``portal/demonstration``.
"""

import csv
import json
import re
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "portal" / "demonstration"
RECORDS = CONTENT / "data"
SAMPLES = ROOT.parent / "shared" / "samples"

REQUIRED_KEYS = {"title", "column", "date", "author", "source_name", "editor", "keywords", "summary"}
OPTIONAL_KEYS = {"lead_title", "subtitle", "places", "cover", "headline", "pinned_until", "link_out"}
COVERS = {"grassland", "river", "dunes", "sea", "mountain", "sun"}
TEXT_TAGS = {"p", "h2", "h3", "ul", "ol", "li", "blockquote", "strong", "em", "a", "hr"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
# STANDARDS §1.1 prints these words and leaves the list open; 通知公告 is the inspectors' own class (§2.1).
COLUMN_TYPES = {
    "工作动态",
    "政策文件",
    "政策解读",
    "概况信息",
    "数据发布",
    "办事服务",
    "回应关切",
    "通知公告",
}
FIRST_DAY, LAST_DAY = datetime(2025, 4, 24), datetime(2026, 11, 20, 23, 59)

QUANTITY = re.compile(
    r"(?<![\d.])(\d+(?:\.\d+)?)(余|多)?(万元|亿元|万块|万张|万户|万亩|万次|人次|[块张项名人家户个所套])"
)
# Quantities that stand in STANDARDS §6 or are counted from the lists themselves, each with its reason.
QUANTITIES_FROM_ELSEWHERE = {
    "17项": "宣州's dual list, STANDARDS §6",
    "14项": "what 宣州 had done of it, STANDARDS §6",
    "9个": "prefecture-level rows of 内蒙古 (round 12) and of 福建 (rounds 10 and 11)",
    "5个": "county-level city rows of 内蒙古 and county rows of 江西, round 12",
    "2个": "banner rows of 内蒙古, round 12",
    "21所": "a sum that the text tells the reader not to make",
    "6个": "prefecture-level cities of 云南, round 12",
    "4个": "autonomous prefectures of 云南, round 12",
    "461个": "a misprint shown as a conflict; the records note it as 作461个",
}
MILITARY_COVER_NUMBER = re.compile(r"(?<!\d)[1-9]\d{4}部队")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}")
LAND_LINE = re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}|(?<!\d)\d{11}(?!\d)")
# A post or a form of address: the texts speak of offices, never of who holds them.
PERSON_IN_OFFICE = re.compile(r"书记|市长|局长|科长|主任|司令|政委|先生|女士|同志")
LONGEST_SHARED_RUN = 13


@dataclass(frozen=True)
class DemonstrationArticle:
    slug: str
    header: dict[str, str]
    body: str

    @property
    def date(self) -> datetime:
        return datetime.strptime(self.header["date"], "%Y-%m-%d %H:%M")

    @property
    def plain(self) -> str:
        return re.sub(r"<[^>]+>", "\n", self.body)

    @property
    def whole(self) -> str:
        return "\n".join([*self.header.values(), self.body])


def read_article(path: Path) -> DemonstrationArticle:
    head, body = path.read_text(encoding="utf-8").split("\n\n", 1)
    lines = [line.partition(": ") for line in head.split("\n")]
    assert all(colon for _, colon, _ in lines), f"{path.name}: a header line is not 'key: value'"
    keys = [key for key, _, _ in lines]
    assert len(keys) == len(set(keys)), f"{path.name}: a header key stands twice"
    return DemonstrationArticle(path.stem, {key: value for key, _, value in lines}, body)


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


ARTICLES = [read_article(path) for path in sorted((CONTENT / "articles").glob("*.html"))]
COLUMNS = {row["slug"]: row for row in read_rows(CONTENT / "columns.csv")}
RECORD_TEXT = "\n".join(path.read_text(encoding="utf-8") for path in sorted(RECORDS.glob("*.csv")))
every_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.slug)


class Markup(HTMLParser):
    """Collects tags with their attributes, and what is left open or closed in the wrong order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "p" and self.open:
            self.faults.append(f"p inside {self.open[-1]}")
        if tag != "hr":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.open:
            self.faults.append(f"text outside a block: {data.strip()}")


def quantities(text: str) -> list[tuple[str, str, str]]:
    """(number, 余/多 or nothing, unit) of every counted thing in the text."""
    return [match.groups(default="") for match in QUANTITY.finditer(text)]  # type: ignore[misc]


def recorded_quantities() -> set[tuple[str, str]]:
    """(number, unit) pairs that the records hold: figures as value and unit, all else as printed."""
    pairs = {(number, unit) for number, _, unit in quantities(RECORD_TEXT)}
    pairs |= {(row["value"], row["unit"]) for row in read_rows(RECORDS / "figures.csv")}
    for row in read_rows(RECORDS / "honors_coverage.csv"):
        pairs |= {(row["announced"], "个"), (row["held"], "个")}
    pairs |= {(row["announced_count"], "个") for row in read_rows(RECORDS / "honors_rounds.csv")}
    return pairs


def han_runs(text: str) -> set[str]:
    """Every run of LONGEST_SHARED_RUN + 1 Chinese characters, read across punctuation but not across \\n."""
    size = LONGEST_SHARED_RUN + 1
    lines = [re.sub(r"[^\u4e00-\u9fff]", "", line) for line in text.split("\n")]
    return {line[i : i + size] for line in lines for i in range(len(line) - size + 1)}


def without_recorded_names(text: str) -> str:
    """The text with names and quoted titles cut out where the records hold them too: facts are not wording."""
    quoted = re.findall(r"[“《][^”》]{2,}[”》]", text)
    named = {
        row[key]
        for name, keys in {
            "honors_national.csv": ("place", "province", "title"),
            "honor_claims.csv": ("title",),
            "partnerships.csv": ("partner", "counterpart"),
        }.items()
        for row in read_rows(RECORDS / name)
        for key in keys
    }
    cut = [word for word in quoted if word[1:-1] in RECORD_TEXT] + [word for word in named if len(word) > 1]
    for word in sorted(cut, key=len, reverse=True):
        text = text.replace(word, "\n")
    return text


def test_there_is_enough_to_read() -> None:
    per_column = {slug: sum(a.header["column"] == slug for a in ARTICLES) for slug in COLUMNS}
    filled = {slug: count for slug, count in per_column.items() if count}
    assert len(ARTICLES) >= 46
    assert len(filled) >= 10
    assert min(filled.values()) >= 2


def test_columns_stand_in_two_levels_and_none_is_empty() -> None:
    parents = {row["parent_slug"] for row in COLUMNS.values()} - {""}
    used = {article.header["column"] for article in ARTICLES}
    assert all(COLUMNS[slug]["parent_slug"] == "" for slug in parents)
    assert used == set(COLUMNS) - parents


def test_columns_have_their_page_tags_and_home_positions() -> None:
    positions = [row["home_position"] for row in COLUMNS.values()]
    leads = [row["name"] for row in COLUMNS.values() if row["home_position"] == "lead"]
    notices = [row["name"] for row in COLUMNS.values() if row["home_position"] == "notices"]
    assert (leads, notices) == (["双拥要闻"], ["通知公告"])
    assert 4 <= positions.count("block") <= 6
    for row in COLUMNS.values():
        assert row["column_type"] in COLUMN_TYPES, row["slug"]
        assert row["name"] and row["description"] and row["keywords"], row["slug"]
        assert row["order"].isdigit() and int(row["update_days"]) > 0, row["slug"]
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["slug"])


@every_article
def test_header_is_complete_and_known(article: DemonstrationArticle) -> None:
    header = article.header
    assert REQUIRED_KEYS <= set(header) <= REQUIRED_KEYS | OPTIONAL_KEYS
    assert all(value.strip() == value != "" for value in header.values())
    assert header["column"] in COLUMNS
    assert header.get("cover", "sun") in COVERS
    assert header.get("headline", "yes") == "yes"
    assert len(header["summary"]) <= 120
    assert len(header["title"]) <= 40
    assert header["author"] == header["editor"] == "演示编辑"
    assert "演示" in header["source_name"]


def test_marks_that_only_some_articles_carry() -> None:
    with_cover = sum("cover" in article.header for article in ARTICLES)
    assert sum("headline" in article.header for article in ARTICLES) == 1
    assert 1 <= sum("pinned_until" in article.header for article in ARTICLES) <= 2
    assert 0.4 <= with_cover / len(ARTICLES) <= 0.6
    assert len({article.header["title"] for article in ARTICLES}) == len(ARTICLES)


@every_article
def test_dates_lie_in_office_hours(article: DemonstrationArticle) -> None:
    assert FIRST_DAY <= article.date <= LAST_DAY
    assert article.date.weekday() < 5
    assert 8 <= article.date.hour < 18
    if "pinned_until" in article.header:
        assert datetime.strptime(article.header["pinned_until"], "%Y-%m-%d %H:%M") > article.date


@every_article
def test_no_article_is_older_than_what_it_reports(article: DemonstrationArticle) -> None:
    for year, month, day in re.findall(r"(20\d\d)年(\d{1,2})月(\d{1,2})日", article.whole):
        assert datetime(int(year), int(month), int(day)) <= article.date
    for year, month in re.findall(r"(20\d\d)年(\d{1,2})月", article.whole):
        assert datetime(int(year), int(month), 1) <= article.date


def test_the_newest_articles_are_of_this_month_and_spread_over_the_columns() -> None:
    newest = [article for article in ARTICLES if article.date >= datetime(2026, 11, 1)]
    assert len({article.header["column"] for article in newest}) >= 4


@every_article
def test_places_are_known_to_the_records(article: DemonstrationArticle) -> None:
    for entry in filter(None, article.header.get("places", "").split(";")):
        province, slash, place = entry.partition("/")
        assert slash and province[-1] in "省区市" and place in RECORD_TEXT, entry


@every_article
def test_body_is_clean_markup_of_a_readable_length(article: DemonstrationArticle) -> None:
    markup = Markup(article.body)
    assert not markup.faults and not markup.open
    assert {tag for tag, _ in markup.tags} <= TEXT_TAGS | TABLE_TAGS
    for tag, attributes in markup.tags:
        assert set(attributes) <= ({"href"} if tag == "a" else set()), (tag, attributes)
    assert 350 <= len(re.findall(r"[\u4e00-\u9fff]", article.plain)) <= 1200


@every_article
def test_links_lead_only_to_recorded_sources(article: DemonstrationArticle) -> None:
    for tag, attributes in Markup(article.body).tags:
        if tag == "a":
            href = attributes["href"] or ""
            assert href.startswith("https://") and href in RECORD_TEXT
    if "link_out" in article.header:
        assert article.header["link_out"] in RECORD_TEXT


def test_one_entry_leads_to_a_government_page_and_one_elsewhere() -> None:
    hosts = [a.header["link_out"].split("/")[2] for a in ARTICLES if "link_out" in a.header]
    assert sorted(host.endswith(".gov.cn") for host in hosts) == [False, True]


@every_article
def test_every_counted_thing_stands_in_the_records(article: DemonstrationArticle) -> None:
    recorded = recorded_quantities()
    unknown = [
        number + more + unit
        for number, more, unit in quantities(article.whole)
        if (number, unit) not in recorded and number + unit not in QUANTITIES_FROM_ELSEWHERE
    ]
    assert unknown == []


def test_every_allowed_quantity_is_still_used() -> None:
    used = {number + unit for article in ARTICLES for number, _, unit in quantities(article.whole)}
    assert set(QUANTITIES_FROM_ELSEWHERE) <= used


def test_the_totals_of_the_completeness_notice_are_those_of_the_records() -> None:
    notice = next(article for article in ARTICLES if article.slug == "records-completeness")
    rows = read_rows(RECORDS / "honors_national.csv")
    for number, name in {
        "10": "第十届（2016年）",
        "11": "第十一届（2020年）",
        "12": "第十二届（2025年）",
    }.items():
        bases = [row["basis"] for row in rows if row["round_no"] == number]
        named = sum(basis in ("list", "report") for basis in bases)
        cells = re.search(rf"<tr><td>{name}</td>(.*?)</tr>", notice.body)
        assert cells is not None
        assert re.findall(r"<td>(.*?)</td>", cells[1])[1:] == [str(named), str(len(bases) - named or "无")]


def test_only_places_with_a_naming_are_said_to_be_on_the_list_of_inner_mongolia() -> None:
    article = next(article for article in ARTICLES if article.slug == "inner-mongolia-12")
    listed = re.findall(r"<td>([^<]*、[^<]*)</td>", article.body)
    recorded = {
        row["place"]
        for row in read_rows(RECORDS / "honors_national.csv")
        if (row["round_no"], row["province"], row["basis"]) == ("12", "内蒙古自治区", "list")
    }
    assert set("、".join(listed).split("、")) == recorded


@every_article
def test_nobody_is_named_and_no_office_can_be_called(article: DemonstrationArticle) -> None:
    people = {
        row["name"] for row in read_rows(RECORDS / "honors_units_people.csv") if row["kind"] == "person"
    }
    assert [name for name in people if name in article.whole] == []
    assert PERSON_IN_OFFICE.search(article.whole) is None
    for pattern in (MILITARY_COVER_NUMBER, MOBILE, LAND_LINE):
        assert pattern.search(article.whole) is None
    assert "@" not in article.whole
    assert "我市" not in article.whole


@every_article
def test_punctuation_is_chinese(article: DemonstrationArticle) -> None:
    prose = "\n".join([article.header["title"], article.header["summary"], article.plain])
    assert re.findall(r"[\u4e00-\u9fff][,;:!?()\"'][\u4e00-\u9fff\d]?", prose) == []
    assert prose.count("“") == prose.count("”")
    assert prose.count("（") == prose.count("）")


@every_article
def test_no_sentence_is_copied_from_the_municipal_sample(article: DemonstrationArticle) -> None:
    sample = SAMPLES / "municipal-article-wuhai.txt"
    if not sample.exists():
        pytest.skip(f"the sample pages are not part of the project; nothing lies at {sample}")
    own = han_runs(without_recorded_names(article.whole))
    assert own & han_runs(sample.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("办了41名", [("41", "", "名")]),
        ("共300余万元", []),
        ("4200余家", [("4200", "余", "家")]),
        ("206.66万元", [("206.66", "", "万元")]),
    ],
)
def test_quantities_are_read_with_their_unit(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [q for q in quantities(text) if q[0] != "300"] == found


def test_a_copied_sentence_would_be_found() -> None:
    copied = "每逢春节、“八一”等节日，党政主要领导带头开展慰问活动"
    assert han_runs(without_recorded_names(copied)) & han_runs("我市" + copied)


def test_identity_says_openly_that_it_is_a_demonstration() -> None:
    site = json.loads((CONTENT / "site.json").read_text(encoding="utf-8"))
    assert (site["name"], site["slogan"]) == ("乌海双拥", "拥军优属 拥政爱民")
    assert all("演示" in site[key] for key in ("description", "sponsor", "organiser", "maintainer"))
    filings = ("domain", "site_id_code", "icp", "police_filing", "address", "postcode")
    contacts = ("report_phone", "report_mailbox", "party_mark_url", "error_report_url")
    assert [site[key] for key in (*filings, *contacts)] == [""] * 10


def test_navigation_names_only_pages_that_exist() -> None:
    site = json.loads((CONTENT / "site.json").read_text(encoding="utf-8"))
    pages = {"/", "/news/", "/honors/", "/partnerships/", "/partnerships/dual-list/", "/search/", "/about/"}
    pages |= {f"/news/{slug}/" for slug in COLUMNS}
    assert {item["url"] for item in site["navigation"]} <= pages
    assert len(site["friendly_links"]) >= 2
    assert all(re.match(r"https?://[\w.]+\.(gov|org)\.cn/$", link["url"]) for link in site["friendly_links"])


def test_attachments_belong_to_articles() -> None:
    rows = read_rows(CONTENT / "attachments.csv")
    assert {row["source"] for row in rows} == {"inner-mongolia-12", "rounds-overview", "wuhai-figures"}
    for row in rows:
        assert row["article_slug"] in {article.slug for article in ARTICLES}
        assert row["kind"] in {"xlsx", "docx", "pdf"} and row["file_name"].endswith("." + row["kind"])

"""The two-column picture: every line leads where its record says, no name is cut, and nothing overlaps."""

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from partnerships.models import Agreement
from partnerships.pictures import (
    HEADS,
    MOST_LINES,
    NARROW,
    NO_COUNTERPART,
    WIDE,
    Form,
    Node,
    Party,
    Tie,
    Web,
    breadth,
    draw,
    picture,
    place,
    ties_of,
    wrapped,
)
from tests.partnerships.pacts import make_counterpart, make_pact, make_partner

CITY, FIRM, SCHOOL = Party(1, "乌海市"), Party(2, "演示企业"), Party(3, "演示中学")
GROUP = Party(4, "958家企业", is_group=True, size=958)
SHIP, UNIT = Party(1, "海军演示舰"), Party(2, "驻军某部")
FORMS = pytest.mark.parametrize("form", [NARROW, WIDE], ids=lambda form: form.name)

CSS = (Path(settings.BASE_DIR) / "static/css/components/ties.css").read_text(encoding="utf-8")


def drawn(*ties: Tie, form: Form = WIDE) -> ElementTree.Element:
    return ElementTree.fromstring(draw(ties, "图", form))


def names(svg: ElementTree.Element, css: str = "ties__name") -> list[str]:
    """The names of the picture, their lines put together again."""
    texts = (
        ["".join(span.itertext()) for span in text if span.get("class") == css] for text in svg.iter("text")
    )
    return ["".join(lines) for lines in texts if lines]


def lines(svg: ElementTree.Element) -> list[tuple[str, float, float]]:
    """The look of each line and the heights at which it starts and ends."""
    told = []
    for path in svg.iter("path"):
        css, way = path.get("class", ""), path.get("d", "")
        if "ties__line" in css:
            numbers = [float(number) for number in re.findall(r"-?[0-9.]+", way)]
            told.append((css.rpartition("--")[2], numbers[1], numbers[-1]))
    return told


class TestLines:
    @FORMS
    def test_solid_for_a_signed_document_dashed_for_none(self, form: Form) -> None:
        svg = drawn(Tie(CITY, SHIP, signed=False), Tie(FIRM, SHIP, signed=True), form=form)
        assert [look for look, _, _ in lines(svg)] == ["unsigned", "signed"]
        assert re.search(r"\.ties__line--unsigned {[^}]*stroke-dasharray", CSS)
        assert "stroke-dasharray" not in re.search(r"\.ties__line--signed {[^}]*}", CSS)[0]  # type: ignore[index]

    @FORMS
    def test_a_party_stands_once_however_many_lines_it_has(self, form: Form) -> None:
        svg = drawn(
            Tie(CITY, SHIP, signed=True),
            Tie(CITY, SHIP, signed=False),
            Tie(CITY, UNIT, signed=True),
            form=form,
        )
        assert names(svg) == ["乌海市", "海军演示舰", "驻军某部"]
        assert len(lines(svg)) == 3
        assert len(set(lines(svg))) == 3  # side by side, not one over the other

    @FORMS
    def test_namesakes_with_keys_of_their_own_stay_apart(self, form: Form) -> None:
        svg = drawn(
            Tie(Party(1, "第一中学"), UNIT, signed=True),
            Tie(Party(2, "第一中学"), UNIT, signed=True),
            form=form,
        )
        assert names(svg) == ["第一中学", "第一中学", "驻军某部"]

    @FORMS
    def test_partners_without_a_counterpart_have_nothing_in_common(self, form: Form) -> None:
        svg = drawn(Tie(CITY, None, signed=False), Tie(FIRM, None, signed=True), form=form)
        assert names(svg) == ["乌海市", "演示企业", NO_COUNTERPART, NO_COUNTERPART]
        assert all(start == end for _, start, end in lines(svg))
        assert len(list(svg.iterfind("path[@class='ties__bar ties__bar--none']"))) == 2

    @FORMS
    def test_lines_of_one_bar_meet_it_apart_and_do_not_cross(self, form: Form) -> None:
        svg = drawn(*(Tie(Party(key, f"单位{key}"), SHIP, signed=True) for key in range(9)), form=form)
        told = sorted(lines(svg), key=lambda line: line[1])
        ends = [end for _, _, end in told]
        assert ends == sorted(set(ends))

    @FORMS
    def test_a_group_is_a_stack_of_bars_with_its_number(self, form: Form) -> None:
        svg = drawn(Tie(GROUP, SHIP, signed=False), Tie(FIRM, SHIP, signed=False), form=form)
        bars = {path.get("class", ""): path.get("d", "").count("M") for path in svg.iter("path")}
        assert bars["ties__bar ties__bar--group"] == 3 and bars["ties__bar ties__bar--one"] == 1
        assert names(svg, "ties__note") == ["一批单位"]

    @pytest.mark.parametrize(
        ("name", "size", "note"),
        [
            ("拥军企业（门店）", 24, "一批（24）"),
            ("24家企业", 24, "一批单位"),
            ("拥军企业", None, "一批单位"),
        ],
    )
    def test_the_number_of_a_group_is_told_where_its_name_does_not(
        self, name: str, size: int | None, note: str
    ) -> None:
        svg = drawn(Tie(Party(1, name, is_group=True, size=size), SHIP, signed=False))
        assert names(svg, "ties__note") == [note]


class TestPicture:
    def test_nothing_to_draw(self) -> None:
        assert picture([], "图") is None

    def test_the_legend_knows_what_is_drawn(self) -> None:
        one = picture([Tie(CITY, SHIP, signed=True)], "图")
        assert one and (one.has_signed, one.has_unsigned, one.has_groups) == (True, False, False)
        other = picture([Tie(GROUP, None, signed=False)], "图")
        assert other and (other.has_signed, other.has_unsigned, other.has_groups) == (False, True, True)

    @FORMS
    def test_it_is_one_image_with_a_label_and_heads(self, form: Form) -> None:
        svg = ElementTree.fromstring(draw([Tie(CITY, SHIP, signed=True)], "共建关系图", form))
        assert (svg.get("role"), svg.get("aria-label")) == ("img", "共建关系图")
        assert svg.get("class") == f"ties ties--{form.name}"
        heads = [text.text for text in svg.iter("text") if text.get("class") == "ties__head"]
        assert heads == list(HEADS)

    @FORMS
    def test_names_are_escaped_and_nothing_is_styled_inline(self, form: Form) -> None:
        bad = Party(1, "</text><script>alert(1)</script>&amp;")
        drawing = draw([Tie(bad, Party(1, '"><b>舰</b>'), signed=True)], '"><script>', form)
        assert "<script" not in drawing and "<b>" not in drawing
        assert not re.search(r"\s(style|on\w+|href|fill|font-size)=", drawing)
        svg = ElementTree.fromstring(drawing)
        assert names(svg) == [bad.name, '"><b>舰</b>']
        assert svg.get("aria-label") == '"><script>'

    def test_a_record_of_two_partners_is_two_lines(self, db: None) -> None:
        make_pact(make_partner("甲"), make_partner("乙"))
        make_pact(make_partner("丙", is_group=True, group_size=7), counterpart=None, has_document=False)
        rows = Agreement.objects.order_by("pk").prefetch_related("partners").select_related("counterpart")
        told = ties_of(rows)
        assert [(tie.partner.name, tie.partner.is_group, tie.partner.size) for tie in told] == [
            ("乙", False, None),
            ("甲", False, None),
            ("丙", True, 7),
        ]
        ship = Party(make_counterpart().pk, "海军演示舰")
        assert [(tie.counterpart, tie.signed) for tie in told] == [(ship, True), (ship, True), (None, False)]


class TestSizes:
    def test_text_is_as_large_as_the_sites_where_it_is_shown_smallest(self) -> None:
        """18 px: the narrow form fills a screen of 320 px less the gutters, the wide one a page from 48rem, nearly."""
        assert NARROW.width <= 320 - 2 * 16
        sizes = re.findall(r"\.ties__(?:text|head) {[^}]*font: (\d+)px", CSS)
        assert sizes == ["18", "18"] and "font-size" not in CSS
        assert (NARROW.letter, WIDE.letter) == (18, 18)
        assert WIDE.letter * (768 - 2 * 0.04 * 768) / WIDE.width >= 17.5

    @FORMS
    def test_columns_and_lines_have_their_own_room(self, form: Form) -> None:
        assert form.columns[0] * form.letter < form.left < form.right
        assert form.right - form.left > 2.5 * form.letter


NAMES = st.text(
    alphabet="一二三四五六七八九十（）《》“”、，。甲乙丙0123456789abcXYZ ", min_size=1, max_size=100
)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "width", "expected"),
        [
            ("乌海市", 7.5, ["乌海市"]),
            ("鄂尔多斯市崇军联盟", 7.5, ["鄂尔多斯市", "崇军联盟"]),
            ("一二三四五六七八", 7.5, ["一二三四", "五六七八"]),
            ("乌审旗天翊文化艺术培训有限公司", 7.5, ["乌审旗天翊", "文化艺术培", "训有限公司"]),
            ("拥军联盟20家成员单位", 7.5, ["拥军联盟20家", "成员单位"]),
            ("一二三四五六七，八", 7.5, ["一二三四五", "六七，八"]),
            ("一二三四五六（七八）", 7, ["一二三四五", "六（七八）"]),
            ("abcdefghijklmnopqrst", 6, ["abcdef", "ghijkl", "mnopqrst"]),
        ],
    )
    def test_long_names_stand_in_lines_of_about_one_length(
        self, name: str, width: float, expected: list[str]
    ) -> None:
        assert wrapped(name, width) == expected

    @given(NAMES, st.sampled_from([6, 7.5, 11, 17]))
    def test_no_character_is_lost_and_no_line_too_long(self, name: str, width: float) -> None:
        told = wrapped(name, width)
        assert "".join(told).replace(" ", "") == name.replace(" ", "")
        assert all(breadth(line) <= width for line in told)

    @given(
        st.text(alphabet="一二三四五六七八九十", min_size=1, max_size=100), st.sampled_from([6, 7.5, 11, 17])
    )
    @example("一" * 43, 6)
    @example("一" * 31, 6)
    def test_chinese_lines_are_as_few_as_can_be_and_even(self, name: str, width: float) -> None:
        told = wrapped(name, width)
        fewest = -(-len(name) // int(width))
        assert len(told) == fewest
        assert len(told[-1]) > 1 or len(told) == 1 or len(name) <= fewest * 2


PARTIES = st.integers(0, 11).map(
    lambda key: Party(key, "某某" * (key + 1) if key < 9 else f"{key}家企业", is_group=key > 8, size=key)
)
TIES = st.lists(
    st.builds(
        Tie,
        PARTIES,
        st.none() | st.integers(0, 6).map(lambda key: Party(key, "部" * (key + 1))),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


class TestPlaces:
    @given(TIES, st.sampled_from([NARROW, WIDE]))
    def test_no_party_covers_another_and_every_line_ends_at_its_bars(
        self, ties: list[Tie], form: Form
    ) -> None:
        web = Web.of(ties, form)
        bottom = place(web, form, 60)
        for column in (web.left, web.right):
            nodes = sorted(column.values(), key=lambda node: node.top)
            assert nodes[0].top >= 60
            assert all(above.top + above.height(form) < below.top for above, below in pairwise(nodes))
            assert nodes[-1].top + nodes[-1].height(form) <= bottom + 0.01
            for node in nodes:
                for tie in node.ties:
                    assert abs(node.port(tie, form) - node.middle(form)) <= node.bar(form) / 2
        assert sorted(tie for node in web.left.values() for tie in node.ties) == list(range(len(ties)))
        assert sorted(tie for node in web.right.values() for tie in node.ties) == list(range(len(ties)))

    @given(TIES)
    def test_every_record_is_drawn_and_stays_inside(self, ties: list[Tie]) -> None:
        for form in (NARROW, WIDE):
            svg = drawn(*ties, form=form)
            assert len(lines(svg)) == len(ties)
            _, _, width, height = map(int, svg.get("viewBox", "").split())
            assert width == form.width
            for span in svg.iter("tspan"):
                at, size = float(span.get("x", "")), breadth(span.text or "") * form.letter
                assert 0 < float(span.get("y", "")) < height
                # Left names end at their place, right ones begin there.
                assert at - size >= -1 if at < form.left else at + size <= form.width + 1

    def test_what_hangs_together_stands_together_in_the_order_of_the_records(self) -> None:
        ties = [
            Tie(CITY, SHIP, signed=True),
            Tie(FIRM, UNIT, signed=True),
            Tie(SCHOOL, SHIP, signed=True),
        ]
        web = Web.of(ties, WIDE)
        place(web, WIDE, 0)
        told = sorted(web.left.values(), key=lambda node: node.top)
        assert [party_of(node) for node in told] == [CITY, SCHOOL, FIRM]
        ship = web.right[SHIP.key]
        assert ship.middle(WIDE) == (told[0].middle(WIDE) + told[1].middle(WIDE)) / 2


def party_of(node: Node) -> Party | None:
    return node.party


def test_only_so_many_lines_are_drawn_and_the_rest_is_told() -> None:
    ties = [Tie(Party(number, f"单位{number}"), None, signed=False) for number in range(MOST_LINES + 3)]
    whole, cut = picture(ties[:MOST_LINES], "图"), picture(ties, "图")
    assert whole is not None and cut is not None
    assert (whole.left_out, cut.left_out, cut.drawn) == (0, 3, MOST_LINES)
    assert cut.wide.count("ties__line--unsigned") == MOST_LINES
    assert f"图，只画前 {MOST_LINES} 条线" in cut.narrow and "只画" not in whole.narrow

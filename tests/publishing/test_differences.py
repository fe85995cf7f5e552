"""What differs between two texts, as an editor reads it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.models import Article
from publishing.differences import Line, body_lines, compare, field_difference

BODY = Article._meta.get_field("body")


def marked(lines: list[Line]) -> list[str]:
    return ["".join(f"[{piece.text}]" if piece.changed else piece.text for piece in line) for line in lines]


def test_a_changed_character_is_marked_in_its_paragraph() -> None:
    old, new = compare(["第一段。", "共八次命名。"], ["第一段。", "共九次命名。"])
    assert marked(old) == ["第一段。", "共[八]次命名。"]
    assert marked(new) == ["第一段。", "共[九]次命名。"]


def test_a_number_is_one_word() -> None:
    old, new = compare(["全国334个"], ["全国335个"])
    assert (marked(old), marked(new)) == (["全国[334]个"], ["全国[335]个"])


def test_added_and_removed_paragraphs_stand_on_their_side_only() -> None:
    old, new = compare(["一", "二"], ["一", "新的一段", "二"])
    assert (marked(old), marked(new)) == (["一", "二"], ["一", "[新的一段]", "二"])
    assert compare([], ["新"])[0] == []


def test_two_unlike_passages_are_marked_whole() -> None:
    old, new = compare(["甲乙丙丁戊己庚辛"], ["完全不同的另一段话"])
    assert (marked(old), marked(new)) == (["[甲乙丙丁戊己庚辛]"], ["[完全不同的另一段话]"])


def test_long_unchanged_passages_are_counted() -> None:
    same = [f"第{number}段" for number in range(20)]
    old, _ = compare([*same, "尾八"], [*same, "尾九"])
    assert marked(old) == ["（19 段相同，未列出）", "第19段", "尾[八]"]


TEXTS = st.lists(st.text("双拥城 市1a", min_size=1, max_size=12), max_size=8)


@given(TEXTS, TEXTS)
def test_both_sides_keep_their_text_and_agree_where_nothing_is_marked(old: list[str], new: list[str]) -> None:
    left, right = compare(old, new)

    def text(lines: list[Line], *, changed: bool) -> str:
        return "".join(piece.text for line in lines for piece in line if piece.changed or not changed)

    def same(lines: list[Line]) -> str:
        return "".join(piece.text for line in lines for piece in line if not piece.changed)

    assert same(left) == same(right)
    if "未列出" not in same(left):
        assert text(left, changed=False) == "".join(old)
        assert text(right, changed=False) == "".join(new)


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("", []),
        ("<p>一</p><p>二<br>三</p>", ["一", "二", "三"]),
        ("<ul><li><p>甲</p></li><li>乙</li></ul>", ["甲", "乙"]),
        ("<table><tbody><tr><td>年</td><td>次</td></tr></tbody></table>", ["年 │ 次"]),
        ('<p>见<a href="https://www.gov.cn/">通知</a>。</p>', ["见通知〔https://www.gov.cn/〕。"]),
        (
            '<figure><img src="/files/p1/800.jpg" alt="山"><figcaption>图一</figcaption></figure>',
            ["［图片：山］", "图一"],
        ),
        ("<p>&lt;script&gt; &amp; 空  格</p>", ["<script> & 空 格"]),
    ],
)
def test_a_body_is_read_as_lines(body: str, lines: list[str]) -> None:
    assert body_lines(body) == lines


def test_a_change_of_format_alone_is_said_in_words_and_of_size_alone_not_at_all() -> None:
    bold = field_difference(BODY, "<p>一</p>", "<p><strong>一</strong></p>")
    assert bold is not None and "只改了格式" in bold.note
    picture = '<p>一</p><img src="/files/p1/800.jpg" alt="山"'
    assert field_difference(BODY, f"{picture}>", f'{picture} width="3" height="2">') is None


def test_two_very_long_bodies_are_compared_in_time() -> None:
    old = ["".join(chr(0x4E00 + (i * j) % 997) for i in range(1400)) for j in range(1, 81)]
    new = ["".join(chr(0x4E00 + (i * j + 1) % 991) for i in range(1400)) for j in range(1, 81)]
    begun = time.monotonic()
    left, right = compare(old, new)
    assert time.monotonic() - begun < 10
    assert len(left) == len(right) == 80

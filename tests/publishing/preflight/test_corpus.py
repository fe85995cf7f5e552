"""The labelled corpus, measured: `pytest -s tests/publishing/preflight/test_corpus.py` prints precision and recall."""

from collections import Counter

import pytest

from portal.demonstration import content as demonstration
from publishing.designations import with_short_names
from publishing.preflight.catalogue import KINDS, Level
from publishing.preflight.content import Text, plain_text
from publishing.preflight.secrets import Reading
from tests.publishing.preflight import corpus

NAMES = frozenset(with_short_names({"二连浩特市", "石河子市", "乌海市", "五家渠市", "三河市"}))


def stopping(text: str) -> list[tuple[str, int, int]]:
    hits = Reading(Text("body", "正文", text), NAMES).hits
    return [(hit.id, hit.start, hit.end) for hit in hits if KINDS[hit.id].level != Level.WARN]


@pytest.mark.parametrize("kind", corpus.SPELLINGS)
def test_recall_and_precision(kind: str) -> None:
    found, missed, false = 0, Counter[str](), []
    for one in corpus.secrets(kind):
        hits = stopping(one.text)
        right = [
            hit for hit in hits if hit[0] in corpus.IDS[kind] and hit[1] < one.end and hit[2] > one.start
        ]
        found += bool(right)
        missed[one.how] += not right
        false += [(hit, one.text) for hit in hits if hit not in right]
    total = found + sum(missed.values())
    recall, precision = found / total, found / (found + len(false))
    print(f"\n{kind}: {total} secrets, recall {recall:.4f}, precision {precision:.4f}")  # noqa: T201
    assert total > 500
    assert recall >= 0.99, (+missed, [one.text for one in corpus.secrets(kind) if not stopping(one.text)][:5])
    assert precision >= 0.99, false[:5]


def test_the_whole_secret_is_covered_whichever_way_it_is_spelt() -> None:
    """What an excerpt leaves to be read is the beginning only."""
    for kind in corpus.SPELLINGS:
        for one in corpus.secrets(kind):
            reading = Reading(Text("body", "正文", one.text), NAMES)
            shown = reading.covered[one.start : one.end]
            left = sum(character.isalnum() for character in shown)
            if reading.hits:
                assert left <= 5, (one.text, shown)


def test_no_alarm_on_harmless_texts() -> None:
    alarms = [(text, hit) for text in corpus.harmless() if (hit := stopping(text))]
    print(f"\nharmless: {len(corpus.harmless())} texts, {len(alarms)} alarms")  # noqa: T201
    assert alarms == []


@pytest.mark.parametrize(
    "text", ["有害信息举报电话：0473-0000000", "12306块", "42.79万元", "七连冠", "某边防连队"]
)
def test_no_alarm_on_what_the_standard_names(text: str) -> None:
    assert Reading(Text("body", "正文", text), frozenset()).hits == []


def test_no_alarm_on_the_demonstration() -> None:
    articles = demonstration.read_articles(demonstration.FOLDER / "articles")
    assert len(articles) > 50
    assert [(one.slug, hits) for one in articles if (hits := stopping(plain_text(one.body)))] == []


@pytest.mark.parametrize(
    "text", ["12345部队", "驻地１２３４５部队", "一二三四五部队", "12345 部队", "12345部隊", "12345（部队）"]
)
def test_cover_numbers_are_found(text: str) -> None:
    assert [name for name, *_ in stopping(f"慰问{text}官兵")] == ["military.cover-number"]


@pytest.mark.parametrize(
    "text",
    [
        "第九十九集团军",
        "某旅三营",
        "第12师",
        "九十九团",
        "第 3 连",
        "二连",
        "某舰支队五大队",
        "三团结对共建",
        "第5師",
    ],
)
def test_true_designations_are_found(text: str) -> None:
    assert {name for name, *_ in stopping(f"走访{text}，座谈交流")} == {"military.designation"}


@pytest.mark.parametrize(
    "text",
    [
        "军官证：军字第1234567号",
        "士兵证号 士字第12345678号",
        "军官证号1234567",
        "南字第1234567号",
        "武字第 12345678 号",
        "军人证件号：12345678",
        "士官证（1234567）",
        "军官证号码：政字第１２３４５６７号",
    ],
)
def test_cards_of_soldiers_are_found(text: str) -> None:
    assert [name for name, *_ in stopping(f"登记{text}，已核")] == ["pii.soldier-card"]


@pytest.mark.parametrize(
    "text", ["某某路12号3单元501室", "幸福小区3号楼2单元501", "某某街45号", "红旗村12号", "某某巷7-1号"]
)
def test_addresses_down_to_the_house_remind(text: str) -> None:
    hits = Reading(Text("body", "正文", f"住址：测试市{text}"), NAMES).hits
    assert "pii.address" in {hit.id for hit in hits}

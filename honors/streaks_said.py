"""What a text says of streaks and totals of places, judged by the record: 六连冠, 连续六次, 第八次被命名.

For editors only, and on the safe side: a statement is told only where the record contradicts it in every reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from honors import standings
from honors.lines import Line
from honors.models import Place, TitleLevel
from honors.phrases import numeral
from honors.standings import Series
from honors.verdicts import ClaimFacts, ClaimKind, VerdictKind, verdict

NUMBERS = {numeral(number): number for number in range(1, 100)}
_NUMBER = r"(\d{1,2}|[一二三四五六七八九十]{1,3})"
_SAID = [
    (ClaimKind.STREAK, re.compile(rf"{_NUMBER}连冠")),
    (ClaimKind.STREAK, re.compile(rf"(?:连续|蝉联){_NUMBER}(?:次|届|轮)")),
    (
        ClaimKind.TOTAL,
        re.compile(rf"第{_NUMBER}次(?:荣获|获得|获评|获|荣膺|被命名|被评|被授予|被表彰|蝉联|捧|夺|摘|当选)"),
    ),
]
_SENTENCE = re.compile(r"[^。！？；\n]+")
_ORDINAL = re.compile(rf"第{_NUMBER}届")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_OWN = ("我市", "我县", "我区", "我旗", "全市")
_REGIONAL = re.compile(r"自治区|全区|全省|省级|省双拥|[省市]命名|市级")


def remarks_on(text: str, places: Sequence[Place]) -> list[str]:
    """Statements on one of the places that the record contradicts, each with the reason. Seven queries a place."""
    if "双拥模范" not in text:
        return []
    told = []
    for place in places:
        said = [(sentence, one) for sentence in _SENTENCE.findall(text) for one in _statements(sentence)]
        said = [each for each in said if _speaks_of(each[0], place, places)]
        known = _known(place) if said else []
        told += [
            f"“{words}”：{reason}"
            for s, (kind, value, words) in said
            for reason in _against(s, kind, value, known)
        ]
    return told


def _statements(sentence: str) -> Iterator[tuple[ClaimKind, int, str]]:
    for kind, pattern in _SAID:
        for found in pattern.finditer(sentence):
            value = int(found[1]) if found[1].isdigit() else NUMBERS.get(found[1], 0)
            is_streak_word = found[0].endswith("连冠")
            if value and (is_streak_word or "模范" in sentence):
                yield kind, value, found[0]


def _speaks_of(sentence: str, place: Place, places: Sequence[Place]) -> bool:
    """Whether a sentence is about the place and about no other of the article's."""
    named = {one.pk for one in places if _short(one) in sentence}
    return named == {place.pk} or (not named and len(places) == 1 and any(own in sentence for own in _OWN))


def _short(place: Place) -> str:
    return place.name[:-1] if len(place.name) > 2 else place.name


def _known(place: Place) -> list[tuple[Series, Line]]:
    """The titles that a place can hold and whose rounds are all known."""
    own = {None, place.pk, place.province_id, place.prefecture_id}
    return [
        (series, line)
        for series, line, _ in standings.of_place(place)
        if line is not None and series.title.region_id in own
    ]


def _against(sentence: str, kind: ClaimKind, value: int, known: Iterable[tuple[Series, Line]]) -> list[str]:
    """The reason why a statement is wrong under every title and round that it can mean; nothing where one fits."""
    reasons = []
    for series, line in known:
        if not _can_mean(sentence, series):
            continue
        cycles = _cycles(sentence, series, line)
        judged = [verdict(ClaimFacts(kind, value, cycle), line, series.names) for cycle in cycles]
        if not judged or any(one.kind != VerdictKind.CONTRADICTED for one in judged):
            return []
        reasons.append(f"{series.title}：{judged[-1].reason}")
    return ["；".join(reasons)] if reasons else []


def _can_mean(sentence: str, series: Series) -> bool:
    is_national = series.title.level == TitleLevel.NATIONAL
    says_national, says_regional = "全国" in sentence, bool(_REGIONAL.search(sentence))
    if says_national == says_regional:
        return True
    return is_national == says_national


def _cycles(sentence: str, series: Series, line: Line) -> list[int]:
    """The cycles that a sentence can mean: those of its rounds or years, else every one."""
    ordinals = {NUMBERS.get(word, int(word) if word.isdigit() else 0) for word in _ORDINAL.findall(sentence)}
    years = {int(year) for year in _YEAR.findall(sentence)}
    rounds = [one for one in series.rounds if one.cycle]
    meant = [one for one in rounds if one.ordinal in ordinals] or [one for one in rounds if one.year in years]
    if ordinals and not meant:
        return []
    cycles = (
        sorted({one.cycle for one in meant if one.cycle}) if meant else list(range(1, len(line.cells) + 1))
    )
    return [cycle for cycle in cycles if cycle <= len(line.cells)]

"""The rows of the roll to take away: what each says, and how its columns are told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import QuerySet

from honors import partial_dates
from honors.lines import Mark
from honors.models import AwardState, Basis, Source, TitleLevel
from publishing.exports import AT_ONCE, Layout


class Record(NamedTuple):
    """A row of every export: codes in English, numbers as integers, dates cut to what is known."""

    place: str
    code: str
    province: str
    title: str
    level: str
    round: int | None
    cycle: int | None
    date: str
    basis: str
    status: str
    source_name: str
    source_url: str


LAYOUT = Layout(
    headings={
        "place": "地方",
        "code": "区划代码",
        "province": "省份",
        "title": "称号",
        "level": "级别",
        "round": "届次",
        "cycle": "命名周期",
        "date": "命名日期",
        "basis": "依据",
        "status": "状态",
        "source_name": "来源",
        "source_url": "来源网址",
    },
    labels={
        "level": {code: str(label) for code, label in TitleLevel.choices},
        "basis": {code: str(label) for code, label in Basis.choices},
        "status": {
            AwardState.NAMED: str(Mark.NAMED.label),
            AwardState.PROPOSED: str(Mark.PROPOSED.label),
            AwardState.REVOKED: str(Mark.REVOKED.label),
        },
    },
    widths=(16, 10, 18, 26, 8, 8, 10, 12, 8, 16, 32, 48),
    sheet="荣誉榜",
    file_name="双拥荣誉榜",
)

COLUMNS = (
    "place__name",
    "place__code",
    "place__province__name",
    "round__title__name",
    "round__title__level",
    "round__ordinal",
    "round__cycle",
    "round__date",
    "round__date_precision",
    "basis",
    "state",
    "shown__sheet__source__name",
    "shown__sheet__source__identified",
    "shown__sheet__source__url",
)


def records(awards: QuerySet[Any]) -> Iterator[Record]:
    """The rows of a query, read in portions."""
    for row in awards.values_list(*COLUMNS).iterator(chunk_size=AT_ONCE):
        name, code, province, title, level, ordinal, cycle, date, precision, basis, state, *source, url = row
        yield Record(
            place=name,
            code=code,
            province=province or name,  # a province lies in itself
            title=title,
            level=level,
            round=ordinal,
            cycle=cycle,
            date=partial_dates.iso(date, precision),
            basis=basis,
            status=state,
            source_name=public_name(*source),
            source_url=url,
        )


@lru_cache(maxsize=256)
def public_name(name: str, identified: bool) -> str:
    """The model's own rule; rows come by the thousand from a few sources."""
    return Source(name=name, identified=identified).public_name

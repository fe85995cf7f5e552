"""Files of agreements for tests, and whoever brings them in."""

from typing import Any

from django.contrib.auth.models import Permission, User

from honors.models import Source
from partnerships.importers import import_agreements
from partnerships.models import Agreement, Counterpart, Partner, Verification
from publishing.imports import Report
from tests.honors.rolls import make_place
from tests.tables import csv_text, workbook

SHIP: dict[str, Any] = {
    "共建单位": "君正集团",
    "单位类别": "企业",
    "军方对象": "海军乌海舰",
    "军方对象类别": "舰艇",
    "类别": "舰企共建",
    "协议": "签有协议",
    "签订日期": "2025-07-25",
    "到期日期": "",
    "金额": "",
    "金额（元）": "",
    "地方": "乌海市",
    "内容": "签订《舰企共建协议书》",
    "来源": "某报",
    "来源网址": "https://paper.example/1",
}

# What somebody needs who brings in a file with new parties and sources.
RIGHTS = ("add_agreement", "change_agreement", "add_partner", "add_counterpart", "add_source")


def importer(name: str = "录入员", *rights: str) -> User:
    """Somebody with these rights, by default all that a file may need."""
    user = User.objects.get_or_create(username=name, defaults={"is_staff": True})[0]
    user.user_permissions.set(Permission.objects.filter(codename__in=rights or RIGHTS))
    return User.objects.get(pk=user.pk)


def make_places() -> None:
    make_place()
    make_place("150200", "包头市")


def given(**changed: Any) -> dict[str, Any]:
    return {**SHIP, **changed}


def book(*rows: dict[str, Any]) -> bytes:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    return workbook(heads, *[[row.get(head) for head in heads] for row in rows])


def text(*rows: dict[str, Any]) -> str:
    return csv_text(list(rows[0]), *[list(row.values()) for row in rows])


def imported(data: bytes, **options: Any) -> Report:
    return import_agreements(data, by=options.pop("by", None) or importer(), **options)


def counts() -> list[int]:
    return [model.objects.count() for model in (Agreement, Partner, Counterpart, Source, Verification)]


def wrong(*rows: dict[str, Any]) -> list[tuple[int, str]]:
    """The row errors of a file, which must leave nothing behind."""
    before = counts()
    report = imported(book(*rows))
    assert report.wrong and counts() == before
    return [(line.number, line.words) for line in report.wrong]


def new_words(*rows: dict[str, Any]) -> str:
    """What the preview says of new rows."""
    report = imported(book(*rows), dry_run=True)
    assert [line.words for line in report.wrong] == [] and len(report.new) == len(rows)
    return " ".join(line.words for line in report.new)

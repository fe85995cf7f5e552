"""Sources as the rows of ``data/`` print them."""

import re
from datetime import date

from honors import partial_dates
from honors.models import Source
from news.importers import save_changed
from portal.demonstration.report import Report

UNIDENTIFIED = "当地报道"
OFFICIAL = {
    "中国双拥网",
    "全国双拥模范城公示",
    "退役军人事务部网站",
    "厦门市退役军人事务局",
    "重庆市人民政府网",
    "郑州市政府网",
    "墨脱县政府网",
    "安顺市西秀区政府网",
    "乌审旗政府网",
    "洛阳市偃师区政府网",
    "衡阳市政府网",
}
NEITHER = {"苏州地方文献库", "青岛农业大学新闻网"}
# 乌海日报(2024-08-01), 云南网(2025年4月), 川南在线(2025-03公示): the outlet, and the day or month of its report.
DATED_NAME = re.compile(r"(.+)\((\d{4})(?:年(\d{1,2})月|-(\d{2})(-\d{2})?(?:公示)?)\)")


class Sources:
    """The sources of one run, each found or made once."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.found: dict[tuple[str, str], Source] = {}

    def of(self, row: dict[str, str]) -> Source:
        """The source that a row names by ``source_name`` and, where there is one, ``source_url``."""
        key = (row["source_name"], row.get("source_url", ""))
        if key not in self.found:
            self.found[key] = self._bring_in(*key)
        return self.found[key]

    def _bring_in(self, printed: str, url: str) -> Source:
        name, day, precision = name_and_date(printed)
        key = {"name": name, "date": day, "date_precision": precision, "url": url}
        source = Source.objects.filter(**key).first() or Source(**key)
        kind = Source.Kind.OFFICIAL if name in OFFICIAL else Source.Kind.MEDIA
        kind = Source.Kind.OTHER if name in NEITHER else kind
        self.report.counts[save_changed(source, {"kind": kind, "identified": name != UNIDENTIFIED})] += 1
        return source


def name_and_date(printed: str) -> tuple[str, date | None, str]:
    """The outlet, and when it reported: 乌海日报(2024-08-01) → 乌海日报, 2024-08-01, day."""
    if (match := DATED_NAME.fullmatch(printed)) is None:
        return printed, None, ""
    name, year, month, dashed, day = match.groups()
    return name, *partial_dates.parse(f"{year}-{dashed or month.zfill(2)}{day or ''}")

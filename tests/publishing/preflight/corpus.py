"""The labelled corpus: texts with secrets whose places are known, and texts without any.

Nobody's numbers: identity cards of areas that do not exist, and telephones and cards made anew by code in every run,
so that none of them stands in a file.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from publishing.preflight.numbers import id_check_character, luhn

HERE = Path(__file__).parent
EACH = 40
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")


@dataclass(frozen=True)
class Labelled:
    """A text with one secret from `start` to `end`; `how` is the way it is spelt."""

    kind: str
    how: str
    text: str
    start: int
    end: int


def id18(dice: random.Random) -> str:
    area = dice.choice(["000000", "999999"])
    birthday = f"{dice.randint(1930, 2020)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    first = f"{area}{birthday}{dice.randint(0, 999):03}"
    return first + id_check_character(first)


def id15(dice: random.Random) -> str:
    birthday = f"{dice.randint(30, 99)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    return f"{dice.choice(['000000', '999999'])}{birthday}{dice.randint(0, 999):03}"


def mobile(dice: random.Random) -> str:
    return f"1{dice.randint(3, 9)}{dice.randint(0, 10**9 - 1):09}"


def card(dice: random.Random) -> str:
    length = dice.choice([16, 17, 18, 19])
    first = dice.choice(["620000", "400000", "550000"]) + "".join(
        str(dice.randint(0, 9)) for _ in range(length - 7)
    )
    return next(f"{first}{last}" for last in range(10) if luhn(f"{first}{last}"))


def grouped(number: str, *lengths: int, sign: str = " ") -> str:
    parts, place = [], 0
    for length in lengths:
        parts.append(number[place : place + length])
        place += length
    return sign.join(part for part in [*parts, number[place:]] if part)


Spelling = Callable[[str], str]
ALL: dict[str, Spelling] = {
    "as it is": lambda number: number,
    "full width": lambda number: number.translate(FULL_WIDTH),
    "invisible characters inside": lambda number: "\u200b".join(number),
    "half in full width": lambda number: number[:5].translate(FULL_WIDTH) + number[5:],
}
SPELLINGS: dict[str, tuple[Callable[[random.Random], str], dict[str, Spelling]]] = {
    "id18": (
        id18,
        {
            **ALL,
            "lower x": str.lower,
            "6-8-4": lambda number: grouped(number, 6, 8),
            "6-8-4 with hyphens": lambda number: grouped(number, 6, 8, sign="-"),
            "spaces throughout": " ".join,
            "signs throughout": "·".join,
            "in Chinese": lambda number: number.translate(CHINESE),
        },
    ),
    "id15": (id15, {**ALL, "6-6-3": lambda number: grouped(number, 6, 6)}),
    "mobile": (
        mobile,
        {
            **ALL,
            "3-4-4": lambda number: grouped(number, 3, 4),
            "3-4-4 with hyphens": lambda number: grouped(number, 3, 4, sign="-"),
            "3-4-4 with dots": lambda number: grouped(number, 3, 4, sign="."),
            "3-4-4 with full-width hyphens": lambda number: grouped(number, 3, 4, sign="－"),
            "spaces throughout": " ".join,
            "in Chinese": lambda number: number.translate(CHINESE),
            "with the country": lambda number: f"+86{number}",
            "with the country and a space": lambda number: f"+86 {number}",
            "with the country and a hyphen": lambda number: f"86-{number}",
        },
    ),
    "card": (
        card,
        {
            **ALL,
            "fours": lambda number: grouped(number, 4, 4, 4, 4),
            "fours with hyphens": lambda number: grouped(number, 4, 4, 4, 4, sign="-"),
            "6 and the rest": lambda number: grouped(number, 6) if len(number) in {16, 18, 19} else number,
        },
    ),
}
# The ids that a finding of the kind may have.
IDS = {
    "id18": {"pii.id18"},
    "id15": {"pii.id15"},
    "mobile": {"pii.mobile"},
    "card": {"pii.bank-card"},
}


def secrets(kind: str, seed: int = 5) -> Iterator[Labelled]:
    """Every spelling in every sentence, with numbers of their own."""
    dice = random.Random(f"{kind}{seed}")
    make, spellings = SPELLINGS[kind]
    for how, spell in spellings.items():
        for carrier in lines("carriers.txt"):
            for _ in range(max(1, EACH // len(spellings))):
                written = spell(make(dice))
                start = carrier.index("{}")
                yield Labelled(kind, how, carrier.replace("{}", written), start, start + len(written))


def lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line.replace("\\n", "\n") for line in text.splitlines() if line and not line.startswith("#")]


def harmless() -> list[str]:
    return lines("harmless.txt")

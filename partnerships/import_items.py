"""What the rows of a file say of items of the dual list. An item is known by its year, side and number.

Columns that follow from others (overdue, on_time) are not read, and notes of progress are entered in the admin. The
internal text may stand in a file that comes in, and is quoted in no preview.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from partnerships.exports import DUAL_LIST
from partnerships.import_changes import Differences
from partnerships.import_words import Guard, field, same_text, whole_day
from partnerships.models import DualListItem, Stage
from partnerships.models.dual_list import FIRST_YEAR, LAST_NUMBER, LAST_YEAR
from publishing.imports import Problems
from publishing.tables import Codes

HEADS = DUAL_LIST.headings | {"content": "内部内容"}
CODES = Codes(DUAL_LIST)
TEXTS = ("public_content", "office", "standard")


@dataclass(frozen=True)
class Fact:
    """What a row says of an item; the item is not stored yet."""

    item: DualListItem
    row: dict[str, str]

    @property
    def key(self) -> tuple[int, str, int]:
        return self.item.year, self.item.side, self.item.number

    def as_new(self) -> list[str]:
        """What the editor should know of the row as a new draft. Raises ``ValidationError`` where it cannot be one."""
        if not self.item.public_content and not self.item.content:
            raise ValidationError("没有填写公开内容，也没有填写内部内容，看不出要办什么事。")
        return ["进展不由表格带入，录入后请在后台逐条填写。"] if self.row.get("notes") else []

    def differences(self, held: DualListItem) -> Differences:
        """What the row says else than an item of the record. Only columns that the file has are compared."""
        found, said = Differences(), self.item
        for name in TEXTS:
            if name in self.row:
                value = getattr(said, name)
                found.compare(HEADS[name], value, getattr(held, name), **{name: value})
        if "due_on" in self.row:
            found.compare(HEADS["due_on"], _day(said.due_on), _day(held.due_on), due_on=said.due_on)
        if self.row.get("stage"):  # an empty cell says nothing, and the day belongs to the stage
            words, both = DUAL_LIST.labels["stage"], {"stage": said.stage, "done_on": said.done_on}
            found.compare(HEADS["stage"], words[said.stage], words[held.stage], **both)
            found.compare(HEADS["done_on"], _day(said.done_on), _day(held.done_on), **both)
        if said.content and same_text(said.content) != same_text(held.content):
            found.told.append("内部内容：与记录里的不同。")
            found.values["content"] = said.content
        return found


class Reader:
    """Reads rows; the names of places are asked for once for a whole file."""

    def __init__(self) -> None:
        self.guard = Guard()
        self.today = timezone.localdate()

    def fact(self, row: dict[str, str]) -> Fact:
        """Read a row. Raises ``ValidationError`` with everything that is wrong with it."""
        problems = Problems()
        get = row.get
        year = problems.read(_number, "year", row["year"], FIRST_YEAR, LAST_YEAR)
        side = problems.read(CODES.code, "side", row["side"])
        number = problems.read(_number, "number", row["number"], 1, LAST_NUMBER)
        texts = {
            name: problems.read(
                self.guard.check, HEADS[name], same_text(get(name, "")), field(DualListItem, name)
            )
            for name in TEXTS
        }
        due_on = problems.read(whole_day, HEADS["due_on"], get("due_on", ""))
        done_on = problems.read(whole_day, HEADS["done_on"], get("done_on", ""))
        stage = problems.read(_stage, get("stage", ""))
        if stage is not None:
            problems.read(self._check_done, stage, get("done_on", ""), done_on)
        problems.refuse()
        item = DualListItem(
            year=year,
            side=side,
            number=number,
            content=same_text(get("content", "")),
            due_on=due_on,
            stage=stage,
            done_on=done_on,
            **texts,
        )
        return Fact(item, row)

    def _check_done(self, stage: str, text: str, done_on: date | None) -> None:
        label = Stage(stage).label
        if stage == Stage.DONE and not text:
            raise ValidationError(f"进度是“{label}”，请填写办结日期。")
        if stage != Stage.DONE and text:
            raise ValidationError(
                f"进度是“{label}”，不能有办结日期；办结了的，进度请写“{Stage.DONE.label}”。"
            )
        if done_on is not None and done_on > self.today:
            raise ValidationError(f"办结日期“{done_on}”在将来，请改正。")


def _day(day: date | None) -> str:
    return str(day or "")


def _number(name: str, text: str, least: int, most: int) -> int:
    heading = HEADS[name]
    if not text and name == "number":
        raise ValidationError("没有填写编号。编号没有印出的公开导出不能导回，请在后台看这一项的编号。")
    if not text:
        raise ValidationError(f"没有填写{heading}。")
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ValidationError(f"{heading}“{text}”不对，请写 {least} 到 {most} 之间的数字。")
    return int(text)


def _stage(word: str) -> str:
    return CODES.code("stage", word) if word else Stage.PLANNED

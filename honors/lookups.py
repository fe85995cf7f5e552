"""Places and sources as the rows of a file name them, looked up at a fixed number of queries for a whole file.

A place that several bear the name of, or that is written in another way than the record has it, costs queries of
its own, once for each name.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from honors.models import Place, PlaceName, Source
from honors.places import resolve
from honors.spelling import plain
from publishing.workflow import Refused

UNIDENTIFIED = Source(identified=False).public_name


# --- Places ------------------------------------------------------------------------------------------------


class PlaceBook:
    """All places by their codes and by every name that they bear or bore, with and without their province."""

    def __init__(self) -> None:
        self.by_code, self.bearers, self.names = _places()
        self.found: dict[tuple[str, str], Place | str] = {}

    def place(self, name: str, *, province: str = "", code: str = "") -> Place:
        """The place that a row means; its code, where given, decides. Raises ``ValidationError`` with the reason."""
        name, province = plain(name), plain(province)
        if not name:
            raise ValidationError("没有填写地方。")
        if code:
            return self._coded(code, name, province)
        found = self.found.get((province, name)) or self._resolved(province, name)
        self.found[province, name] = found
        if isinstance(found, str):
            raise ValidationError(found)
        return found

    def _coded(self, code: str, name: str, province: str) -> Place:
        place = self.by_code.get(code)
        if place is None:
            raise ValidationError(f"没有区划代码为“{code}”的地方。")
        if name not in self.names[place.pk]:
            raise ValidationError(f"区划代码 {code} 是{place.full_name}，不是“{name}”。")
        if province and province != (place.province or place).name:
            raise ValidationError(f"{place.full_name}不在{province}。")
        return place

    def _resolved(self, province: str, name: str) -> Place | str:
        """The place, or why there is none: at once where one place alone bears the name."""
        bearers = self.bearers.get((province, name), [])
        if len(bearers) == 1:
            return bearers[0]
        try:
            return resolve(province, name)
        except LookupError as error:
            return str(error)


def _places() -> tuple[dict[str, Place], dict[tuple[str, str], list[Place]], dict[int, set[str]]]:
    """Places by code, by (province, name) and (anywhere, name), and every name that each bears or bore."""
    by_code: dict[str, Place] = {}
    names: dict[int, set[str]] = {}
    every = {place.pk: place for place in Place.objects.select_related("province", "prefecture")}
    for place in every.values():
        by_code[place.code] = place
        names[place.pk] = {place.name, place.full_name}
    for pk, name, code in PlaceName.objects.values_list("place", "name", "code"):
        names[pk].add(name)
        if code:
            by_code.setdefault(code, every[pk])
    bearers: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for pk, borne in names.items():
        for name in borne:
            bearers["", name].append(every[pk])
            bearers[(every[pk].province or every[pk]).name, name].append(every[pk])
    return by_code, bearers, names


# --- Sources -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SourceSaid:
    """What a row says of its source.

    ``source`` is the one to enter under, perhaps not stored yet, and None where there is not one alone;
    ``candidates`` are the keys of stored sources that may be meant.
    """

    source: Source | None
    candidates: frozenset[int] = frozenset()

    @property
    def key(self) -> tuple[str, str] | None:
        """Its part of a natural key: name and address; None where there is not one source alone."""
        return (self.source.name, self.source.url) if self.source else None

    @property
    def remark(self) -> str:
        return "新来源，将一并建立" if self.source is not None and self.source.pk is None else ""

    def means(self, pk: int, *, identified: bool) -> bool:
        """Whether a stored source may be the one that the row means."""
        if self.source is None and not self.candidates:
            return not identified  # 来源待补 may be any that nobody identified
        return pk in self.candidates

    def refuse_as_new(self) -> None:
        """Raises ``ValidationError`` where only a row that is in the record already may name its source so."""
        if self.source is None and len(self.candidates) > 1:
            raise ValidationError("有几个同名同网址的来源，分不清是哪一个。请在后台手工录入这一行。")
        if self.source is None:
            raise ValidationError(f"“{UNIDENTIFIED}”不是来源，新的行须写明来源名称。")

    def stored(self) -> Source:
        """The source, stored now if it was not; rows that say the same share it. Only after ``refuse_as_new``."""
        assert self.source is not None
        if self.source.pk is None:
            self.source.save()
        return self.source


class SourceBook:
    """All identified sources by name; new ones are made once for a file, and stored by ``SourceSaid.stored``."""

    def __init__(self, default: Source | None = None) -> None:
        """``default`` stands for rows that name no source."""
        self.default = default
        self.sources: dict[str, list[Source]] = defaultdict(list)
        for source in Source.objects.filter(identified=True):
            self.sources[source.name].append(source)

    def source(self, name: str, url: str = "") -> SourceSaid:
        """Look a source up. Raises ``ValidationError`` for none, and for what could not be stored as one."""
        if name == UNIDENTIFIED:
            return SourceSaid(None)
        if not name and self.default is not None:
            return SourceSaid(self.default, frozenset({self.default.pk}))
        if not name:
            raise ValidationError("没有填写来源。")
        same = [source for source in self.sources[name] if source.url == url]
        if not same and not url:
            same = self.sources[name]
        if not same:
            same = [_new_source(name, url)]
            self.sources[name] += same
        stored = frozenset(source.pk for source in same if source.pk)
        return SourceSaid(same[0] if len(same) == 1 else None, stored)


def stored_source(name: str | None) -> Source | None:
    """The one stored source of a name; None for no name. Raises ``Refused``."""
    if not name:
        return None
    found = list(Source.objects.filter(name=name)[:2])
    if len(found) != 1:
        raise Refused([f"来源“{name}”{'有几个' if found else '不存在'}，请先在后台建立或改名。"])
    return found[0]


def _new_source(name: str, url: str) -> Source:
    source = Source(name=name, url=url, kind=Source.Kind.OTHER)
    try:
        source.clean_fields()
    except ValidationError as error:
        raise ValidationError([f"来源：{message}" for message in error.messages]) from error
    return source

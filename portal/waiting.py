"""What waits for a person on the admin's first page: the heaps of the desk over every kind of content, with their age.

The queries do not grow with the rows: one for each kind counts, one for each heap that is not empty finds what is
shown, at most one for each kind names it, and one reads why things were sent back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypedDict

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, F, Min, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from honors.models import Round
from news.models import Article
from partnerships.models import Agreement, DualListItem
from publishing.desk import HEAPS, Heap
from publishing.models import ReviewStep, StepKind

SHOWN = 5


@dataclass(frozen=True)
class Kind:
    """A kind of content, and the columns that its name needs: nothing else of it is read here."""

    model: Any
    columns: tuple[str, ...]
    related: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name)

    def address(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_{page}", args=args)

    def named(self, keys: list[int]) -> dict[int, Any]:
        rows = self.model.objects.select_related(*self.related).only("revision_of_id", *self.columns)
        return {row.pk: row for row in rows.filter(pk__in=keys)}


KINDS = {
    kind.model._meta.label_lower: kind
    for kind in (
        Kind(Article, ("title",)),
        Kind(Round, ("ordinal", "year", "title__name"), ("title",)),
        Kind(Agreement, ("kind", "summary")),
        Kind(DualListItem, ("year", "side", "number")),
    )
}


class Found(NamedTuple):
    """A row of a heap: the kind of content, its key, and the moment since when, or the day on which, it waits."""

    kind: str
    pk: int
    at: Any


class Entry(TypedDict):
    title: str
    kind: str
    href: str
    age: str
    said: str


class Waiting(TypedDict):
    """A heap with its full number, the age of its oldest, its first rows, and the lists that show all of it."""

    name: str
    title: str
    count: int
    age: str
    entries: list[Entry]
    lists: list[tuple[str, int, str]]


class Waits(TypedDict):
    """`quiet` names the heaps in which nothing waits."""

    waiting: list[Waiting]
    quiet: list[str]


def waiting_for(user: Any) -> Waits:
    """The heaps of a person: of kinds, and for steps, to which they have the right; nothing else is looked at."""
    counts = {label: _counts(kind, user) for label, kind in KINDS.items()}
    asked = [heap for heap in HEAPS if any(heap.name in found for found in counts.values())]
    full = {heap: _first(heap, counts, user) for heap in asked if _number(heap, counts)}
    names = _names([row for rows in full.values() for row in rows])
    reasons = _reasons(full, names)
    return {
        "waiting": [
            {
                "name": heap.name,
                "title": heap.title,
                "count": _number(heap, counts),
                "age": _age(min(found[heap.name][1] for found in counts.values() if _has(found, heap))),
                "entries": [
                    _entry(row, names, reasons if heap.moment == "returned_at" else {}) for row in rows
                ],
                "lists": [
                    (
                        KINDS[label].name,
                        found[heap.name][0],
                        f"{KINDS[label].address('changelist')}?state={heap.name}",
                    )
                    for label, found in counts.items()
                    if _has(found, heap)
                ],
            }
            for heap, rows in full.items()
        ],
        "quiet": [heap.title for heap in asked if heap not in full],
    }


# Number and oldest moment by heap.
Counts = dict[str, tuple[int, Any]]


def _counts(kind: Kind, user: Any) -> Counts:
    heaps = [heap for heap in HEAPS if heap.is_for(kind.model, user)]
    if not heaps:
        return {}
    asked: dict[str, Any] = {}
    for heap in heaps:
        condition = heap.condition(kind.model, user)
        asked[f"{heap.name}_number"] = Count("pk", filter=condition)
        asked[f"{heap.name}_oldest"] = Min(heap.moment, filter=condition)
    found = kind.model.objects.order_by().aggregate(**asked)
    return {heap.name: (found[f"{heap.name}_number"], found[f"{heap.name}_oldest"]) for heap in heaps}


def _has(found: Counts, heap: Heap) -> bool:
    return heap.name in found and found[heap.name][0] > 0


def _number(heap: Heap, counts: dict[str, Counts]) -> int:
    return sum(found[heap.name][0] for found in counts.values() if heap.name in found)


def _first(heap: Heap, counts: dict[str, Counts], user: Any) -> list[Found]:
    """The first rows of a heap, of all kinds together."""
    parts: list[QuerySet[Any, Any]] = [
        KINDS[label]
        .model.objects.order_by()
        .filter(heap.condition(KINDS[label].model, user))
        .annotate(of_kind=Value(label, output_field=CharField()), waits_at=F(heap.moment))
        .values_list("of_kind", "pk", "waits_at")
        for label, found in counts.items()
        if heap.name in found
    ]
    rows = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    order = ("waits_at", "pk") if heap.oldest_first else ("-waits_at", "-pk")
    return [Found(*row) for row in rows.order_by(*order)[:SHOWN]]


def _names(rows: list[Found]) -> dict[tuple[str, int], Any]:
    keys: dict[str, list[int]] = {}
    for row in rows:
        keys.setdefault(row.kind, []).append(row.pk)
    return {(label, pk): item for label, of in keys.items() for pk, item in KINDS[label].named(of).items()}


def _reasons(full: dict[Heap, list[Found]], names: dict[tuple[str, int], Any]) -> dict[tuple[str, int], str]:
    """Why each of the rows was sent back the last time; of a revision this is told of what it revises."""
    rows = [row for heap, rows in full.items() if heap.moment == "returned_at" for row in rows]
    items = {(row.kind, row.pk): names[row.kind, row.pk] for row in rows if (row.kind, row.pk) in names}
    if not items:
        return {}
    roots = {
        (ContentType.objects.get_for_model(item).pk, item.revision_of_id or item.pk): key
        for key, item in items.items()
    }
    about = Q()
    for content_type, pk in roots:
        about |= Q(content_type=content_type, object_id=pk)
    steps = ReviewStep.objects.filter(about, kind=StepKind.RETURNED).order_by("at", "pk")
    said = steps.values_list("content_type", "object_id", "opinion")
    return {roots[content_type, pk]: opinion for content_type, pk, opinion in said}


def _entry(row: Found, names: dict[tuple[str, int], Any], reasons: dict[tuple[str, int], str]) -> Entry:
    kind, item = KINDS[row.kind], names.get((row.kind, row.pk))
    revision = "修订稿" if item is not None and item.revision_of_id else ""
    return {
        "title": str(item) if item is not None else "（刚刚删除）",
        "kind": f"{kind.name}{revision}",
        "href": kind.address("change", row.pk),
        "age": _age(row.at),
        "said": reasons.get((row.kind, row.pk), ""),
    }


def _age(at: datetime | date | None) -> str:
    """Since how many days of the office something waits; of a day on which it is due how far that is."""
    if at is None:
        return ""
    is_moment = isinstance(at, datetime)
    days = (timezone.localdate() - (timezone.localdate(at) if is_moment else at)).days  # type: ignore[arg-type, operator]
    if days == 0:
        return "今天"
    return f"还有 {-days} 天" if days < 0 else f"{days} 天" if is_moment else f"过了 {days} 天"

"""The admin's first page: what there is to do, in a fixed number of queries."""

from __future__ import annotations

from typing import Any, TypedDict

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from honors import records
from news.models import Article, Column
from partnerships.models import Agreement, DualListItem
from portal.models import SiteIdentity
from portal.waiting import Waiting, waiting_for
from publishing.querysets import Status, visible

NEWEST = 5
SCHEDULED = 10


class Entry(TypedDict):
    """An article in a list: its form's address, and the moment that matters there."""

    title: str
    column: str
    href: str
    at: Any


class Heap(TypedDict):
    """A list of work, its full number, and the list that shows all of it."""

    count: int
    entries: list[Entry]
    href: str


class ColumnMark(TypedDict):
    name: str
    words: str
    href: str


class RecordWork(TypedDict):
    """What waits for a second person in the record of honors, and what editors should look into."""

    waiting: int
    waiting_href: str
    findings_href: str


class Task(TypedDict):
    """Records of partnerships or of the dual list that wait for an editor, and the list that shows them."""

    count: int
    words: str
    none: str
    href: str


class Work(TypedDict):
    """What the index shows before the list of models: what waits for the person (``portal.waiting``), then the rest.

    None for what a person may not see.
    """

    waiting: list[Waiting]
    quiet: list[str]
    drafts: Heap | None
    scheduled: Heap | None
    published: Heap | None
    columns: list[ColumnMark] | None
    record: RecordWork | None
    partnerships: list[Task]
    missing_marks: list[str] | None
    identity_href: str
    add_article_href: str


def work(user: Any) -> Work:
    """What waits (``portal.waiting``), four queries on articles, and one each on columns, sheets, agreements, the dual
    list and the identity.
    """
    heaps = _heaps() if user.has_perm("news.view_article") else {}
    return {
        **waiting_for(user),
        "drafts": heaps.get("drafts"),
        "scheduled": heaps.get("scheduled"),
        "published": heaps.get("published"),
        "columns": _column_marks() if user.has_perm("news.view_column") else None,
        "record": _record_work() if user.has_perm("honors.view_rollsheet") else None,
        "partnerships": _partnership_work(user),
        "missing_marks": SiteIdentity.current().missing_marks()
        if user.has_perm("portal.view_siteidentity")
        else None,
        "identity_href": reverse("admin:portal_siteidentity_changelist"),
        "add_article_href": reverse("admin:news_article_add") if user.has_perm("news.add_article") else "",
    }


def _heaps() -> dict[str, Heap]:
    now = timezone.now()
    draft = Q(status=Status.DRAFT)
    waiting = Q(status=Status.PUBLISHED, published_at__gt=now)
    counts = Article.objects.aggregate(
        drafts=Count("pk", filter=draft),
        scheduled=Count("pk", filter=waiting),
        published=Count("pk", filter=visible(now)),
    )
    last_saved = Article.objects.order_by("-updated_at", "-pk")
    return {
        "drafts": _heap(counts, "drafts", last_saved.filter(draft), "updated_at", "draft"),
        "scheduled": _heap(
            counts,
            "scheduled",
            Article.objects.filter(waiting).order_by("published_at", "pk"),
            "published_at",
            "scheduled",
        ),
        "published": _heap(
            counts, "published", Article.objects.published(now).newest_first(), "published_at", "live"
        ),
    }


def _heap(counts: dict[str, int], name: str, articles: Any, moment: str, state: str) -> Heap:
    shown = articles[: SCHEDULED if name == "scheduled" else NEWEST]
    rows = shown.values("pk", "title", column_name=F("column__name"), at=F(moment))
    return {
        "count": counts[name],
        "entries": [
            {
                "title": row["title"],
                "column": row["column_name"],
                "href": reverse("admin:news_article_change", args=[row["pk"]]),
                "at": row["at"],
            }
            for row in rows
        ],
        "href": f"{reverse('admin:news_article_changelist')}?state={state}",
    }


def _record_work() -> RecordWork:
    return {
        "waiting": records.waiting_sheets().count(),
        "waiting_href": f"{reverse('admin:honors_rollsheet_changelist')}?verification=waiting",
        "findings_href": reverse("admin:honors_findings"),
    }


def _partnership_work(user: Any) -> list[Task]:
    """What of each list waits, for those who may view it. The counts are those of the lists' own filters."""
    tasks: list[Task] = []
    if user.has_perm("partnerships.view_agreement"):
        due = Agreement.objects.to_reverify().order_by().values("pk")
        unsourced = Agreement.objects.without_source().order_by().values("pk")
        counts = Agreement.objects.aggregate(
            due=Count("pk", filter=Q(pk__in=due)), unsourced=Count("pk", filter=Q(pk__in=unsourced))
        )
        agreements = reverse("admin:partnerships_agreement_changelist")
        tasks += [
            _task(
                counts["due"], "条共建协议待再核实", "没有待再核实的共建协议。", f"{agreements}?verified=due"
            ),
            _task(
                counts["unsourced"],
                "条共建协议无来源或来源待补",
                "共建协议都有来源。",
                f"{agreements}?sourced=without",
            ),
        ]
    if user.has_perm("partnerships.view_duallistitem"):
        items = reverse("admin:partnerships_duallistitem_changelist")
        overdue = DualListItem.objects.to_chase().count()
        tasks.append(
            _task(overdue, "项双清单事项逾期未办结", "没有逾期的双清单事项。", f"{items}?due=overdue")
        )
    return tasks


def _task(count: int, words: str, none: str, href: str) -> Task:
    return {"count": count, "words": f"{count} {words}", "none": none, "href": href}


def _column_marks() -> list[ColumnMark]:
    """Columns that are empty or were not updated in time."""
    columns = Column.objects.in_tree_order().with_figures()
    marks: list[ColumnMark] = [
        {
            "name": column.name,
            "words": column.reminder(),
            "href": reverse("admin:news_column_change", args=[column.pk]),
        }
        for column in columns
    ]
    return [mark for mark in marks if mark["words"]]

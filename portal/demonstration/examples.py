"""What lies on the demonstration's desk, so that everybody's first page shows some work: made up, and saying so.

Examples are made once and then left alone, however far somebody takes them: they are there to be worked on.
"""

from pathlib import Path
from typing import Any

from honors.models import Round
from news.models import Article, Column
from portal.demonstration.content import ArticleFile, ContentError, read_article, read_rows, reference
from portal.demonstration.desk import Desk, Said, named, standing
from portal.demonstration.news import body_of, content_of
from publishing import workflow
from publishing.models import Publishable, ReviewLevel, ReviewStep
from publishing.permissions import EDITOR, FIRST, HONORS

# How many reviews an example has behind it, by the state in which it is left.
REVIEWS = {"draft": 0, "returned": 0, "first": 0, "second": 1, "third": 2, "approved": 3, "scheduled": 3}
REVISED, REVISED_ROUND = "revised", "revised-round"


def leave_examples(folder: Path, desk: Desk) -> None:
    """Leave the examples of ``examples.csv`` that are not there yet; ``words`` are a note, an opinion or a reason.

    The date of an article's file is the one for which it is meant. Raises ``ContentError``.
    """
    columns = {column.slug: column for column in Column.objects.all()}
    for row in read_rows(folder / "examples.csv"):
        with named(row["slug"]):
            if row["state"] == REVISED:
                made = _revise_article(row, desk)
            elif row["state"] == REVISED_ROUND:
                made = _revise_round(row, desk)
            else:
                made = _leave_article(row, read_article(folder / f"{row['slug']}.html"), columns, desk)
        desk.report.counts["created" if made else "unchanged"] += 1


def _leave_article(row: dict[str, str], file: ArticleFile, columns: dict[str, Column], desk: Desk) -> bool:
    if row["state"] not in REVIEWS or file.column not in columns:
        raise ContentError(f"{row['slug']}：没有状态“{row['state']}”，或没有栏目“{file.column}”。")
    ref = f"desk:{file.slug}"
    if standing(Article.objects, import_ref=ref) is not None:
        return False
    article = Article(import_ref=ref)
    values = {**content_of(file), "column": columns[file.column], "body": body_of(file, None, "")}
    desk.write(article, Said(values), desk.people[EDITOR])
    _carry(article, row["state"], row["words"], file, desk)
    return True


def _carry(article: Article, state: str, words: str, file: ArticleFile, desk: Desk) -> None:
    """Bring a new draft to the state in which it is left."""
    author = desk.people[EDITOR]
    if state == "draft":
        return
    if state == "third":
        workflow.set_level(article, by=author, level=ReviewLevel.C)
    workflow.submit(article, by=author, note=words if state == "first" else "")
    desk.review(article, until=REVIEWS[state], opinion=words)
    if state == "returned":
        workflow.send_back(article, by=desk.people[FIRST], reason=words)
    elif state == "scheduled":
        workflow.publish(article, by=desk.publisher(article), at=file.date)


def _revise_article(row: dict[str, str], desk: Desk) -> bool:
    """Begin a revision that adds a paragraph."""
    article = standing(Article.objects, import_ref=reference(row["slug"]))
    if not _may_be_revised(article, row):
        return False
    draft = workflow.revise(article, by=desk.people[EDITOR])
    _save(draft, "body", f"{draft.body}<p>{row['words']}</p>", desk.people[EDITOR])
    return True


def _revise_round(row: dict[str, str], desk: Desk) -> bool:
    """Begin a revision that changes nothing but what editors note for themselves."""
    one = standing(Round.objects, slug=row["slug"])
    if not _may_be_revised(one, row):
        return False
    draft = workflow.revise(one, by=desk.people[HONORS])
    _save(draft, "note", row["words"], desk.people[HONORS])
    return True


def _may_be_revised(item: Publishable | None, row: dict[str, str]) -> bool:
    """Whether it is public as its file says, and nobody ever began a revision of it."""
    if item is None:
        raise ContentError(f"examples.csv：没有“{row['slug']}”，不能开始修订。")
    begun = ReviewStep.objects.about(item).filter(submission__gt=item.submission).exists()
    return item.is_published() and item.submission <= 1 and not begun


def _save(draft: Any, name: str, value: str, by: Any) -> None:
    setattr(draft, name, value)
    draft._history_user = by
    draft.full_clean()
    draft.save()

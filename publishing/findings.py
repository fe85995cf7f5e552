"""What editors should look into: groups of findings, each with the thing it is about. Never public."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model

SHOWN = 200


@dataclass(frozen=True)
class Finding:
    """One thing to look into: what it is about, and what is strange about it.

    `other` is its second party. `query` narrows the list of the subject's model to what it is about, where that
    is several rows.
    """

    subject: Model
    name: str
    words: str
    other: Model | None = None
    query: str = ""


@dataclass(frozen=True)
class Group:
    """Findings of one kind, the first of them; ``count`` is how many there are in all."""

    title: str
    explains: str
    findings: list[Finding]
    count: int


def group(title: str, explains: str, found: list[Finding]) -> Group:
    return Group(title, explains, found[:SHOWN], len(found))

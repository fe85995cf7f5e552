"""What of agreements and the dual list visitors read, for the preflight; never the internal text of an item."""

from __future__ import annotations

from partnerships.models import Agreement, Counterpart, DualListItem, Partner
from publishing.preflight import registry
from publishing.preflight.content import Content, Text, field_texts


def register() -> None:
    registry.register_subject(
        Agreement,
        lambda one: Content(field_texts(one, ["summary", "amount_text"])),
        lambda: Agreement.objects.published(),
    )
    registry.register_subject(DualListItem, item_content, lambda: DualListItem.objects.published())
    public = Agreement.objects.published
    registry.register_subject(
        Partner,
        lambda one: Content(field_texts(one, ["name"])),
        lambda: Partner.objects.filter(pk__in=public().exclude(partners=None).values("partners")),
    )
    registry.register_subject(
        Counterpart,
        lambda one: Content(field_texts(one, ["public_name"])),
        lambda: Counterpart.objects.filter(pk__in=public().exclude(counterpart=None).values("counterpart")),
    )


def item_content(item: DualListItem) -> Content:
    notes = item.notes.filter(public=True) if item.pk else []
    return Content(
        [
            *field_texts(item, ["public_content", "office", "standard"]),
            *(Text(f"note.{note.pk}", f"{note.date:%Y-%m-%d} 的进展", note.text) for note in notes),
        ]
    )

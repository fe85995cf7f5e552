"""What of the honors record visitors read, for the preflight, and the names of places, which are no military units."""

from __future__ import annotations

from honors.models import Award, Evidence, Place, Recipient, Round, Title
from publishing.preflight import registry
from publishing.preflight.content import Content, field_texts


def register() -> None:
    registry.register_names(Place.objects.all_names)
    registry.register_subject(
        Round,
        lambda one: Content(field_texts(one, ["naming_bodies", "document_no"])),
        lambda: Round.objects.published(),
    )
    registry.register_subject(
        Title, lambda one: Content(field_texts(one, ["name", "description"])), Title.objects.all
    )
    shown = Award.objects.public
    registry.register_subject(
        Recipient,
        lambda one: Content(field_texts(one, ["name", "post"])),
        lambda: Recipient.objects.filter(pk__in=shown().exclude(recipient=None).values("recipient")),
    )
    registry.register_subject(
        Evidence,
        lambda one: Content(field_texts(one, ["name_printed", "title_printed", "quote"])),
        lambda: Evidence.objects.filter(pk__in=shown().exclude(shown=None).values("shown")),
    )

"""Names that may not stand on the site: cover numbers and true designations of military units.

Counterparts are shown by a public name only (驻军某部, 海军乌海舰). What is refused, and however it is spelled, is
said in ``publishing.designations``. Names of places are taken out first, for 二连浩特市 is a city and no company.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError

from honors.models import Place
from publishing.designations import refusals, with_short_names


def validate_public_name(name: str) -> None:
    """Refuse a cover number or a true designation. For fields, and for `save()`, so that no door is open."""
    if reasons := refusals(name, with_short_names(Place.objects.all_names())):
        raise ValidationError(reasons)


def validate_public_text(text: str) -> None:
    """The same refusals for a sentence that visitors read: summaries, public texts, notes, offices."""
    validate_public_name(text)

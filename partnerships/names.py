"""Names that may not stand on the site: cover numbers and true designations of military units.

Counterparts are shown by a public name only (驻军某部, 海军乌海舰). What is refused, and however it is spelled, is
said in ``publishing.designations``; traditional characters are read as simplified ones. Names of places are taken out
first, for 二连浩特市 is a city and no company.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from honors.models import Place
from honors.spelling import simplified
from publishing import designations
from publishing.designations import COVER_NUMBER, TRUE_DESIGNATION, with_short_names

__all__ = [
    "COVER_NUMBER",
    "TRUE_DESIGNATION",
    "may_be_refused",
    "normalised",
    "refusals",
    "text_obstacles",
    "validate_public_name",
    "validate_public_text",
    "with_short_names",
]


def may_be_refused(name: str) -> bool:
    """Whether ``refusals`` could find anything at all, whichever places are known: a look that asks for none."""
    return designations.may_be_refused(simplified(name))


def refusals(name: str, places: Iterable[str] = ()) -> list[str]:
    """Every reason why a name may not be shown, as sentences for the editor.

    `places` are the known place names, which are no part of a designation.
    """
    return designations.refusals(simplified(name), places)


def normalised(name: str) -> str:
    """The name as it is read: plain characters and digits, nothing invisible, nothing set between digits."""
    return designations.normalised(simplified(name))


def validate_public_name(name: str) -> None:
    """Refuse a cover number or a true designation in a name, or in a sentence that visitors read.

    For fields, and for `save()`, so that no door is open.
    """
    if not may_be_refused(name):
        return
    if reasons := refusals(name, with_short_names(Place.objects.all_names())):
        raise ValidationError(reasons)


# As migrations name it.
validate_public_text = validate_public_name


def text_obstacles(text: str) -> list[str]:
    """The refusals of a sentence that visitors read, as reasons against an act."""
    try:
        validate_public_name(text)
    except ValidationError as error:
        return list(error.messages)
    return []

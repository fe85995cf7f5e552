"""The record of honors: places, sources, titles, rounds and sheets, awards and evidence, claims, standings."""

from honors.models.awards import Award, AwardState, Evidence, Recipient
from honors.models.claims import Claim
from honors.models.places import Place, PlaceName
from honors.models.rounds import NAMING, Basis, RollSheet, Round
from honors.models.sources import Source
from honors.models.standings import Standing
from honors.models.titles import RecipientKind, Title, TitleLevel

__all__ = [
    "NAMING",
    "Award",
    "AwardState",
    "Basis",
    "Claim",
    "Evidence",
    "Place",
    "PlaceName",
    "Recipient",
    "RecipientKind",
    "RollSheet",
    "Round",
    "Source",
    "Standing",
    "Title",
    "TitleLevel",
]

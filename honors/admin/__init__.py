"""The record in the admin: places and sources, titles and rounds, sheets with their verification, awards, claims."""

from honors.admin.awards import AwardAdmin, ClaimAdmin, RecipientAdmin
from honors.admin.places import PlaceAdmin, SourceAdmin
from honors.admin.sheets import RollSheetAdmin
from honors.admin.titles import RoundAdmin, TitleAdmin

__all__ = [
    "AwardAdmin",
    "ClaimAdmin",
    "PlaceAdmin",
    "RecipientAdmin",
    "RollSheetAdmin",
    "RoundAdmin",
    "SourceAdmin",
    "TitleAdmin",
]

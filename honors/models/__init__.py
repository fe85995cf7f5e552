"""The record of honors: places, sources, titles, rounds, awards, claims."""

from honors.models.places import Place, PlaceName
from honors.models.sources import Source

__all__ = ["Place", "PlaceName", "Source"]

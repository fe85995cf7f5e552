"""The facets of the directory: how many agreements each value of a parameter would leave, and what they add up to.

One agreement lies in several areas and may have partners of several kinds, so it is read once with all its values
and counted here under each of them: two queries serve all facets and the numbers above the list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from partnerships.filters import NO_DATE, PREFIXES, WORDS, DirectoryFilter
from partnerships.models import Agreement
from partnerships.validity import is_fresh
from publishing.facets import Counting, Facet, facet


@dataclass(frozen=True)
class Told:
    """What the facets and the head of the page count of one agreement."""

    values: dict[str, set[str]]
    has_document: bool
    is_group: bool


@dataclass
class Facets:
    """All facets that offer something, and the numbers of the records that are listed.

    ``groups`` are records all of whose partners are groups; how many members a group has is never added to anything.
    """

    facets: list[Facet]
    rows: int = 0
    signed: int = 0
    groups: int = 0
    unverified: int = 0

    @property
    def unsigned(self) -> int:
        return self.rows - self.signed


def facets(chosen: DirectoryFilter) -> Facets:
    """Count everything, in two queries; nothing is offered where one of the filters is wrong."""
    if not chosen.is_valid():
        return Facets([])
    counting = Counting({name: chosen.form.cleaned_data[name] for name in chosen.facet_names})
    found = Facets([])
    for one in told(chosen):
        if counting.add(one.values):
            found.rows += 1
            found.signed += one.has_document
            found.groups += one.is_group
            found.unverified += "no" in one.values["verified"]
    found.facets = [one for one in offered(chosen, counting.counts) if one.choices]
    return found


def told(chosen: DirectoryFilter) -> Iterator[Told]:
    """Every agreement that the search word finds, whatever the facets ask for."""
    rows = chosen.rows(without=chosen.facet_names).order_by()
    partners = Agreement.partners.through.objects.filter(agreement__in=rows.values("pk"))
    kinds: defaultdict[int, set[str]] = defaultdict(set)
    bodies: set[int] = set()  # agreements with a partner that is no group
    for pk, kind, is_group in partners.values_list("agreement", "partner__kind", "partner__is_group"):
        kinds[pk].add(kind)
        if not is_group:
            bodies.add(pk)
    areas = [f"{prefix}code" for prefix in PREFIXES]
    columns = ("pk", "kind", "signed_on", "standing", "last_verified_on", "has_document", *areas)
    for pk, kind, signed_on, standing, verified_on, has_document, *codes in rows.values_list(*columns):
        values = {
            "place": {code for code in codes if code},
            "kind": {kind},
            "partner_kind": kinds[pk],
            "year": {str(signed_on.year) if signed_on else NO_DATE},
            "status": {standing},
            "verified": {"yes" if is_fresh(verified_on, chosen.today) else "no"},
        }
        yield Told(values, has_document, is_group=bool(kinds[pk]) and pk not in bodies)


def offered(chosen: DirectoryFilter, counts: dict[str, Counter[str]]) -> Iterator[Facet]:
    """The facets in the order of the page, their values as the office orders them, years from the newest."""
    areas = chosen.known.areas.values()
    wanted = chosen.known.areas.get(chosen.form.cleaned_data["place"])
    provinces = [area.code for area in areas if area.code == area.province]
    yield replace(facet(chosen, "place", counts["place"], provinces), name="province", label="省份")
    if wanted:
        inside = [
            area.code for area in areas if area.province == wanted.province and area.code != area.province
        ]
        yield replace(facet(chosen, "place", counts["place"], inside), label="地市、区县")
    for name in chosen.facet_names[1:]:
        values: Iterable[str] = WORDS[name]
        if name == "year":
            values = [*map(str, chosen.known.years), NO_DATE]
        yield facet(chosen, name, counts[name], values, is_long=name in LONG)


# Facets whose values are long words.
LONG = ("kind",)

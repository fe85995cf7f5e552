"""What the verified record says of places: facts from rows, standings from facts.

``settle`` and ``refresh`` run in the transaction of every change (``honors.records``), or once at the end of many
(``settled_once``); ``rebuild`` also by ``manage.py rebuild_standings``.
The arithmetic is in ``honors.lines``; this module only gathers what is verified, not voided, and published.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from honors import lines
from honors.lines import RoundFacts
from honors.models import NAMING, Award, AwardState, Basis, Evidence, Place, RollSheet, Round, Standing, Title
from honors.phrases import CycleNames, cycle_names

FIRMEST = {
    basis: rank for rank, basis in enumerate([Basis.LIST, Basis.REPORT, Basis.NOTICE, Basis.APPLICATION])
}


@dataclass(frozen=True)
class Coverage:
    """A verified complete sheet: the area that it speaks for and the places on it."""

    scope: int | None
    listed: frozenset[int]

    def leaves_out(self, place: Place) -> bool:
        covers = self.scope is None or self.scope in {place.pk, place.province_id, place.prefecture_id}
        return covers and place.pk not in self.listed


@dataclass
class Series:
    """The published rounds of a title and their complete sheets."""

    title: Title
    rounds: list[Round]
    coverage: dict[int, list[Coverage]] = field(default_factory=dict)

    @property
    def names(self) -> CycleNames:
        return cycle_names((one.cycle, one.ordinal, one.year) for one in self.rounds if one.cycle)

    def facts(self, place: Place, evidence: dict[int, list[Evidence]]) -> list[RoundFacts]:
        """What is known of a place in each round, from its public evidence by round."""
        return [self._facts(one, place, evidence.get(one.pk, [])) for one in self.rounds]

    def _facts(self, one: Round, place: Place, found: list[Evidence]) -> RoundFacts:
        naming = [each for each in found if each.sheet.basis in NAMING]
        return RoundFacts(
            cycle=one.cycle if self.title.rounds_known else None,
            named=bool(naming),
            identified=any(each.sheet.source.identified for each in naming),
            proposed=len(naming) < len(found),
            absent=any(sheet.leaves_out(place) for sheet in self.coverage.get(one.pk, [])),
            revoked_on=found[0].award.revoked_on if found else None,
        )


def all_series(titles: Iterable[int] | None = None) -> list[Series]:
    """Every title given to places with its published rounds, oldest first, and their complete sheets."""
    chosen = Title.objects.filter(recipient_kind="place")
    if titles is not None:
        chosen = chosen.filter(pk__in=list(titles))
    rounds = Round.objects.published().filter(title__in=chosen.values("pk")).select_related("title")
    by_title: dict[int, list[Round]] = defaultdict(list)
    for one in rounds.order_by("date", "pk"):
        by_title[one.title_id].append(one)
    coverage = complete_sheets()
    return [Series(title, by_title[title.pk], coverage) for title in chosen]


def complete_sheets() -> dict[int, list[Coverage]]:
    """The verified complete sheets of every round."""
    sheets = RollSheet.objects.filter(complete=True, verified_by__isnull=False)
    listed: dict[int, set[int]] = defaultdict(set)
    shown = public_evidence().filter(sheet__in=sheets.values("pk"), award__place__isnull=False)
    for sheet, place in shown.values_list("sheet", "award__place"):
        listed[sheet].add(place)
    found: dict[int, list[Coverage]] = defaultdict(list)
    for pk, round_id, scope in sheets.values_list("pk", "round", "scope"):
        found[round_id].append(Coverage(scope, frozenset(listed[pk])))
    return found


def public_evidence() -> QuerySet[Evidence]:
    """Evidence that a second person verified and nobody voided."""
    return Evidence.objects.filter(verified_by__isnull=False, voided_at__isnull=True)


def evidence_of(places: Iterable[int] | None = None) -> dict[int, dict[int, list[Evidence]]]:
    """Public evidence by place and round."""
    rows = public_evidence().filter(award__place__isnull=False).select_related("award", "sheet__source")
    if places is not None:
        rows = rows.filter(award__place__in=list(places))
    found: dict[int, dict[int, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.award.place_id is not None:
            found[row.award.place_id][row.award.round_id].append(row)
    return found


@transaction.atomic
def rebuild(places: Iterable[int] | None = None, on: date | None = None) -> int:
    """Derive standings anew, for some places or all; return how many stand now."""
    on = on or timezone.localdate()
    chosen = None if places is None else list(places)
    evidence = evidence_of(chosen)
    stale = Standing.objects.all() if chosen is None else Standing.objects.filter(place__in=chosen)
    stale.delete()
    known = Place.objects.in_bulk(list(evidence))
    rows = []
    for series in all_series():
        rounds = {one.pk for one in series.rounds}
        for place, by_round in evidence.items():
            if rounds & by_round.keys():
                rows.append(standing_row(series, known[place], by_round, on))
    Standing.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def standing_row(series: Series, place: Place, evidence: dict[int, list[Evidence]], on: date) -> Standing:
    facts = series.facts(place, evidence)
    years = sorted(
        one.year for one, fact in zip(series.rounds, facts, strict=True) if fact.mark(on) == lines.Mark.NAMED
    )
    if not series.title.rounds_known:
        derived, text = lines.tally(facts, on), ""
    else:
        line = lines.line(facts, on)
        derived, text = lines.standing(line), line.text
    return Standing(
        place=place,
        title=series.title,
        line=text,
        lower=derived.lower,
        upper=derived.upper,
        as_of_cycle=derived.as_of,
        total=derived.total,
        longest=derived.longest,
        first_year=years[0] if years else None,
        last_year=years[-1] if years else None,
        conflicts=",".join(map(str, derived.conflicts)),
    )


@dataclass
class _Waiting:
    """What changed inside ``settled_once`` and waits for its end."""

    awards: set[int] = field(default_factory=set)
    changed: bool = False


_waiting: ContextVar[_Waiting | None] = ContextVar("honors_waiting_for_the_end_of_many_changes", default=None)


@contextmanager
def settled_once() -> Iterator[None]:
    """One transaction with many changes of the record; what follows from them is derived once, at its end.

    For whole files: a round of complete lists would otherwise derive all standings anew with every sheet.
    Inside the block, states and standings are still those from before it. An error undoes everything. Blocks
    may be nested; the outermost settles.
    """
    if _waiting.get() is not None:
        yield
        return
    with transaction.atomic():
        waiting = _Waiting()
        token = _waiting.set(waiting)
        try:
            yield
        finally:
            _waiting.reset(token)
        if waiting.changed:
            _settle_awards(waiting.awards)
            rebuild()


def refresh() -> None:
    """Derive all standings anew, now or at the end of ``settled_once``: for what touches every line of a title."""
    if (waiting := _waiting.get()) is not None:
        waiting.changed = True
    else:
        rebuild()


def settle(awards: Iterable[int]) -> None:
    """Derive state, basis and shown evidence of awards, then the standings that depend on their rounds.

    A complete sheet speaks of every place in its area, so the standings of all places are derived anew when
    one of the touched rounds has such a sheet. Inside ``settled_once`` all this waits for its end.
    """
    if (waiting := _waiting.get()) is not None:
        waiting.awards.update(awards)
        waiting.changed = True
        return
    touched = _settle_awards(awards)
    rounds = {award.round_id for award in touched}
    speaks_of_all = RollSheet.objects.filter(round__in=rounds, complete=True).exists()
    rebuild(None if speaks_of_all else {award.place_id for award in touched if award.place_id})


def _settle_awards(awards: Iterable[int]) -> list[Award]:
    touched = list(Award.objects.filter(pk__in=list(awards)))
    found: dict[int, list[Evidence]] = defaultdict(list)
    for row in public_evidence().filter(award__in=touched).select_related("sheet"):
        found[row.award_id].append(row)
    for award in touched:
        _settle_one(award, found[award.pk])
    Award.objects.bulk_update(touched, ["state", "basis", "shown"], batch_size=500)
    return touched


def _settle_one(award: Award, evidence: list[Evidence]) -> None:
    evidence.sort(key=lambda row: (FIRMEST[Basis(row.sheet.basis)], row.pk))
    award.shown = evidence[0] if evidence else None
    award.basis = evidence[0].sheet.basis if evidence else ""
    if not evidence:
        award.state = AwardState.WAITING
    elif award.basis not in NAMING:
        award.state = AwardState.PROPOSED
    else:
        award.state = AwardState.REVOKED if award.revoked_on else AwardState.NAMED


def of_place(place: Place) -> list[tuple[Series, lines.Line | None, lines.Standing]]:
    """What the record says of one place under every title: also of a place that no list names."""
    today, evidence = timezone.localdate(), evidence_of([place.pk])[place.pk]
    told: list[tuple[Series, lines.Line | None, lines.Standing]] = []
    for series in all_series():
        facts = series.facts(place, evidence)
        if not series.title.rounds_known:
            if any(one.pk in evidence for one in series.rounds):
                told.append((series, None, lines.tally(facts, today)))
            continue
        line = lines.line(facts, today)
        told.append((series, line, lines.standing(line)))
    return told


def conflicts() -> Q:
    """Standings in which sources contradict each other: findings for editors."""
    return ~Q(conflicts="")

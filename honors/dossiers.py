"""What the public record says of one place: its standings with squares, its timeline, the claims about it.

The rules are those of ``honors.standings``, ``honors.lines`` and ``honors.verdicts``; this module gathers their facts
for one place in a fixed number of queries and words them for its page.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from honors import lines, partial_dates, pictures
from honors.lines import Line, Mark
from honors.models import (
    AwardState,
    Basis,
    Claim,
    Evidence,
    Place,
    RecipientKind,
    RollSheet,
    Round,
    Title,
    TitleLevel,
)
from honors.phrases import NO_RECORD, CycleNames, as_of_phrase, cycle_names, numeral, streak_phrase
from honors.roll import derived
from honors.standings import Coverage, Series, public_evidence
from honors.verdicts import ClaimFacts, ClaimKind, Verdict, verdict

MOST_NUMERAL = 99
BOUND = re.compile(r"(曾?(?:至少)?)(.+)")


@dataclass(frozen=True)
class Story:
    """A place under one title. `line` is None where the rounds of the title are not all known."""

    series: Series
    line: Line | None
    standing: lines.Standing
    applied: frozenset[int]

    @property
    def title(self) -> Title:
        return self.series.title

    @cached_property
    def names(self) -> CycleNames:
        return self.series.names

    @property
    def bound(self) -> str:
        """至少 before a numeral that is a lower bound, 曾 before a streak that is over, or nothing."""
        return self._said[0]

    @property
    def numeral(self) -> str:
        """三连冠, 命名1次, 已查得3次; the words for none."""
        return self._said[1]

    @property
    def _said(self) -> tuple[str, str]:
        said = BOUND.fullmatch(streak_phrase(self.standing))
        assert said is not None
        return said[1], said[2]

    @property
    def is_streak(self) -> bool:
        """Whether the numeral is a streak, so that the total is another number beside it."""
        return self.numeral.endswith("连冠")

    @property
    def has_naming(self) -> bool:
        return streak_phrase(self.standing) != NO_RECORD

    @property
    def as_of(self) -> str:
        """截至第十二届（2025年）; empty where there is no streak to say it of."""
        return f"截至{self.names[self.standing.as_of].full}" if self.standing.as_of else ""

    @property
    def sentence(self) -> str:
        """The whole statement, with the cycles since."""
        return as_of_phrase(self.standing, self.names)

    @property
    def squares(self) -> list[pictures.Square]:
        if self.line is None:
            return []
        years = pictures.cycle_years((one.cycle, one.year) for one in self.series.rounds if one.cycle)
        return pictures.squares(self.line, years, self.names, self.applied)

    @property
    def absent(self) -> list[str]:
        """The cycles whose complete lists lack the place: the only ones in which it is known not to be named."""
        return [] if self.line is None else [self.names[one].full for one in self.line.cycles(Mark.NOT_NAMED)]

    @property
    def open_count(self) -> int:
        """How many cycles are not known, proposals among them."""
        return 0 if self.line is None else len(self.line.cycles(*lines.OPEN))


@dataclass(frozen=True)
class Entry:
    """A line of the timeline: an award in a public round and the evidence that is shown for it."""

    round: Round
    evidence: Evidence

    @property
    def date(self) -> str:
        """The day of the naming cut to what is known: 2025-04-23, 1994-07, 1993."""
        return partial_dates.iso(self.round.date, self.round.date_precision)

    @property
    def is_proposal(self) -> bool:
        return self.evidence.award.state == AwardState.PROPOSED

    @property
    def is_revoked(self) -> bool:
        return self.evidence.award.state == AwardState.REVOKED

    @property
    def printed_otherwise(self) -> str:
        """The name on the sheet where it is not today's name of the place."""
        place, printed = self.evidence.award.place, self.evidence.name_printed
        assert place is not None
        is_todays = place.name.startswith(printed) or place.full_name.endswith(printed)
        return "" if is_todays else printed


@dataclass(frozen=True)
class Judged:
    """A claim that visitors may see, with its verdict."""

    claim: Claim
    verdict: Verdict
    as_of: Round | None

    @property
    def said(self) -> str:
        """The claim in short: 连续八次, 共九次."""
        times = numeral(self.claim.value) if self.claim.value <= MOST_NUMERAL else str(self.claim.value)
        return f"{'连续' if self.claim.kind == ClaimKind.STREAK else '共'}{times}次"


@dataclass(frozen=True)
class Dossier:
    """The public record of a place."""

    stories: list[Story]
    entries: list[Entry]
    claims: list[Judged]

    @property
    def has_rare(self) -> bool:
        """Whether a square says something that the short legend leaves out."""
        return any(square.word in ("撤销", "不一") for story in self.stories for square in story.squares)

    @property
    def main(self) -> Story | None:
        """The story of the page's numeral: the first title under which the place holds something, else the first."""
        return next((one for one in self.stories if one.has_naming), next(iter(self.stories), None))


def dossier(place: Place) -> Dossier:
    """What is public about a place: four queries. Reads province and prefecture by their ids."""
    rounds = public_rounds()
    by_id = {one.pk: one for one in rounds}
    evidence = evidence_by_round(place, by_id)
    claims = list(place.claims.select_related("title", "source").order_by("title__order", "-value", "pk"))
    told = stories(place, rounds, evidence, claimed={one.title_id for one in claims})
    entries = [Entry(by_id[pk], shown) for pk, rows in evidence.items() for shown in shown_of(rows)]
    entries.sort(key=lambda entry: (entry.round.date, entry.round.pk), reverse=True)
    return Dossier(told, entries, judged_claims(claims, told, by_id))


@dataclass(frozen=True)
class Brief:
    """A title that a place holds, and all that is said of it in one phrase."""

    title: Title
    sentence: str


def brief(place: Place) -> list[Brief]:
    """The titles that a place holds, for a page that is about something else: two queries."""
    held = place.standings.filter(total__gte=1).select_related("title")  # type: ignore[attr-defined]
    standings = list(held.order_by("title__order", "title"))
    cycles: defaultdict[int, list[tuple[int, int | None, int]]] = defaultdict(list)
    rounds = Round.objects.published().filter(title__in=[standing.title_id for standing in standings])
    for one in rounds.only("title", "cycle", "ordinal", "year"):
        if one.cycle:
            cycles[one.title_id].append((one.cycle, one.ordinal, one.year))
    return [
        Brief(
            standing.title,
            as_of_phrase(
                derived(standing, rounds_known=standing.title.rounds_known),
                cycle_names(cycles[standing.title_id]),
            ),
        )
        for standing in standings
    ]


def public_rounds() -> list[Round]:
    """The published rounds of the titles given to places, oldest first."""
    rounds = Round.objects.published().filter(title__recipient_kind=RecipientKind.PLACE)
    return list(rounds.select_related("title").order_by("date", "pk"))


def evidence_by_round(place: Place, rounds: dict[int, Round]) -> dict[int, list[Evidence]]:
    found: defaultdict[int, list[Evidence]] = defaultdict(list)
    rows = public_evidence().filter(award__place=place)
    for row in rows.select_related("award__revocation_source", "sheet__source"):
        row.award.place = place
        if row.award.round_id in rounds:
            found[row.award.round_id].append(row)
    return dict(found)


def shown_of(rows: list[Evidence]) -> list[Evidence]:
    return [row for row in rows if row.pk == row.award.shown_id]


def stories(
    place: Place, rounds: list[Round], evidence: dict[int, list[Evidence]], claimed: set[int]
) -> list[Story]:
    """The titles that speak of a place: those with evidence or a claim, and always the first national one."""
    coverage, today = coverage_of(place), timezone.localdate()
    by_title: defaultdict[Title, list[Round]] = defaultdict(list)
    for one in rounds:
        by_title[one.title].append(one)
    national = [one for one in by_title if one.level == TitleLevel.NATIONAL and one.rounds_known]
    always = min(national, key=lambda one: (one.order, one.pk), default=None)
    told = []
    for title in sorted(by_title, key=lambda one: (one.order, one.pk)):
        concerned = title.pk in claimed or any(one.pk in evidence for one in by_title[title])
        if title != always and not concerned:
            continue
        series = Series(title, by_title[title], coverage)
        facts = series.facts(place, evidence)
        line = lines.line(facts, today) if title.rounds_known else None
        standing = lines.standing(line) if line else lines.tally(facts, today)
        told.append(Story(series, line, standing, applied_cycles(series, evidence)))
    return told


def coverage_of(place: Place) -> dict[int, list[Coverage]]:
    """The verified complete sheets that speak of a place, by round: whether each lists it."""
    areas = [pk for pk in (place.pk, place.province_id, place.prefecture_id) if pk]
    lists = public_evidence().filter(sheet=OuterRef("pk"), award__place=place)
    sheets = RollSheet.objects.filter(
        Q(scope=None) | Q(scope__in=areas), complete=True, verified_by__isnull=False
    )
    found: defaultdict[int, list[Coverage]] = defaultdict(list)
    for round_id, scope, listed in sheets.values_list("round", "scope", Exists(lists)):
        found[round_id].append(Coverage(scope, frozenset({place.pk} if listed else ())))
    return found


def applied_cycles(series: Series, evidence: dict[int, list[Evidence]]) -> frozenset[int]:
    """Cycles of which nothing but an application is held: those are no 公示."""
    bases: defaultdict[int, set[str]] = defaultdict(set)
    for one in series.rounds:
        if one.cycle:
            bases[one.cycle] |= {row.sheet.basis for row in evidence.get(one.pk, [])}
    return frozenset(cycle for cycle, held in bases.items() if held == {Basis.APPLICATION})


def judged_claims(claims: list[Claim], told: list[Story], rounds: dict[int, Round]) -> list[Judged]:
    """Claims with their verdicts; one that the record contradicts is for editors only."""
    by_title = {story.title.pk: story for story in told}
    found = []
    for claim in claims:
        story, as_of = by_title.get(claim.title_id), rounds.get(claim.as_of_id or 0)
        facts = ClaimFacts(ClaimKind(claim.kind), claim.value, cycle_meant(claim, as_of))
        said = verdict(facts, story.line if story else None, story.names if story else {})
        if said.public:
            found.append(Judged(claim, said, as_of))
    return found


def cycle_meant(claim: Claim, as_of: Round | None) -> int | None:
    """The cycle that a claim ends in: None where its source names no round, 0 where that round is not public."""
    if claim.as_of_id is None:
        return None
    return as_of.cycle if as_of else 0

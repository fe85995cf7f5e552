"""What editors should look into: where the record contradicts itself, or is thinner than it says. Never public."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from honors import lines, standings
from honors.models import Award, AwardState, Claim, Place, RollSheet, Round, Standing, TitleLevel
from honors.records import HELD
from honors.standings import Series
from honors.verdicts import ClaimFacts, ClaimKind, Verdict, VerdictKind, verdict
from publishing.findings import Finding, Group, group

HELD_STATES = [AwardState.NAMED, AwardState.REVOKED]


def all_groups() -> list[Group]:
    """Every kind of finding, in a fixed number of queries."""
    return [
        group("记载不一", "一个来源说已命名，另一份完整名单上却没有。请对照来源，更正或作废其中一条。", conflicts()),
        group(
            "市和所辖区同届命名",
            "市辖区与所在市不同时命名。请核对是不是录成了同名的地方，或者来源有误。",
            city_and_district(),
        ),
        group(
            "与记录不符的说法", "来源印出的连冠或次数与记录相反。可能是说法有误，也可能是本站缺记录；访客看不到。",
            contradicted_claims(),
        ),
        group("名单的个数不符", "录入的条目与来源写明的个数不同。", uneven_sheets()),
        group("命名的个数不符", "已核验的命名与公布的总数不同：多出的要核对，少的还没有查到。", uneven_rounds()),
        group("来源待补", "公开的条目只有未查明的来源，访客看到“来源待补”。请查明出处。", unidentified_sheets()),
    ]  # fmt: skip


def conflicts() -> list[Finding]:
    """Standings in which sources contradict each other."""
    rows = Standing.objects.filter(standings.conflicts())
    names = {series.title.pk: series.names for series in standings.all_series()}
    found = []
    for row in rows.select_related("place__province", "place__prefecture", "title").order_by(
        "title", "place"
    ):
        cycles = [names[row.title_id][int(cycle)].full for cycle in row.conflicts.split(",")]
        found.append(Finding(row.place, f"{row.place} · {row.title}", f"{'、'.join(cycles)}记载不一"))
    return found


def city_and_district() -> list[Finding]:
    """Districts named in a national round together with the city they lie in."""
    named = Award.objects.filter(round__title__level=TitleLevel.NATIONAL, state__in=HELD_STATES)
    city = named.filter(round=OuterRef("round"), place=OuterRef("place__prefecture"))
    districts = named.filter(Exists(city), place__kind=Place.Kind.DISTRICT)
    rows = districts.select_related("place__province", "place__prefecture", "round__title")
    return [
        Finding(award, str(award), f"所在的{award.city}也在这一届命名")
        for award in rows.annotate(city=F("place__prefecture__name")).order_by("-round__date", "place__code")
    ]


def contradicted_claims() -> list[Finding]:
    return [
        Finding(claim, f"{claim.place}：{claim.quote}", said.reason)
        for claim, said in judged(Claim.objects.all())
        if said.kind == VerdictKind.CONTRADICTED
    ]


def uneven_sheets() -> list[Finding]:
    """Sheets whose entries are not as many as their source says; one that names nobody tells only how many."""
    sheets = RollSheet.objects.filter(declared_count__isnull=False).annotate(held=HELD)
    rows = sheets.filter(held__gt=0).exclude(held=F("declared_count"))
    return [
        Finding(sheet, str(sheet), f"来源写明 {sheet.declared_count} 个，录入了 {sheet.held} 个")
        for sheet in rows.select_related("round__title", "scope", "source")
    ]


def uneven_rounds() -> list[Finding]:
    held = Count("awards", filter=Q(awards__state__in=HELD_STATES))
    rounds = Round.objects.published().filter(announced_count__isnull=False).annotate(held=held)
    rows = rounds.exclude(held=F("announced_count")).select_related("title").order_by("-date")
    return [
        Finding(one, str(one), f"公布 {one.announced_count} 个，本站已查得 {one.held} 个") for one in rows
    ]


def unidentified_sheets() -> list[Finding]:
    """Verified sheets of unidentified sources with entries that a page shows."""
    shown = Count("evidence", filter=Q(evidence__award__shown=F("evidence__pk")))
    sheets = RollSheet.objects.filter(source__identified=False, verified_by__isnull=False)
    rows = sheets.annotate(shown=shown).filter(shown__gt=0).select_related("round__title", "scope", "source")
    return [Finding(sheet, str(sheet), f"{sheet.shown} 条来源待补") for sheet in rows]


def judged(claims: QuerySet[Claim] | Iterable[Claim]) -> list[tuple[Claim, Verdict]]:
    """Claims with their verdicts, 不符 included: for editors, in a fixed number of queries."""
    if isinstance(claims, QuerySet):
        claims = claims.select_related(
            "place__province", "place__prefecture", "title", "as_of__title", "source"
        )
    listed = list(claims)
    evidence = standings.evidence_of({claim.place_id for claim in listed})
    by_title = {one.title.pk: one for one in standings.all_series({claim.title_id for claim in listed})}
    today, told = timezone.localdate(), []
    for claim in listed:
        series = by_title.get(claim.title_id)
        line = None
        if series is not None and series.title.rounds_known:
            line = lines.line(series.facts(claim.place, evidence.get(claim.place_id, {})), today)
        facts = ClaimFacts(ClaimKind(claim.kind), claim.value, _cycle(claim, series))
        told.append((claim, verdict(facts, line, series.names if series else {})))
    return told


def _cycle(claim: Claim, series: Series | None) -> int | None:
    """The cycle a claim speaks of: None where its source names no round, 0 where that round is not public."""
    if claim.as_of_id is None:
        return None
    rounds = {one.pk: one.cycle for one in series.rounds} if series else {}
    return rounds.get(claim.as_of_id) or 0

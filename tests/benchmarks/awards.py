"""A roll as full as the country's after some more rounds: written past the verbs, which would take minutes."""

from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice

from django.contrib.auth.models import User
from django.utils import timezone

from honors import standings
from honors.models import Award, AwardState, Basis, Evidence, Place, RollSheet, Round, Source, Title
from honors.places import load_places

TITLE = "压力测试荣誉"
ROUNDS = 8
BATCH = 500
# Every tenth row is only a proposal: counts and streaks must heed it.
CYCLE_OF_BASES = [*[Basis.LIST, Basis.LIST, Basis.REPORT] * 3, Basis.NOTICE]


def fill(number: int) -> Title:
    """Add so many public awards (at most four fifths of all pairs) to places of all China, with standings."""
    load_places()
    by, other = (User.objects.get_or_create(username=name)[0] for name in ("压力录入", "压力核验"))
    source = Source.objects.create(name="程序生成", kind="other")
    title = Title.objects.create(slug="yaliceshi", name=TITLE, level="national", rounds_known=True)
    sheets = {
        (one.pk, basis): sheet_of(one, basis, source, by, other)
        for one in [make_round(title, cycle, source) for cycle in range(1, ROUNDS + 1)]
        for basis in set(CYCLE_OF_BASES)
    }
    awards = Award.objects.bulk_create(islice(awards_of(sheets), number), batch_size=BATCH)
    assert len(awards) == number
    rows = Evidence.objects.bulk_create(
        [
            Evidence(
                award=award,
                sheet=sheets[award.round_id, award.basis],
                name_printed=award.place.name,
                title_printed=TITLE,
                entered_by=by,
                verified_by=other,
                verified_at=timezone.now(),
            )
            for award in awards
        ],
        batch_size=BATCH,
    )
    for award, row in zip(awards, rows, strict=True):
        award.shown = row
    Award.objects.bulk_update(awards, ["shown"], batch_size=BATCH)
    standings.rebuild()
    return title


def awards_of(sheets: dict[tuple[int, str], RollSheet]) -> Iterator[Award]:
    """Each place in four of five rounds, so that streaks run up to four."""
    bases = cycle(CYCLE_OF_BASES)
    for number, one in enumerate(sorted({one for one, _ in sheets})):
        for index, place in enumerate(Place.objects.order_by("pk")):
            if (index + number) % 5:
                basis = next(bases)
                state = AwardState.PROPOSED if basis == Basis.NOTICE else AwardState.NAMED
                yield Award(round_id=one, place=place, basis=basis, state=state)


def make_round(title: Title, number: int, source: Source) -> Round:
    year = 1990 + 3 * number
    return Round.objects.create(
        title=title,
        slug=f"{title.slug}-{number}",
        ordinal=number,
        cycle=number,
        year=year,
        date=date(year, 7, 1),
        date_precision="month",
        source=source,
        status="published",
        published_at=timezone.now(),
    )


def sheet_of(one: Round, basis: str, source: Source, by: User, other: User) -> RollSheet:
    return RollSheet.objects.create(
        round=one,
        basis=basis,
        source=source,
        entered_by=by,
        verified_by=other,
        verified_at=timezone.now(),
    )

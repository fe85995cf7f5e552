"""Many public awards for tests of pages and prices, written past the verbs, which would take minutes."""

from django.utils import timezone

from honors.models import Award, AwardState, Basis, Evidence, Place
from tests.honors.rolls import clerk, make_place, make_round, make_sheet, verifier


def make_crowd(number: int) -> None:
    """So many public awards of the twelfth national round: 乌海市 and made-up counties in it."""
    city = make_place()
    sheet = make_sheet(make_round(), city)
    awards = Award.objects.bulk_create(
        Award(round=sheet.round, place=place, state=AwardState.NAMED, basis=Basis.LIST)
        for place in make_counties(city, number - 1)
    )
    by, other = clerk(), verifier()
    rows = Evidence.objects.bulk_create(
        Evidence(
            award=award,
            sheet=sheet,
            name_printed=award.place.name,
            title_printed="全国双拥模范县",
            entered_by=by,
            verified_by=other,
            verified_at=timezone.now(),
        )
        for award in awards
    )
    for award, row in zip(awards, rows, strict=True):
        award.shown = row
    Award.objects.bulk_update(awards, ["shown"], batch_size=300)


def make_counties(parent: Place, number: int) -> list[Place]:
    return Place.objects.bulk_create(
        Place(
            code=str(160000 + index),
            name=f"测试县{index}",
            kind=Place.Kind.COUNTY,
            level="county",
            parent=parent,
            province=parent.province,
            prefecture=parent,
        )
        for index in range(number)
    )

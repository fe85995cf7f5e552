"""The band of the home page that tells what the home place holds."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from honors.models import Claim, Place
from portal.demonstration import bulk
from tests.honors.rolls import make_place, make_province, make_round, make_sheet, make_source, make_title
from tests.makers import make_identity

pytestmark = pytest.mark.django_db


def strip(client: Client) -> str:
    """The words of the band, one after the other; "" where there is none."""
    page = client.get("/").content.decode()
    _, _, rest = page.partition('<section class="honor-strip"')
    return rest.partition("</section>")[0]


def small_home() -> Place:
    place = make_place()
    make_identity(home_place=place)
    return place


def claim(place: Place, **fields: object) -> Claim:
    regional = make_title(
        "neimenggu",
        name="内蒙古自治区双拥模范城",
        level="provincial",
        region=make_province(),
        rounds_known=False,
    )
    given = {"title": regional, "kind": "streak", "value": 8, "quote": "连续八次", "source": make_source()}
    return Claim.objects.create(place=place, **given | fields)


def test_it_tells_the_streak_the_cycles_and_the_claim_with_its_verdict(client: Client) -> None:
    place = small_home()
    make_sheet(make_round(11, 9, 2020), place, basis="report")
    make_sheet(make_round(), place)
    claim(place)
    told = strip(client)
    assert '<span class="honor-strip__bound">至少</span>二连冠' in told
    assert "截至第十二届（2025年）；8 个周期的名单没有收齐" in told
    assert told.count("square--named") == 2 and told.count("square--unknown") == 8
    assert "2020" in told and "2025" in told
    assert "连续八次" in told and "无法核实" in told and "来源：测试日报" in told
    assert 'href="/honors/places/150300/"' in told


def test_a_proposal_and_a_missing_name_look_like_what_they_are(client: Client) -> None:
    place = small_home()
    make_sheet(make_round(10, 8, 2016), place)
    make_sheet(
        make_round(11, 9, 2020),
        make_place("150200", "包头市"),
        complete=True,
        declared_count=1,
        scope=make_province(),
    )
    make_sheet(make_round(), place, basis="notice")
    told = strip(client)
    assert told.count("square--named") == 1
    assert told.count("square--absent") == 1 and told.count("square--proposed") == 1
    assert "二连冠" not in told and "至少" in told and "命名1次" in told


def test_there_is_no_band_without_a_home_place(client: Client) -> None:
    make_identity()
    make_sheet(make_round(), make_place())
    assert strip(client) == ""
    assert "honor-strip.css" not in client.get("/").content.decode()


def test_there_is_no_band_for_what_nobody_verified_proposals_and_claims_alone(client: Client) -> None:
    place = small_home()
    make_sheet(make_round(), place, verified=False)
    assert strip(client) == ""
    make_sheet(make_round(11, 9, 2020), place, basis="notice")
    claim(place)
    assert strip(client) == ""


def test_a_claim_that_the_record_contradicts_is_not_shown(client: Client) -> None:
    place = small_home()
    make_sheet(make_round(), place)
    known = make_title(
        "known", name="某自治区双拥模范城", level="provincial", region=make_province(), rounds_known=True
    )
    first = make_round(1, 1, 2001, title=known)
    claim(place, title=known, value=3, as_of=first, quote="三连冠")
    assert "某自治区" not in strip(client) and "连续三次" not in strip(client)
    claim(place)
    assert "连续八次" in strip(client)


def test_a_claim_about_the_national_title_does_not_stand_for_the_region(client: Client) -> None:
    place = small_home()
    one = make_round()
    make_sheet(one, place)
    claim(place, title=make_title(), value=2, as_of=one, quote="二连冠")
    assert "honor-strip__claim" not in strip(client)


@pytest.mark.parametrize("rows", [1, 3000])
def test_fourteen_queries_whatever_the_number_of_awards(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, home_place: Place, rows: int
) -> None:
    claim(home_place)
    bulk.add_awards(rows)
    with django_assert_num_queries(14):
        page = client.get("/").content.decode()
    assert "honor-strip" in page

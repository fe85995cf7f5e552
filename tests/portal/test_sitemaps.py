"""sitemap.xml and the site map: the honors pages that have something to say."""

import re

import pytest
from django.test import Client

from honors.models import Recipient, RollSheet
from honors.records import enter, verify
from publishing import workflow
from tests.honors.rolls import (
    clerk,
    make_place,
    make_province,
    make_round,
    make_sheet,
    make_source,
    make_title,
    verifier,
)
from tests.makers import chief, make_identity
from tests.partnerships.pacts import make_pact, make_partner

pytestmark = pytest.mark.django_db


def addresses(client: Client, section: str) -> list[str]:
    page = client.get(f"/sitemap-{section}.xml")
    assert page.status_code == 200
    return re.findall(r"<loc>http://[^/]+([^<]+)</loc>", page.content.decode())


def test_places_with_a_public_award_and_their_provinces_are_listed(client: Client) -> None:
    make_sheet(make_round(), make_place())
    make_sheet(make_round(11, 9, 2020), make_place("150200", "包头市"), basis="notice")
    make_sheet(make_round(), make_place("152900", "阿拉善盟"), verified=False)
    make_place("650100", "乌鲁木齐市", make_province("650000", "新疆维吾尔自治区"))
    assert addresses(client, "places") == [
        "/honors/places/150000/",
        "/honors/places/150200/",
        "/honors/places/150300/",
    ]


def test_rounds_titles_and_recipients_are_listed_as_far_as_they_are_public(client: Client) -> None:
    make_sheet(make_round(), make_place())
    workflow.withdraw(make_round(11, 9, 2020), by=chief(), reason="测试撤回")
    units = make_title("units", name="测试模范单位", recipient_kind="unit", rounds_known=False)
    commended = make_round(1, None, 2020, title=units)
    seen, waiting = (Recipient.objects.create(kind="unit", name=name) for name in ("甲单位", "乙单位"))
    for unit in (seen, waiting):
        sheet = RollSheet.objects.create(
            round=commended, basis="list", source=make_source(), entered_by=clerk()
        )
        enter(sheet, unit, by=clerk(), name_printed=unit.name, title_printed=units.name)
        if unit == seen:
            verify(sheet, by=verifier())
    assert addresses(client, "rounds") == ["/honors/rounds/national-12/", "/honors/rounds/units-1/"]
    assert addresses(client, "titles") == ["/honors/titles/national/", "/honors/titles/units/"]
    assert addresses(client, "recipients") == [f"/honors/recipients/{seen.pk}/"]
    assert {"/honors/", "/honors/grid/", "/honors/recipients/"} <= set(addresses(client, "pages"))


def test_agreements_and_partners_are_listed_as_far_as_they_are_public(client: Client) -> None:
    seen, hidden = make_partner("甲公司"), make_partner("乙公司")
    one, gone = make_pact(seen), make_pact(hidden)
    make_pact(hidden, published=False)
    workflow.withdraw(gone, by=chief(), reason="有误")
    assert addresses(client, "agreements") == [f"/partnerships/{one.pk}/"]
    assert addresses(client, "partners") == [f"/partnerships/partners/{seen.pk}/"]
    assert {"/partnerships/", "/partnerships/dual-list/"} <= set(addresses(client, "pages"))


def test_every_listed_address_answers(client: Client) -> None:
    make_identity()
    make_sheet(make_round(), make_place())
    make_pact()
    index = client.get("/sitemap.xml").content.decode()
    sections = re.findall(r"/sitemap-([a-z]+)\.xml", index)
    assert {"pages", "places", "rounds", "titles", "recipients", "agreements", "partners"} <= set(sections)
    for section in set(sections):
        for address in addresses(client, section):
            assert client.get(address).status_code == 200, address


def test_the_site_map_leads_to_the_titles_of_places(client: Client) -> None:
    make_identity()
    make_title()
    make_title("units", name="测试模范单位", recipient_kind="unit", rounds_known=False)
    page = client.get("/sitemap/").content.decode()
    assert 'href="/honors/titles/national/">全国双拥模范城（县）<' in page
    assert "测试模范单位" not in page and 'href="/honors/grid/"' in page


def test_the_site_map_leads_to_partnerships_and_the_dual_list(client: Client) -> None:
    make_identity()
    page = client.get("/sitemap/").content.decode()
    assert 'href="/partnerships/">共建目录<' in page and 'href="/partnerships/dual-list/">军地双清单<' in page

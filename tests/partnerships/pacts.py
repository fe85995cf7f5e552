"""Agreements for tests, made as the office makes them."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from partnerships.models import Agreement, AgreementKind, Counterpart, Partner
from tests.honors.rolls import make_place, make_source
from tests.makers import release


def make_partner(name: str = "演示企业", **fields: Any) -> Partner:
    given = {"kind": "enterprise", "place": make_place(), **fields}
    return Partner.objects.get_or_create(name=name, defaults=given)[0]


def make_counterpart(name: str = "海军演示舰", kind: str = "ship") -> Counterpart:
    return Counterpart.objects.get_or_create(public_name=name, defaults={"kind": kind})[0]


def make_pact(
    *partners: Partner, at: datetime | None = None, published: bool = True, **fields: Any
) -> Agreement:
    """An agreement with a signed document and a ship, published now unless told otherwise."""
    given = {
        "kind": AgreementKind.ENTERPRISE_SHIP,
        "counterpart": make_counterpart(),
        "has_document": True,
        "summary": "合办学习室",
        "place": make_place(),
        "source": make_source("演示日报"),
        **fields,
    }
    one = Agreement.objects.create(**given)
    one.partners.set(partners or [make_partner()])
    if published:
        release(one, at=at or timezone.now())
    return one


def make_pacts(number: int, *partners: Partner, **fields: Any) -> list[Agreement]:
    """Many published agreements at once."""
    given = {
        "kind": AgreementKind.SHOP,
        "place": make_place(),
        "source": make_source("演示日报"),
        "status": "published",
        "published_at": timezone.now(),
        **fields,
    }
    made = Agreement.objects.bulk_create(
        Agreement(summary=f"第{index:03}件事", **given) for index in range(number)
    )
    link = Agreement.partners.through
    link.objects.bulk_create(link(agreement=one, partner=partner) for one in made for partner in partners)
    return made

"""Rounds, sheets and awards for tests, made through the verbs of the record."""

from datetime import date
from typing import Any

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from honors import records
from honors.models import Basis, Place, RollSheet, Round, Source, Title
from tests.makers import release


def clerk(name: str = "录入员") -> User:
    return User.objects.get_or_create(username=name)[0]


def verifier(name: str = "核验员") -> User:
    user = User.objects.get_or_create(username=name)[0]
    user.user_permissions.add(Permission.objects.get(codename="verify_rollsheet"))
    return User.objects.get(pk=user.pk)


def make_source(name: str = "测试日报", **fields: Any) -> Source:
    return Source.objects.get_or_create(name=name, defaults={"kind": "media", **fields})[0]


def make_province(code: str = "150000", name: str = "内蒙古自治区") -> Place:
    return Place.objects.get_or_create(
        code=code, defaults={"name": name, "kind": "autonomous_region", "level": "province"}
    )[0]


def make_place(
    code: str = "150300", name: str = "乌海市", parent: Place | None = None, level: str = "prefecture"
) -> Place:
    kind = "prefecture_city" if level == "prefecture" else "county_city"
    return Place.objects.get_or_create(
        code=code, defaults={"name": name, "kind": kind, "level": level, "parent": parent or make_province()}
    )[0]


def make_title(slug: str = "national", **fields: Any) -> Title:
    given = {"name": "全国双拥模范城（县）", "level": "national", "rounds_known": True, **fields}
    return Title.objects.get_or_create(slug=slug, defaults=given)[0]


def make_round(
    ordinal: int = 12, cycle: int | None = 10, year: int = 2025, title: Title | None = None, **fields: Any
) -> Round:
    """A published round."""
    title = title or make_title()
    given = {
        "date": date(year, 1, 1),
        "date_precision": "year",
        "source": make_source(),
        "year": year,
        "cycle": cycle,
    }
    one, created = Round.objects.roots().get_or_create(
        title=title, ordinal=ordinal, defaults={"slug": f"{title.slug}-{ordinal}", **given, **fields}
    )
    if created:
        release(one, at=timezone.now())
    return one


def make_sheet(
    one: Round | None = None, *places: Place, basis: str = Basis.LIST, verified: bool = True, **fields: Any
) -> RollSheet:
    """A sheet with places on it, entered by one person and (unless told otherwise) verified by another."""
    sheet = RollSheet.objects.create(
        round=one or make_round(),
        basis=basis,
        entered_by=clerk(),
        source=fields.pop("source", None) or make_source(),
        **fields,
    )
    for place in places:
        records.enter(sheet, place, by=clerk(), name_printed=place.name, title_printed="全国双拥模范城")
    if verified:
        records.verify(sheet, by=verifier())
        sheet.refresh_from_db()
    return sheet

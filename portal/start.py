"""An office's own site, empty and ready: identity, first administrator, columns, navigation."""

from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from audit.chain import record
from audit.models import Event
from honors.models import Place
from news.importers import load_columns
from portal.models import NavigationItem, SiteIdentity
from publishing.permissions import SECURITY

SKELETON = Path(__file__).parent / "skeleton.csv"
NAVIGATION = [("首页", "/"), ("新闻", "/news/"), ("荣誉榜", "/honors/"), ("关于本站", "/about/")]


def refuse_second_start() -> None:
    """Raise ``ValidationError`` where a site stands already."""
    if identity := SiteIdentity.objects.first():
        raise ValidationError(
            f"这里已经有网站“{identity.name}”，没有作任何改动。"
            "要另建一个，请用 DATA_DIR 或 DATABASE_URL 指向新的数据库。"
        )


@transaction.atomic
def start_site(identity: SiteIdentity, administrator: User, password: str) -> None:
    """Save the identity and the administrator, and make columns and navigation.

    The administrator gives the roles (安全管理) and can do nothing else; there is no superuser.
    Raises ``ValidationError`` in Chinese for anything that is not acceptable; nothing is written then.
    """
    refuse_second_start()
    identity.pk = 1
    identity.full_clean()
    identity.save()
    check_administrator(administrator)
    validate_password(password, administrator)
    administrator.is_staff = True
    administrator.set_password(password)
    administrator.save()
    administrator.groups.add(Group.objects.get(name=SECURITY))
    record(Event.ACCOUNT, obj=administrator, detail=f"新建第一个管理员，角色为{SECURITY}")
    load_columns(SKELETON)
    for order, (label, url) in enumerate(NAVIGATION, start=1):
        NavigationItem.objects.create(label=label, url=url, order=order)


def check_administrator(administrator: User) -> None:
    administrator.clean_fields(exclude=["password"])
    administrator.validate_unique()


def check_identity(field: str, value: str) -> str:
    """A value as the identity's field takes it. Raises ``ValidationError``."""
    SiteIdentity(**{field: value}).clean_fields(exclude=_all_but(field))
    return value


def check_username(value: str) -> str:
    check_administrator(get_user_model()(username=value))
    return value


def find_place(text: str) -> Place | None:
    """The place of a code such as 150300 or a name such as 内蒙古自治区/乌海市; None for "".

    Raises ``ValidationError`` for none and for several.
    """
    if not text:
        return None
    province, separator, name = text.partition("/")
    places = Place.objects.all()
    found = list(places.named(province.strip(), name.strip()) if separator else places.filter(code=text))
    if len(found) != 1:
        listed = "，".join(f"{place.code} {place.full_name}" for place in found)
        raise ValidationError(f"“{text}”有几处，请填代码：{listed}。" if found else f"没有找到“{text}”。")
    return found[0]


def _all_but(field: str) -> set[str]:
    return {other.name for other in SiteIdentity._meta.fields if other.name != field}

"""The catalogues of ``portal/locale``: what is compiled is what is written."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from tests.desk import director

CATALOGUES = Path(__file__).resolve().parents[2] / "portal" / "locale" / "zh_Hans" / "LC_MESSAGES"
ENTRY = re.compile(r'^msgid "(.+)"\n(?:msgid_plural ".+"\n)?msgstr(?:\[0\])? "(.+)"$', re.M)


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_catalogue_is_up_to_date(domain: str) -> None:
    written = dict(ENTRY.findall((CATALOGUES / f"{domain}.po").read_text(encoding="utf-8")))
    with (CATALOGUES / f"{domain}.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    found = {
        (key[0] if isinstance(key, tuple) else key): text for key, text in compiled._catalog.items() if key
    }
    assert len(written) > 5 and found == written


@pytest.mark.django_db
def test_the_admin_speaks_as_a_clerk_would() -> None:
    client: Client = director()
    heading = re.compile(r"<h1>\s*(.*?)\s*</h1>", re.S)
    shown = [
        heading.findall(client.get(reverse(f"admin:publishing_picture_{page}")).text)
        for page in ("changelist", "add")
    ]
    assert shown == [["图片"], ["新建图片"]]


@pytest.mark.django_db
def test_no_heading_and_no_help_of_the_admin_is_english() -> None:
    """The table of what can be opened has a head that only screen readers say."""
    client: Client = director()
    page = client.get(reverse("admin:index")).text
    heads = re.findall(r'<th scope="col">(.*?)</th>', page)
    assert heads and not [head for head in heads if re.search("[A-Za-z]", head)]
    page = client.get(reverse("admin:auth_user_add")).text
    assert "After you" not in page and "LDAP" not in page and "保存以后填姓名，选角色" in page


def test_what_was_saved_is_told_in_one_voice() -> None:
    with translation.override("zh-hans"):
        told = gettext("The {name} “{obj}” was added successfully."), gettext("You may edit it again below.")
    assert told == ("已新建{name}“{obj}”。", "可以接着在下面修改。")

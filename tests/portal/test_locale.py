"""The catalogues of ``portal/locale``: what is compiled is what is written."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

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

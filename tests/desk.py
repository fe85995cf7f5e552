"""What tests of the admin need: people with rights, and forms sent back the way a browser does."""

from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.accounts.passwords import accept


def person(name: str, *rights: str, **fields: Any) -> User:
    """Somebody who may enter the admin with exactly these rights (codenames)."""
    user = User.objects.create_user(name, is_staff=True, **fields)
    if "password" in fields:
        accept(user)
    found = Permission.objects.filter(codename__in=rights)
    assert found.count() == len(set(rights)), "a right is misspelt"
    user.user_permissions.set(found)
    return user


def logged_in(name: str, *rights: str, **fields: Any) -> Client:
    client = Client()
    client.force_login(person(name, *rights, **fields))
    return client


def director() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("director"))
    return client


def page(client: Client, name: str, *args: Any) -> HttpResponse:
    return client.get(reverse(f"admin:{name}", args=args))


def sent_by_browser(response: Any) -> dict[str, Any]:
    """What a browser would send back for the admin form of a page that nobody touched."""
    reader = FormReader()
    reader.feed(response.content.decode())
    return reader.data


class FormReader(HTMLParser):
    """Reads the controls of the form whose id ends in ``_form``."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, Any] = {}
        self.inside = False
        self.select: tuple[str, bool] | None = None
        self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.inside = given.get("id", "").endswith("_form")
        if not self.inside:
            return
        if tag == "select":
            self.select = (name, "multiple" in given)
            self.data |= {name: []} if "multiple" in given else {}
        elif tag == "option" and self.select and ("selected" in given or self.select[0] not in self.data):
            self.choose(given.get("value", ""))
        elif tag == "textarea":
            self.textarea, self.data[name] = name, ""
        elif tag == "input" and name and given.get("type") not in {"submit", "file", "button"}:
            if given.get("type") not in {"checkbox", "radio"}:
                self.data[name] = given.get("value", "")
            elif "checked" in given:
                self.data[name] = given.get("value", "on")

    def choose(self, value: str) -> None:
        assert self.select is not None
        name, multiple = self.select
        self.data[name] = [*self.data[name], value] if multiple else value

    def handle_data(self, data: str) -> None:
        if self.textarea:
            # A browser drops the newline that follows the start tag.
            self.data[self.textarea] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.textarea = ""
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False


def told(response: Any) -> list[str]:
    """The messages above the page that came back."""
    return [str(message) for message in response.context["messages"]]

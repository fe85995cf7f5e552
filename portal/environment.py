"""Strict readers for settings that come from the environment.

A reader never guesses: a value that it does not understand is noted in
``problems`` and the safe default is used, so that ``manage.py check`` can name
every mistake at once instead of stopping at the first one.
"""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dj_database_url

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


@dataclass(frozen=True)
class Problem:
    """One variable of the environment that could not be understood."""

    variable: str
    message: str
    hint: str


problems: list[Problem] = []


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() not in FALSE:
        problems.append(
            Problem(name, f"{name} is {value!r}, which is neither true nor false.", "Use 1 or 0.")
        )
        return default
    return False


def whole_number(name: str, default: int, least: int = 0) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if value.isascii() and value.isdigit() and int(value) >= least:
        return int(value)
    hint = f"Use a whole number of at least {least}."
    problems.append(Problem(name, f"{name} is {value!r}, which is not a number it can use.", hint))
    return default


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return one of the allowed words, whatever its case."""
    value = text(name, default).lower() or default
    if value in allowed:
        return value
    hint = f"Use one of: {', '.join(allowed)}."
    problems.append(Problem(name, f"{name} is {value!r}, which is not known.", hint))
    return default


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated words of a variable, without empty ones."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def hosts(name: str, default: str) -> list[str]:
    """Return host names without scheme, port or path; ``*`` is left to the check that refuses it."""
    found = words(name, default)
    wrong = [
        host
        for host in found
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\]", host)
    ]
    if wrong or not found:
        hint = "Write host names alone, separated by commas: www.example.gov.cn,example.gov.cn"
        said = (
            f"{', '.join(wrong)} is no host name"
            if wrong
            else "it names no host, so every page would be refused"
        )
        problems.append(Problem(name, f"{name}: {said}.", hint))
    return found


def redis_address(name: str) -> str:
    """Return "" or the address of a Redis server."""
    value = text(name)
    if not value or value.startswith(("redis://", "rediss://", "unix://")):
        return value
    # The address may hold a password: it does not stand in the message.
    hint = "Use redis://HOST:PORT/0, or leave it empty for a cache in files."
    problems.append(Problem(name, f"{name} is not the address of a Redis server.", hint))
    return ""


def path_prefix(name: str) -> str:
    """Return "" or a prefix such as "/shuangyong": one leading slash and none at the end."""
    value = text(name).rstrip("/")
    if not value:
        return ""
    if value.startswith("/") and not set(value) & set(" ?#\\\"'<>") and "//" not in value:
        return value
    problems.append(Problem(name, f"{name} is {value!r}, which is not a path.", "Write it as /shuangyong."))
    return ""


def database(name: str, default: str) -> dict[str, Any]:
    """Return Django's description of the database at an address like ``postgres://user@host/name``."""
    url = text(name) or default
    try:
        described = dict(dj_database_url.parse(url))
    except Exception as error:
        hint = "Use postgres://USER:PASSWORD@HOST:PORT/NAME or leave it empty for SQLite."
        problems.append(Problem(name, f"{name} is not a database address ({type(error).__name__}).", hint))
        return dict(dj_database_url.parse(default))
    if described["ENGINE"] not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        hint = "The portal is tested on SQLite and PostgreSQL only."
        problems.append(Problem(name, f"{name} names a database that the portal does not support.", hint))
        return dict(dj_database_url.parse(default))
    return described


def secret(name: str, kept_in: Path) -> str:
    """Return a secret from the environment, from the file NAME_FILE, or one made once and kept in a file."""
    if value := text(name):
        return value
    if named := text(f"{name}_FILE"):
        try:
            return Path(named).read_text(encoding="utf-8").strip()
        except OSError as error:
            hint = "Point it at a file that the server's user can read."
            problems.append(Problem(f"{name}_FILE", f"{named} cannot be read ({error.strerror}).", hint))
    if kept_in.exists():
        return kept_in.read_text(encoding="utf-8").strip()
    made = secrets.token_urlsafe(50)
    # Two processes may start at once: the first one to create the file wins, the other one reads it.
    try:
        kept_in.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(kept_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        if kept_in.exists():
            return kept_in.read_text(encoding="utf-8").strip()
        hint = "Point DATA_DIR at a folder that the server's user can write."
        problems.append(Problem("DATA_DIR", f"{kept_in} cannot be written ({error.strerror}).", hint))
        return made
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(made)
    return made

"""Who acts now: set by a middleware for each request of the admin, read by ``audit.chain.record``."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

COMMAND_LINE = "命令行"


@dataclass
class Acting:
    """A request of the admin. `told` names the objects of which a verb has told already."""

    request: HttpRequest
    address: str
    told: set[tuple[str, str]] = field(default_factory=set)

    @property
    def user(self) -> Any:
        """The person, or None before the log-in."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None


_current: ContextVar[Acting | None] = ContextVar("audit_acting", default=None)


@contextmanager
def acting(request: HttpRequest, address: str) -> Iterator[Acting]:
    """Within the block every event carries this request's person and address."""
    token = _current.set(found := Acting(request, address))
    try:
        yield found
    finally:
        _current.reset(token)


def current() -> Acting | None:
    return _current.get()


def operator() -> str:
    """Who runs a command: the name of the system's account, which is all that a shell can prove."""
    try:
        return f"{COMMAND_LINE}：{getpass.getuser()}"
    except (KeyError, OSError):  # a container's user without a name
        return COMMAND_LINE

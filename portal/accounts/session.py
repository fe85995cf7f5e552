"""What a log-in's session remembers: when it was last used, and whether the password must be changed."""

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.accounts import duties

SEEN = "seen"
PASSWORD_DUE = "password_due"  # noqa: S105 -- a key of the session
# The session is written at most so often, in seconds, while somebody works.
EVERY = 60


def begin(request: HttpRequest, user: Any) -> None:
    """At the log-in, and after a change of the password."""
    request.session[SEEN] = int(time.time())
    request.session[PASSWORD_DUE] = duties.password_due(user)


def has_idled(request: HttpRequest) -> bool:
    """Whether nothing was done for too long; otherwise note that something is done now."""
    now = int(time.time())
    seen = request.session.get(SEEN) or _logged_in_at(request.user)
    if now - seen > settings.IDLE_MINUTES * 60:
        return True
    if now - seen >= EVERY:
        request.session[SEEN] = now
    return False


def _logged_in_at(user: Any) -> float:
    """For a session that another door than the log-in page began; 0, long ago, where nobody knows."""
    return float(user.last_login.timestamp()) if user.last_login else 0.0

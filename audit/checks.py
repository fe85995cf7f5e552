"""The system check of the audit trail's settings."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def check_hash(**kwargs: Any) -> list[CheckMessage]:
    """audit.E001: without its hash function no event could be written, so nobody could log in."""
    if settings.AUDIT_HASH in hashlib.algorithms_available:
        return []
    hint = "Use AUDIT_HASH=sha256, or an OpenSSL that offers the function."
    return [
        Error(
            f"This Python has no hash function {settings.AUDIT_HASH!r} for the audit trail.",
            hint=hint,
            id="audit.E001",
        )
    ]

"""Uploaded documents: what they are by content, why one is refused, and the text inside.

Everything here is pure: bytes in, values out. Visitors download an accepted document as it was uploaded, so
whatever could act on their machine (macros, scripts, programs, embedded files) is refused at the door.
"""

from publishing.documents.kinds import (
    DocumentFacts,
    DocumentRefused,
    content_type,
    kind_label,
    size_label,
)
from publishing.documents.names import safe_name
from publishing.documents.recognition import recognise_document
from publishing.documents.text import extract_text

__all__ = [
    "DocumentFacts",
    "DocumentRefused",
    "content_type",
    "extract_text",
    "kind_label",
    "recognise_document",
    "safe_name",
    "size_label",
]

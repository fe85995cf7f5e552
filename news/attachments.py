"""Taking a document in under an article."""

import hashlib
from dataclasses import dataclass

from django.db import transaction

from news.models import Article, Attachment
from publishing import documents
from publishing.pictures import write_once


@dataclass(frozen=True)
class PreparedDocument:
    """An accepted document, recognised and read: what is slow about taking it in is done."""

    data: bytes
    name: str
    kind: str
    sha256: str
    text: str | None


def prepare_document(data: bytes, name: str) -> PreparedDocument:
    """Recognise a document and read its text. Touches no database, so no writer waits for it.

    Raises ``documents.DocumentRefused`` with a Chinese sentence that says what to do.
    """
    facts = documents.recognise_document(data, name)
    return PreparedDocument(
        data,
        documents.safe_name(name, facts.kind),
        facts.kind,
        hashlib.sha256(data).hexdigest(),
        documents.extract_text(data, facts.kind),
    )


def keep_document(article: Article, document: PreparedDocument, order: int = 0) -> Attachment:
    """Store a document under an article; the same bytes give the attachment that exists already."""
    with transaction.atomic():
        attachment, created = Attachment.objects.get_or_create(
            article=article,
            sha256=document.sha256,
            defaults={
                "name": document.name,
                "kind": document.kind,
                "size": len(document.data),
                "text": document.text,
                "order": order,
            },
        )
        if created:
            write_once(attachment.path, document.data)
    return attachment


def attach(article: Article, data: bytes, name: str) -> Attachment:
    """Prepare and keep. Raises ``documents.DocumentRefused``."""
    return keep_document(article, prepare_document(data, name))

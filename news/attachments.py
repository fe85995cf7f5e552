"""Taking a document in under an article."""

import hashlib

from django.db import transaction

from news.models import Article, Attachment
from publishing import documents
from publishing.pictures import write_once


def attach(article: Article, data: bytes, name: str) -> Attachment:
    """Store a document under an article; the same bytes give the attachment that exists already.

    Raises ``documents.DocumentRefused`` with a Chinese sentence that says what to do.
    """
    facts = documents.recognise_document(data, name)
    sha256 = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        attachment, created = Attachment.objects.get_or_create(
            article=article,
            sha256=sha256,
            defaults={
                "name": documents.safe_name(name, facts.kind),
                "kind": facts.kind,
                "size": len(data),
                "text": documents.extract_text(data, facts.kind),
            },
        )
        if created:
            write_once(attachment.path, data)
    return attachment

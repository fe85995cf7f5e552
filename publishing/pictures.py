"""Taking a picture in: recognised, re-encoded, stored under its checksum."""

import hashlib

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile
from django.db import transaction

from publishing import images
from publishing.models import Picture
from publishing.storage import private_storage


def store_picture(
    data: bytes, *, alt: str, by: AbstractBaseUser | None = None, caption: str = "", credit: str = ""
) -> Picture:
    """Keep a picture's renditions and return its row; the same bytes give the row that exists already.

    Raises ``images.ImageRefused`` with a Chinese sentence, and ``ValueError`` when ``alt`` says nothing.
    """
    if not alt.strip():
        raise ValueError("请填写替代文字。")
    sha256 = hashlib.sha256(data).hexdigest()
    existing = Picture.objects.filter(sha256=sha256).first()
    if existing is not None:
        return existing
    renditions = images.make_renditions(data)
    largest = max(renditions, key=lambda rendition: rendition.width)
    with transaction.atomic():
        picture, created = Picture.objects.get_or_create(
            sha256=sha256,
            defaults={
                "alt": alt.strip(),
                "caption": caption.strip(),
                "credit": credit.strip(),
                "width": largest.width,
                "height": largest.height,
                "created_by": by,
            },
        )
        if created:
            for rendition in renditions:
                write_once(picture.rendition_path(rendition.name), rendition.data)
    return picture


def write_once(path: str, data: bytes) -> None:
    """Write a file whose name is its checksum: what is there already is the same."""
    storage = private_storage()
    if not storage.exists(path):
        storage.save(path, ContentFile(data))

"""Taking a picture in: recognised, re-encoded, stored under its checksum; and where each is used."""

import hashlib
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q

from publishing import images
from publishing.models import Picture
from publishing.querysets import Status
from publishing.storage import private_storage


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """An upload that was judged and re-encoded, but is not stored yet."""

    sha256: str
    renditions: list[images.Rendition]


def checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def prepare_picture(data: bytes) -> PreparedPicture:
    """Judge and re-encode an upload. Raises ``images.ImageRefused`` with a Chinese sentence."""
    return PreparedPicture(checksum(data), images.make_renditions(data))


def keep_picture(prepared: PreparedPicture, picture: Picture) -> None:
    """Save an unsaved row together with its renditions."""
    largest = max(prepared.renditions, key=lambda rendition: rendition.width)
    picture.sha256, picture.width, picture.height = prepared.sha256, largest.width, largest.height
    with transaction.atomic():
        picture.save(force_insert=True)
        for rendition in prepared.renditions:
            write_once(picture.rendition_path(rendition.name), rendition.data)


def store_picture(
    data: bytes, *, alt: str, by: User | None = None, caption: str = "", credit: str = ""
) -> Picture:
    """Keep a picture's renditions and return its row; the same bytes give the row that exists already.

    Raises ``images.ImageRefused`` with a Chinese sentence, and ``ValueError`` when ``alt`` says nothing.
    """
    if not alt.strip():
        raise ValueError("请填写替代文字。")
    existing = Picture.objects.filter(sha256=checksum(data)).first()
    if existing is not None:
        return existing
    prepared = prepare_picture(data)
    picture = Picture(alt=alt.strip(), caption=caption.strip(), credit=credit.strip(), created_by=by)
    try:
        keep_picture(prepared, picture)
    except IntegrityError:
        # Somebody uploaded the same bytes between the question above and now.
        return Picture.objects.get(sha256=prepared.sha256)
    return picture


def write_once(path: str, data: bytes) -> None:
    """Write a file whose name is its checksum: what is there already is the same."""
    storage = private_storage()
    if not storage.exists(path):
        storage.save(path, ContentFile(data))


def remove_picture(picture: Picture) -> None:
    """Delete a picture's row and, once that is certain, its files."""
    storage = private_storage()
    paths = [
        picture.rendition_path(f"{width}.{extension}")
        for width in picture.widths
        for extension in ("webp", "jpg")
    ]
    picture.delete()

    def delete_files() -> None:
        for path in paths:
            storage.delete(path)

    transaction.on_commit(delete_files)


def picture_users(picture: Picture) -> list[models.Model]:
    """Every row of the site that shows a picture, drafts included; the past (history tables) does not count."""
    found = [
        list(model._base_manager.filter(**{name: picture}).distinct()) for model, name in _picture_fields()
    ]
    return list(dict.fromkeys(row for rows in found for row in rows))


def bound_users(picture: Picture) -> list[models.Model]:
    """The content that shows a picture with its own words, and was handed in: what is reviewed are these words too."""
    found = [
        list(model._base_manager.filter(**{name: picture}).exclude(status=Status.DRAFT))
        for model, name in _picture_fields()
        if name in getattr(model, "content_fields", ())
    ]
    return [row for rows in found for row in rows]


def is_used() -> Q:
    """The condition on ``Picture`` that ``picture_users`` answers with somebody."""
    shown = Q(pk__in=[])
    for model, name in _picture_fields():
        shown |= Q(Exists(model._base_manager.filter(**{name: OuterRef("pk")})))
    return shown


def _picture_fields() -> list[tuple[type[models.Model], str]]:
    """Fields of live tables that lead to a picture: of other apps, which this one does not know by name."""
    relations = [
        relation
        for relation in Picture._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ForeignObjectRel)
    ]
    return [
        (relation.field.model, relation.field.name)
        for relation in relations
        if not relation.field.model._meta.auto_created and not hasattr(relation.field.model, "history_object")
    ]

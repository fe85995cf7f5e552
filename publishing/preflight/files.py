"""Checks of attached documents: what could not be read, and pictures that say where they were taken."""

from __future__ import annotations

from collections.abc import Iterator

from publishing.documents.pictures import pictures_in
from publishing.preflight.content import File
from publishing.storage import private_storage


def file_findings(file: File) -> Iterator[tuple[str, str]]:
    """The ids of what is found in a document as such, each with the words of it."""
    data = file.data if file.data is not None else _stored(file.path)
    if data is None:
        yield "file.missing", "文件不在存储里"
        return
    if file.text is None:
        yield "file.unread", "读不出文字"
    elif file.is_cut:
        yield "file.cut", "文字超过 100 万字"
    try:
        pictures = pictures_in(data, file.kind)
    except Exception:  # a damaged file makes its reader raise anything: then its pictures are unread as well
        yield "file.pictures", "图片读不出来"
        return
    if pictures.positioned:
        yield "military.photo-position", f"{pictures.positioned} 张照片带有拍摄位置"
    if pictures.count:
        yield "file.pictures", f"{pictures.count} 张图片"


def _stored(path: str) -> bytes | None:
    storage = private_storage()
    if not storage.exists(path):
        return None
    with storage.open(path) as stream:
        return bytes(stream.read())

"""What a picture says in words, for the preflight."""

from __future__ import annotations

from publishing.models import Picture
from publishing.preflight.content import Alt, Content, Text


def picture_content(picture: Picture) -> Content:
    words = "\n".join(word for word in (picture.alt, picture.caption, picture.credit) if word)
    return Content([Text(f"picture.{picture.pk}", "图片的说明", words)], alts=[Alt("图片", picture.alt)])

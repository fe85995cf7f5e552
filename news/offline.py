"""An article as one HTML file: its pictures inside, readable without a network."""

import base64
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe

from news.models import Article
from publishing.body import replace_pictures
from publishing.documents import safe_name
from publishing.models import Picture
from publishing.storage import private_storage

WIDTH = 800


def as_file(request: HttpRequest, article: Article) -> HttpResponse:
    pictures = {picture.pk: picture for picture in article.pictures.all()}
    context = {
        "article": article,
        "body_html": replace_pictures(
            article.body, lambda pk: data_address(pictures[pk]) if pk in pictures else ""
        ),
        "cover_address": data_address(article.cover) if article.cover and article.show_cover else "",
        "attachments": list(article.attachments.all()),
        "offline_css": mark_safe(stylesheet()),  # noqa: S308 -- a file of this project
        "article_url": article.get_absolute_url(),
    }
    response = HttpResponse(render_to_string("news/offline.html", context, request))
    name = safe_name(article.title, "html")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def data_address(picture: Picture) -> str:
    """A picture as a data: address: JPEG, which every viewer opens."""
    found = picture.stored_file(f"{WIDTH}.jpg")
    assert found is not None
    with private_storage().open(found[0]) as file:
        return f"data:image/jpeg;base64,{base64.b64encode(file.read()).decode()}"


def stylesheet() -> str:
    return Path(str(finders.find("css/offline.css"))).read_text(encoding="utf-8")

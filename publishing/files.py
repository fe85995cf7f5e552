"""Serving private files: to visitors once something public uses them, to staff under /admin/ before."""

from http import HTTPStatus

from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from audit.chain import record
from audit.models import Event
from publishing import registry
from publishing.storage import private_storage


@require_safe
def public_file(request: HttpRequest, file_id: str, name: str) -> HttpResponseBase:
    """A file that something public uses; anything else does not exist for a visitor (404)."""
    model, number = _split(file_id)
    row = model._default_manager.public().filter(pk=number).first()  # type: ignore[attr-defined]
    response = _serve(request, row, name)
    # Short, because a withdrawn article takes its files with it.
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def staff_file(request: HttpRequest, file_id: str, name: str) -> HttpResponseBase:
    """Any file, for people who may see the admin; mounted below /admin/ and wrapped in its log-in."""
    model, number = _split(file_id)
    if not request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):  # type: ignore[union-attr]
        raise Http404
    row = model._default_manager.filter(pk=number).first()
    response = _serve(request, row, name)
    # Pictures come with the preview that is recorded; a document is read by itself.
    if row is not None and not response.get("Content-Type", "").startswith("image/"):
        record(Event.VIEW, obj=row, detail="打开文件")
    response["Cache-Control"] = "private, no-store"
    return response


def _split(file_id: str) -> tuple[type[models.Model], int]:
    model = registry.file_models.get(file_id[:1])
    number = file_id[1:]
    if model is None or not (number.isascii() and number.isdigit()) or len(number) > 18:
        raise Http404
    return model, int(number)


def _serve(
    request: HttpRequest, row: registry.ServedFile | models.Model | None, name: str
) -> HttpResponseBase:
    found = row.stored_file(name) if row is not None else None  # type: ignore[union-attr]
    if found is None:
        raise Http404
    path, content_type, as_attachment = found
    storage = private_storage()
    if not storage.exists(path):
        raise Http404
    modified = int(storage.get_modified_time(path).timestamp())
    # Paths carry the checksum of what they hold: the path is the version.
    etag = quote_etag(path.rpartition(".")[0].replace("/", "-"))
    unchanged = get_conditional_response(request, etag=etag, last_modified=modified)
    if unchanged is not None and unchanged.status_code == HTTPStatus.NOT_MODIFIED:
        return unchanged
    response = FileResponse(
        storage.open(path), content_type=content_type, as_attachment=as_attachment, filename=name
    )
    response["ETag"], response["Last-Modified"] = etag, http_date(modified)
    return response

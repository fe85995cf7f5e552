"""The body field: edited with django-prose-editor, sanitised by whoever writes it."""

from typing import Any

from django_prose_editor.fields import ProseEditorField

from publishing.body import clean_body

# What the editor offers. Every tag it makes stands in publishing.body's allowlist.
EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Underline": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    # Only the start number of a list is kept, so no dialog for its letters.
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "HorizontalRule": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Figure": True,
    "Caption": True,
    "Image": True,
    "Fullscreen": True,
    # The portal's own: Chinese labels, the picture dialog, pasting from Word (static/admin/editor/).
    "Portal": True,
}


class BodyField(ProseEditorField):
    """HTML that is canonical and harmless whichever door it comes through.

    The form cleans it, and so do ``save``, ``bulk_create``, ``update`` and ``bulk_update``: cleaning
    stands where the value is prepared for the database.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("extensions", EXTENSIONS)
        kwargs.setdefault("sanitize", clean_body)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if isinstance(value, str):
            value = clean_body(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str):
            value = clean_body(value)
        return super().get_db_prep_save(value, connection)

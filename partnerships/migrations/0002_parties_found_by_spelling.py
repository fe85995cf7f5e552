"""Every party gets the key of its name and its pinyin; the constraints on the key follow in the next migration."""

from typing import Any

from django.db import migrations, models

from partnerships.spelling import key_of, pinyin_of

NAMES = {"Partner": "name", "Counterpart": "public_name"}


def derive_spelling(apps: Any, schema_editor: Any) -> None:
    """Two rows that turn out to be one party under two spellings both stay: the later one's key is marked."""
    for model, name in NAMES.items():
        taken: set[tuple[str, Any]] = set()
        for row in apps.get_model("partnerships", model)._base_manager.order_by("pk"):
            spelt, place = getattr(row, name), getattr(row, "place_id", None)
            row.key, (row.pinyin, row.initials) = key_of(spelt), pinyin_of(spelt)
            if (row.key, place) in taken:
                row.key = f"{row.key[:80]}~{row.pk}"
            taken.add((row.key, place))
            row.save(update_fields=["key", "pinyin", "initials"])


def forget(apps: Any, schema_editor: Any) -> None:
    """The columns go; nothing else was changed."""


def column(label: str, length: int, **given: Any) -> models.CharField:
    return models.CharField(label, max_length=length, editable=False, **given)


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0001_partners_and_agreements")]

    operations = [
        operation
        for model in ("counterpart", "partner")
        for operation in (
            migrations.AddField(model, "key", column("比对名", 100, default="")),
            migrations.AddField(model, "pinyin", column("拼音", 600, blank=True)),
            migrations.AddField(model, "initials", column("拼音首字母", 100, blank=True)),
        )
    ] + [migrations.RunPython(derive_spelling, forget)]

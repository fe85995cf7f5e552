from django.conf import settings
from django.db import migrations

from portal.accounts.roles import make_roles


def make_groups(apps, schema_editor):
    """The groups of publishing.permissions.ROLES; one of that name that stands is brought in line after the migrate."""
    make_roles(schema_editor.connection.alias, apps, only_missing=True)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_password_records"),
        ("news", "0003_review_levels_and_revisions"),
        ("partnerships", "0006_review_levels_and_revisions"),
        ("honors", "0004_review_levels_and_revisions"),
        ("publishing", "0004_review_steps"),
        ("audit", "0001_events_head_and_stubs"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # On the way back the groups stay: they hold who has which role.
        migrations.RunPython(make_groups, migrations.RunPython.noop),
    ]

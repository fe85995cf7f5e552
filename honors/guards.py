"""What was verified is never changed in place, by any door (``publishing.guards``)."""

from honors.models import Evidence
from publishing import guards

# What a verified row says. Its voiding and its verification are steps, not statements.
STATEMENT = ["award_id", "sheet_id", "name_printed", "title_printed", "quote", "entered_by_id", "entered_at"]
MESSAGE = "verified evidence is append-only: add a correction"


def install(using: str) -> None:
    changed = " OR ".join(f'NEW."{name}" <> OLD."{name}"' for name in STATEMENT)
    when = f'OLD."verified_by_id" IS NOT NULL AND ({changed})'
    guards.forbid_changes(Evidence, MESSAGE, using=using, when=when)

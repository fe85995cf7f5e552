"""What a run of the loader did."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """How many things were created, updated and unchanged, and what could not follow."""

    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        return bool(self.counts["created"] or self.counts["updated"])

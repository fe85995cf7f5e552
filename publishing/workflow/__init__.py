"""The verbs that move an item between draft, review, public page and withdrawal: one function, one transaction each.

``table`` has the states; each verb has its ``…_obstacles``, which says every reason for a refusal before the act.
Buttons, messages, list actions, commands and the verbs themselves read the same list. Nothing else moves ``status``.
"""

from publishing.workflow.base import Refused, content_obstacles, moved
from publishing.workflow.leaving import (
    archive,
    archive_obstacles,
    reopen,
    reopen_obstacles,
    set_terms,
    terms_obstacles,
    withdraw,
    withdraw_obstacles,
)
from publishing.workflow.releasing import (
    emergency_obstacles,
    import_obstacles,
    import_published,
    publish,
    publish_in_emergency,
    publish_obstacles,
    unschedule,
    unschedule_obstacles,
)
from publishing.workflow.reviewing import (
    approve,
    approve_obstacles,
    level_obstacles,
    note_edit,
    send_back,
    send_back_obstacles,
    set_level,
    sign,
    sign_obstacles,
    submit,
    submit_obstacles,
    take_back,
    take_back_obstacles,
)
from publishing.workflow.revising import discard, discard_obstacles, revise, revise_obstacles
from publishing.workflow.submissions import (
    Submission,
    approval_obstacles,
    authors,
    signatures,
    signs_open,
    step_due,
    valid_steps,
)

__all__ = [
    "Refused",
    "Submission",
    "approval_obstacles",
    "approve",
    "approve_obstacles",
    "archive",
    "archive_obstacles",
    "authors",
    "content_obstacles",
    "discard",
    "discard_obstacles",
    "emergency_obstacles",
    "import_obstacles",
    "import_published",
    "level_obstacles",
    "moved",
    "note_edit",
    "publish",
    "publish_in_emergency",
    "publish_obstacles",
    "reopen",
    "reopen_obstacles",
    "revise",
    "revise_obstacles",
    "send_back",
    "send_back_obstacles",
    "set_level",
    "set_terms",
    "sign",
    "sign_obstacles",
    "signatures",
    "signs_open",
    "step_due",
    "submit",
    "submit_obstacles",
    "take_back",
    "take_back_obstacles",
    "terms_obstacles",
    "unschedule",
    "unschedule_obstacles",
    "valid_steps",
    "withdraw",
    "withdraw_obstacles",
]

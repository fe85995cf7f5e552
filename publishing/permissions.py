"""The roles of the desk and what each may do: the one table from which the groups are made (portal migration)."""

from __future__ import annotations

from typing import Any

# What a model of content offers besides Django's view, add, change and delete.
CONTENT_RIGHTS = {
    "review_1": "可以一审",
    "review_2": "可以二审",
    "review_3": "可以三审",
    "sign_secrecy": "可以签保密审查",
    "sign_military": "可以签涉军审核",
    "publish": "可以发布、定时、归档和撤回",
    "emergency": "可以应急发布",
}


def content_permissions(model: str, label: str) -> list[tuple[str, Any]]:
    """The ``Meta.permissions`` of a ``Publishable``; `model` in lower case, `label` its Chinese name."""
    return [(f"{right}_{model}", f"{words}{label}") for right, words in CONTENT_RIGHTS.items()]


# --- Roles -------------------------------------------------------------------------------------------------

EDITOR, FIRST, SECOND, THIRD = "编辑", "一审", "二审", "三审"
HONORS, PARTNERSHIPS = "荣誉管理", "共建管理"
SITE, SECURITY, AUDIT = "站点管理", "安全管理", "审计"

# 三权分立 (GB/T 22239-2019 §8.1.5): who runs the site, who gives rights and who reads the logs are three people.
ADMINISTRATORS = (SITE, SECURITY, AUDIT)

ARTICLES = ("news.article",)
RECORDS = ("honors.round",)
PACTS = ("partnerships.agreement", "partnerships.duallistitem")
CONTENT = (*ARTICLES, *RECORDS, *PACTS)
# What people choose from, and read about, while they work on content.
BACKGROUND = (
    "news.column", "news.attachment", "publishing.picture", "publishing.reviewstep", "publishing.override",
    "publishing.consent", "publishing.slip", "honors.place", "honors.placename", "honors.source", "honors.title",
    "honors.rollsheet", "honors.award", "honors.evidence", "honors.recipient", "honors.claim", "partnerships.partner",
    "partnerships.partnername", "partnerships.counterpart", "partnerships.verification", "partnerships.progressnote",
    "partnerships.reportedtotal",
)  # fmt: skip

Rights = dict[tuple[str, ...], tuple[str, ...]]
WRITE = ("view", "add", "change", "delete")
ENTER = ("view", "add", "change")
READ: Rights = {(*CONTENT, *BACKGROUND): ("view",)}

# Role -> models (app.model) -> codenames without the model. Everything not named here is refused.
ROLES: dict[str, Rights] = {
    EDITOR: {
        **READ,
        ARTICLES: WRITE,
        ("news.attachment",): WRITE,
        ("publishing.picture",): ENTER,
        ("publishing.consent",): ENTER,
    },
    FIRST: {**READ, CONTENT: ("view", "review_1", "sign_secrecy")},
    SECOND: {
        **READ,
        CONTENT: ("view", "review_2", "sign_secrecy", "sign_military", "publish"),
        ("publishing.consent",): ("view", "confirm"),
    },
    THIRD: {
        **READ,
        CONTENT: ("view", "review_3", "sign_secrecy", "sign_military", "publish", "emergency"),
        ("publishing.consent",): ("view", "confirm"),
        ("honors.rollsheet",): ("view", "verify"),
    },
    # A sheet is verified by another one who enters sheets, or by the third review.
    HONORS: {
        **READ,
        RECORDS: WRITE,
        ("honors.rollsheet",): (*WRITE, "verify"),
        ("honors.recipient", "honors.claim", "honors.placename"): WRITE,
        ("honors.title", "honors.source", "publishing.consent"): ENTER,
        ("honors.place",): ("view", "change"),
    },
    # Two partners that are one body are merged by whoever may change and delete them.
    PARTNERSHIPS: {
        **READ,
        PACTS: WRITE,
        ("partnerships.agreement",): (*WRITE, "verify"),
        ("partnerships.partner", "partnerships.counterpart"): WRITE,
        ("partnerships.partnername", "partnerships.progressnote"): WRITE,
        ("partnerships.reportedtotal",): WRITE,
        ("honors.source", "publishing.consent"): ENTER,
    },
    SITE: {
        **READ,
        ("portal.siteidentity",): ("view", "add", "change"),
        ("portal.navigationitem", "portal.friendlylink", "publishing.redirect", "publishing.slip"): WRITE,
        ("news.column",): WRITE,
    },
    SECURITY: {
        ("auth.user",): ENTER,
        ("auth.group",): ("view",),
    },
    AUDIT: {("audit.auditevent",): ("view",)},
}


def rights_of(role: str) -> set[str]:
    """The permissions of a role, as app.codename. A model named twice has the rights of all its lines."""
    return {
        f"{label.partition('.')[0]}.{right}_{label.partition('.')[2]}"
        for labels, rights in ROLES[role].items()
        for label in labels
        for right in rights
    }

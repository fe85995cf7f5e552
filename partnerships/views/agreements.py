"""The page of one agreement; its preview in the admin shows the same."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from honors.dossiers import brief
from partnerships.models import Agreement, Partner
from partnerships.querysets import AgreementQuerySet
from publishing.keywords import KEYWORD_LENGTH
from publishing.notices import no_longer

DIRECTORY = "军地共建"
# Articles and earlier verifications on the page; partners that stand large beside the counterpart.
ARTICLES, EARLIER, LARGE = 8, 12, 6
# Partners in the title; what still stands in the largest letters: so many partners, names of so many characters.
IN_TITLE, FEW, SHORT = 3, 2, 10


def trail(*names: str) -> list[tuple[str, str]]:
    """Home, the directory, then the page itself."""
    return [
        ("首页", reverse("home")),
        (DIRECTORY, reverse("partnerships:directory")),
        *((n, "") for n in names),
    ]


@require_safe
def agreement(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An agreement under its address; one that was public before keeps it and says what happened."""
    found = get_object_or_404(with_page(Agreement.objects.once_public()), pk=pk)
    if not found.is_published():
        return no_longer(
            request,
            found,
            what="这条共建记录",
            label="记录",
            # Not the parties: one of them may be why the record was withdrawn.
            name=f"{found.place.name}{found.get_kind_display()}",
            onward=("看其他共建记录", reverse("partnerships:directory")),
            breadcrumb=trail("说明"),
        )
    return render(request, "partnerships/agreement.html", agreement_context(found))


def with_page(agreements: AgreementQuerySet) -> AgreementQuerySet:
    """Everything that stands on the row itself, in one query."""
    return agreements.select_related("counterpart", "place__province", "place__prefecture", "source")


def agreement_context(found: Agreement) -> dict[str, Any]:
    """What the page of an agreement shows. Of verifications only the days: who and how are internal. Five queries."""
    partners = list(found.partners.select_related("place__province", "place__prefecture"))
    dates = list(found.root.verifications.values_list("verified_on", flat=True)[: EARLIER + 1])
    articles = found.root.articles.published().newest_first().for_lists()
    return {
        "agreement": found,
        "partners": partners[:LARGE],
        "more_partners": partners[LARGE:],
        "is_dense": len(partners) > FEW or any(len(partner.name) > SHORT for partner in partners),
        "is_group": bool(partners) and all(partner.is_group for partner in partners),
        "earlier": [day for day in dates if day != found.last_verified_on],
        "articles": list(articles[:ARTICLES]),
        "honors": brief(found.place),
        "counterpart_query": query_for(found.counterpart.public_name) if found.counterpart else "",
        "close_href": reverse("partnerships:directory"),
        "page_title": title_of(found, partners),
        "page_description": f"{found.get_kind_display()}：{found.summary}",
        "breadcrumb": trail(found.get_kind_display()),
    }


def query_for(name: str) -> str:
    """What the directory is asked to list the records of a party: a search takes only so many characters."""
    return "?" + urlencode({"q": name[:KEYWORD_LENGTH]})


def preview_context(agreement: Agreement) -> dict[str, Any]:
    """The page of an agreement that is not public yet: its partners may have no page to lead to.

    A revision is shown as it will be: with the verifications and articles of what it revises.
    """
    found = with_page(Agreement.objects.select_related("revision_of")).get(pk=agreement.pk)
    found.last_verified_on = found.root.last_verified_on
    return {**agreement_context(found), "is_preview": True}


def title_of(found: Agreement, partners: list[Partner]) -> str:
    """甲、乙与海军某舰：舰企共建. Many partners are told by the first three."""
    local = "、".join(partner.name for partner in partners[:IN_TITLE])
    if len(partners) > IN_TITLE:
        local += "等"
    parties = f"{local}与{found.counterpart.public_name}" if found.counterpart else local
    return f"{parties}：{found.get_kind_display()}"

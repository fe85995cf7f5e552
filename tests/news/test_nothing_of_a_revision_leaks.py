"""What a revision says reaches no visitor before it is published: secrets are sown in one and looked for everywhere.

Everything that is served is walked through as in ``tests/partnerships/test_nothing_leaks.py``.
"""

from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from honors.models import Source
from news.attachments import attach
from news.models import Article
from publishing import workflow
from publishing.models import Picture
from tests.desk import director
from tests.honors.rolls import make_place, make_round, make_sheet
from tests.makers import (
    approve,
    chief,
    colleague,
    make_article,
    make_column,
    make_identity,
    make_picture,
    revision,
)
from tests.news.test_admin import docx
from tests.partnerships.pacts import make_pact
from tests.partnerships.test_nothing_leaks import Site, everything, fill_the_rest, leaks, secret, serve

pytestmark = pytest.mark.django_db

TEXTS = [
    "lead_title", "title", "subtitle", "summary", "author", "source_name", "original_title", "original_author",
    "editor", "keywords",
]  # fmt: skip


@pytest.fixture
def site() -> Site:
    """A whole public site, and an article of it under revision, with something new in everything that can change."""
    make_identity()
    one = Site()
    fill_the_rest(one)
    pact, article = make_pact(), Article.objects.get(title="演示：带附件")
    one.addresses |= {
        "news:article": [article.get_absolute_url()],
        "news:offline": [article.offline_href],
        "partnerships:agreement": [pact.get_absolute_url()],
        "partnerships:partner": [reverse("partnerships:partner", args=[pact.partners.get().pk])],
    }
    return one


def under_revision() -> tuple[Article, Article, dict[str, str]]:
    """A public article, its revision, and every secret by where it was sown."""
    sown = {name: secret(name) for name in TEXTS}
    picture = make_picture(secret("图片"), colour="#102030")
    cover = make_picture(secret("封面"), colour="#405060")
    Picture.objects.filter(pk=picture.pk).update(caption=secret("图片说明"), credit=secret("摄影"))
    article = make_article("演示：要修订的", is_reprint=True, original_title="甲", original_author="乙")
    attach(article, docx("原来的"), "原来的.docx")
    body = f'<p>{secret("正文")}</p><figure><img src="/files/p{picture.pk}/800.jpg"></figure>'
    draft = revision(article, body=body, cover=cover, column=make_column("other", name="另一栏目"), **sown)
    place, pact = make_place("150200", "包头市"), make_pact(summary="另一份共建")
    draft.places.set([make_place(), place])
    draft.agreements.set([pact])
    attach(draft, docx(secret("附件里的字")), f"{secret('附件')}.docx")
    sown |= {name: secret(name) for name in ("正文", "附件", "图片")}
    return article, draft, sown


def preview_of(article: Article) -> str:
    address = reverse("admin:news_article_preview", args=[article.pk])
    return unescape(director().get(address).content.decode())


def hidden_addresses(article: Article, draft: Article) -> list[str]:
    added = draft.attachments.exclude(sha256__in=article.attachments.values("sha256")).get()
    copied = draft.attachments.exclude(pk=added.pk).get()
    here = article.get_absolute_url().replace(f"_{article.pk}.", f"_{draft.pk}.")
    assert draft.cover is not None
    files = [added.href, copied.href, draft.cover.src, draft.pictures.get().src]
    return [here, here.replace("yaowen", "other"), here.replace(".html", ".offline.html"), *files]


@pytest.mark.parametrize("stage", ["draft", "in_review", "approved", "returned"])
def test_nothing_that_a_revision_says_is_served_at_any_stage(client: Client, site: Site, stage: str) -> None:
    article, draft, sown = under_revision()
    shown = preview_of(draft)
    assert [name for name, words in sown.items() if words not in shown] == []
    before = everything(client, site)
    if stage != "draft":
        move(draft, stage)
    pages = everything(client, site)
    assert len(pages) > 70
    assert {address: page.leaking for address, page in pages.items() if page.leaking} == {}
    assert {a: p.status for a, p in pages.items()} == {a: p.status for a, p in before.items()}
    for address in hidden_addresses(article, draft):
        page = serve(client, address)
        # The page names the address that it was asked for.
        told = page.body.decode().replace(address, "").replace(unquote(address), "")
        assert page.status == 404 and not leaks(told), address
    assert "演示：要修订的" in client.get(article.get_absolute_url()).content.decode()
    assert f"_{article.pk}.html" not in client.get("/news/other/").content.decode()
    assert "演示：要修订的" not in client.get("/honors/places/150200/").content.decode()


def move(draft: Article, stage: str) -> None:
    if stage == "approved":
        approve(draft)
        return
    workflow.submit(draft, by=colleague("撰稿人"), note=secret("给审核人的话"))
    if stage == "returned":
        workflow.send_back(draft, by=colleague("审核人1"), reason=secret("退回原因"))


@pytest.mark.parametrize("word", [secret(""), "zqwx", "绝不外传"])
def test_the_search_finds_no_revision(client: Client, site: Site, word: str) -> None:
    under_revision()
    for address in ("/search/", "/news/", "/news/yaowen/"):
        context = client.get(address, {"q": word}).context
        assert (context["page"].paginator.count, address) == (0, address)


def test_published_it_is_found_where_it_was_looked_for(client: Client, site: Site) -> None:
    """Else it would be no wonder that nothing was found."""
    article, draft, sown = under_revision()
    hidden = hidden_addresses(article, draft)
    approve(draft)
    workflow.publish(draft, by=chief())
    article.refresh_from_db()
    shown = unescape(client.get(article.get_absolute_url()).content.decode())
    assert [name for name, words in sown.items() if words not in shown] == []
    leaking = {address for address, page in everything(client, site).items() if page.leaking}
    assert {
        article.get_absolute_url(),
        "/",
        "/news/",
        "/feeds/news.xml",
        "/honors/places/150300/",
    } <= leaking
    assert serve(client, article.offline_href).leaking == ["Content-Disposition", "body"]
    assert client.get("/search/", {"q": "zqwx"}).context["page"].paginator.count == 1
    assert [client.get(address).status_code for address in hidden] == [404, 404, 404, 200, 404, 200, 200]


def test_a_discarded_revision_leaves_nothing_to_be_served(client: Client, site: Site) -> None:
    article, draft, _ = under_revision()
    hidden = hidden_addresses(article, draft)
    workflow.discard(draft, by=chief())
    assert {address for address, page in everything(client, site).items() if page.leaking} == set()
    assert {client.get(address).status_code for address in hidden} == {404}


# --- Rounds --------------------------------------------------------------------------------------------------


def test_nothing_that_the_revision_of_a_round_says_is_served(client: Client, site: Site) -> None:
    one = make_round()
    make_sheet(one, make_place("150200", "包头市"))
    source = Source.objects.create(name=secret("来源"), kind="media")
    says: dict[str, Any] = {
        "naming_bodies": secret("机关"),
        "document_no": secret("文号"),
        "note": secret("说明"),
    }
    draft = revision(one, announced_count=98765, source=source, slug="zqwx-12", **says)
    form = director().get(reverse("admin:honors_round_change", args=[draft.pk])).content.decode()
    assert all(words in form for words in says.values())
    approve(draft)
    pages = everything(client, site)
    assert {address: page.leaking for address, page in pages.items() if page.leaking} == {}
    assert not any(b"98765" in page.body for page in pages.values())
    assert client.get("/honors/rounds/zqwx-12/").status_code == 404
    workflow.publish(draft, by=chief())
    shown = client.get("/honors/rounds/zqwx-12/").content.decode()
    assert secret("机关") in shown and secret("文号") in shown and secret("说明") not in shown
    assert leaks(shown)

"""What is internal reaches no visitor: secret strings are sown where they could leak, and looked for everywhere.

Every address of the resolver outside the admin is served, with every link that stands on those pages; so a page that
is added later is looked through too, or the test fails and asks for an address of it.
"""

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.header import decode_header, make_header
from html import unescape
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urljoin, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from honors.models import Recipient, Source
from news.models import Article, Attachment
from partnerships.agreements import reverify
from partnerships.models import Agreement, Counterpart, Partner, Side
from portal.sitemaps import SITEMAPS
from publishing import workflow
from publishing.links import leave_href
from publishing.models import Redirect
from publishing.storage import private_storage
from tests.desk import director, person
from tests.honors.rolls import clerk, make_place, make_round, make_sheet, make_source, make_title, verifier
from tests.makers import (
    approve,
    chief,
    make_article,
    make_column,
    make_draft,
    make_identity,
    make_picture,
    release,
)
from tests.partnerships.needs import make_need, make_note, make_total, publish_need, withdraw_need

pytestmark = pytest.mark.django_db

# Its Chinese half is found as it stands, its Latin half also in JSON escapes, in addresses and in mail headers.
SECRET = "绝不外传zqwx"
HALVES = ("绝不外传", "zqwx")
# Nobody wrote this: what it finds is what nothing finds.
NOTHING = "毫无此事jkvb"
YEAR = 2024


@dataclass
class Site:
    """`secrets`: what was sown -> where staff read it. `addresses`: by the name of a view that takes arguments."""

    secrets: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, list[str]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)

    def sow(self, row: Any, *secrets: str, page: str = "change") -> None:
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
        self.secrets |= dict.fromkeys(secrets, reverse(name, args=[row.pk]))


def secret(where: str) -> str:
    return f"{SECRET}{where}"


@pytest.fixture
def site() -> Site:
    """A site with something at every address, and secrets wherever something internal can be entered."""
    make_identity()
    one = Site()
    sow_dual_list(one)
    sow_agreements(one)
    fill_the_rest(one)
    return one


def sow_dual_list(site: Site) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    published = publish_need(1, content=secret("已发布"), stage="done", done_on=date(YEAR, 5, 1))
    draft = make_need(
        2, content=secret("草稿"), public_content=secret("草稿公开文字"), office=secret("草稿单位")
    )
    scheduled = make_need(3, content=secret("定时"), public_content=secret("定时公开文字"))
    release(scheduled, at=tomorrow)
    withdrawn = withdraw_need(4, content=secret("撤下"), public_content=secret("撤下公开文字"))
    gone = withdraw_need(5, content=secret("移除"), reason=secret("移除原因"), mode="gone")
    other = publish_need(1, side=Side.LOCALITY, year=YEAR - 1, content=secret("另一清单"), stage="running")
    for need in (published, draft, scheduled, withdrawn, other):
        said = str(need)
        make_note(need, secret(f"{said}内部进展"), public=False)
        site.sow(need, need.content, secret(f"{said}内部进展"))
    for need in (draft, scheduled, withdrawn):
        make_note(need, secret(f"{need}未公开事项的进展"), public=True)
        site.sow(need, need.public_content, secret(f"{need}未公开事项的进展"))
    site.sow(draft, draft.office)
    for need, state in ((published, "修订"), (other, "待发布的修订"), (withdrawn, "撤下后的修订")):
        revise_item(site, need, secret(state))
    site.sow(gone, gone.content, gone.withdrawal_reason)
    # Two done items would be one more than the public sees.
    source = Source.objects.create(name=secret("数目来源"), kind="media")
    total = make_total(2, year=YEAR, measure="done", is_own=True, quote=secret("数目原文"), source=source)
    site.sow(total, total.quote, source.name)


def revise_item(site: Site, need: Any, told: str) -> None:
    """A revision that says something else in every column, approved for one of them; with notes of its own."""
    revision = workflow.revise(need, by=chief())
    revision.public_content, revision.office, revision.standard = f"{told}公开", f"{told}单位", f"{told}要求"
    revision.content, revision.due_on = f"{told}内部", date(YEAR + 5, 1, 1)
    revision.save()
    make_note(revision, f"{told}公开进展", public=True)
    make_note(revision, f"{told}内部进展", public=False)
    if "待发布" in told:
        approve(revision)
    site.sow(revision, f"{told}公开", f"{told}单位", f"{told}要求", f"{told}内部")
    site.sow(revision, f"{told}公开进展", f"{told}内部进展")


def sow_agreements(site: Site) -> None:
    place, source = make_place(), make_source()
    partner = Partner.objects.create(name="演示企业", kind="enterprise", place=place)
    unit = Counterpart.objects.create(public_name="驻军某部", kind="unit")
    hidden = Partner.objects.create(name=secret("企业"), kind="enterprise", place=place)
    nobody = Counterpart.objects.create(public_name=secret("对象"), kind="unit")

    def agree(partner: Partner, unit: Counterpart, summary: str) -> Agreement:
        made = Agreement.objects.create(
            kind="civil_military", counterpart=unit, summary=summary, place=place, source=source
        )
        made.partners.add(partner)
        return made

    public = agree(partner, unit, "演示：互相走访")
    release(public)
    asked = person(secret("核实人"), "verify_agreement")
    reverify(public, by=asked, how=secret("核实方式"))
    draft, scheduled = agree(partner, unit, secret("协议草稿")), agree(partner, unit, secret("定时协议"))
    release(scheduled, at=timezone.now() + timedelta(days=1))
    alone = agree(hidden, nobody, secret("只有草稿的企业"))
    article = make_article("演示：走访", places=[place])
    article.agreements.set([public, draft, scheduled, alone])
    make_draft(secret("稿件草稿"), places=[place]).agreements.set([public])
    site.sow(public, secret("核实方式"), asked.username)
    revision = workflow.revise(public, by=chief())
    newcomer = Partner.objects.create(name=secret("修订里的企业"), kind="enterprise", place=place)
    revision.summary, revision.amount_text = secret("修订内容"), secret("修订金额")
    revision.counterpart = Counterpart.objects.create(public_name=secret("修订里的对象"), kind="unit")
    revision.source = Source.objects.create(name=secret("修订的来源"), kind="media")
    revision.save()
    revision.partners.add(newcomer)
    article.agreements.add(revision)  # no form does this any more
    site.sow(revision, revision.summary, revision.amount_text, newcomer.name)
    site.sow(revision, revision.counterpart.public_name, revision.source.name)
    for made in (draft, scheduled, alone):
        site.sow(made, made.summary)
    site.sow(hidden, hidden.name)
    site.sow(nobody, nobody.public_name)
    site.addresses |= {
        "partnerships:agreement": [public.get_absolute_url()],
        "partnerships:partner": [reverse("partnerships:partner", args=[partner.pk])],
        "news:article": [article.get_absolute_url()],
        "news:offline": [article.get_absolute_url().replace(".html", ".offline.html")],
    }
    site.hidden += [one.get_absolute_url() for one in (draft, scheduled, alone, revision)]
    site.hidden.append(newcomer.get_absolute_url())
    site.hidden.append(reverse("partnerships:partner", args=[hidden.pk]))


def fill_the_rest(site: Site) -> None:
    place, one = make_place(), make_round()
    make_sheet(one, place)
    title = make_title("people", name="爱国拥军模范", recipient_kind="unit", rounds_known=False)
    who = Recipient.objects.create(kind="unit", name="甲单位", place=place)
    sheet = make_sheet(make_round(1, None, 2020, title), verified=False)
    enter_recipient(sheet, who)
    column, picture = make_column(), make_picture()
    article = make_article("演示：带附件", cover=picture)
    paper = Attachment.objects.create(article=article, name="说明.pdf", kind="pdf", size=9, sha256="0" * 64)
    if not private_storage().exists(paper.path):
        private_storage().save(paper.path, ContentFile(b"%PDF-1.4\n"))
    Redirect.objects.create(old_path="/old/", new_path="")
    site.addresses |= {
        "news:column": [column.get_absolute_url()],
        "news:column-feed": [reverse("news:column-feed", args=[column.slug])],
        "news:views": [reverse("news:views", args=[article.pk])],
        "honors:title": [
            reverse("honors:title", args=["people"]),
            reverse("honors:title", args=["national"]),
        ],
        "honors:round": [reverse("honors:round", args=[one.slug])],
        "honors:place": [reverse("honors:place", args=[place.code])],
        "honors:recipient": [reverse("honors:recipient", args=[who.pk])],
        "leave": [leave_href("https://paper.example/")],
        "file": [picture.src, paper.href],
        "sitemap-section": [reverse("sitemap-section", args=[section]) for section in SITEMAPS],
    }


def enter_recipient(sheet: Any, who: Recipient) -> None:
    from honors import records  # noqa: PLC0415

    records.enter(sheet, who, by=clerk(), name_printed=who.name, title_printed="爱国拥军模范")
    records.verify(sheet, by=verifier())


# --- Everything that is served -----------------------------------------------------------------------------


def patterns(
    resolver: URLResolver | None = None, space: str = "", path: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """The name and the pattern of every view outside the admin."""
    for one in (resolver or get_resolver()).url_patterns:
        below = path + str(one.pattern)
        if below.startswith("admin/"):
            continue
        if isinstance(one, URLResolver):
            yield from patterns(one, f"{space}{one.namespace}:" if one.namespace else space, below)
        else:
            assert one.name, f"the view at {below} has no name"
            yield space + one.name, one


def addresses(site: Site) -> dict[str, list[str]]:
    """Addresses of every view; those without arguments by themselves."""
    found = {}
    for name, one in patterns():
        needed = set(one.pattern.regex.groupindex) - set(one.default_args)
        given = site.addresses.get(name)
        assert given or not needed, f"name an address of {name} in site.addresses: it is not looked through"
        found[name] = given or [reverse(name)]
    return found


@dataclass(frozen=True)
class Served:
    """An answer as it was sent, a workbook unpacked."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def leaking(self) -> list[str]:
        """What of it tells a secret: the names of headers, or the body."""
        told = [
            name
            for name, value in self.headers.items()
            if leaks(value) or leaks(str(make_header(decode_header(value))))
        ]
        return told + (["body"] if leaks(self.body.decode("utf-8", errors="ignore")) else [])


def serve(client: Client, address: str, **sent: Any) -> Served:
    response: Any = client.get(address, **sent)
    if response.status_code == 405:  # the count of readings
        response = client.post(address, headers={"Sec-Fetch-Site": "same-origin"})
    body = b"".join(response.streaming_content if response.streaming else [response.content])
    return Served(response.status_code, dict(response.headers), unpacked(body))


def unpacked(body: bytes) -> bytes:
    """The parts of a workbook without the moment when it was made; anything else as it is."""
    if not body.startswith(b"PK\x03\x04"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        parts = b"".join(name.encode() + b"\n" + book.read(name) for name in sorted(book.namelist()))
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"", parts)


def links(page: bytes, address: str) -> Iterator[str]:
    """Own addresses that a page leads to."""
    for written in re.findall(
        r'(?:href|src|action)="([^"]*)"|<loc>([^<]*)</loc>', page.decode(errors="ignore")
    ):
        there = urlsplit(urljoin(f"http://testserver{address}", unescape(written[0] or written[1])))
        if there.netloc in ("testserver", "shuangyong.example") and there.scheme.startswith("http"):
            own = f"{there.path}?{there.query}" if there.query else there.path
            if not own.startswith(("/static/", "/admin/")):
                yield own


def everything(client: Client, site: Site) -> dict[str, Served]:
    """The answer of every address, and of everything that those pages lead to."""
    first = [address for named in addresses(site).values() for address in named]
    pages = {address: serve(client, address) for address in first}
    onward = {there for address, page in pages.items() for there in links(page.body, address)}
    return pages | {address: serve(client, address) for address in sorted(onward - set(first))}


def leaks(text: str) -> bool:
    """Whether either half of the secret stands in a text, in any writing that a browser or a reader undoes."""
    unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    forms = (text, unescape(text), unquote(text), unescaped)
    return any(half in form.lower() for half in HALVES for form in forms)


# --- The tests ---------------------------------------------------------------------------------------------


def test_staff_read_all_that_was_sown(site: Site) -> None:
    """Else it would be no wonder that nothing leaks."""
    office, pages = director(), {}
    for address in set(site.secrets.values()):
        pages[address] = unescape(office.get(address).content.decode())
        pages[address] += unescape(office.get(address.replace("/change/", "/history/")).content.decode())
    assert [one for one, address in site.secrets.items() if one not in pages[address]] == []
    assert len(site.secrets) >= 45


@pytest.mark.parametrize(
    "text",
    [
        "<p>绝不外传</p>",
        '{"a": "\\u7edd\\u4e0d\\u5916\\u4f20"}',
        "/?q=%E7%BB%9D%E4%B8%8D%E5%A4%96%E4%BC%A0",
        "&#32477;&#19981;&#22806;&#20256;",
        "ZQWX",
    ],
)
def test_the_search_knows_a_leak_in_every_writing(text: str) -> None:
    assert leaks(text) and not leaks("绝对不会外传 zq-wx")


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All that could be written to a log, the queries included."""
    for name in ("", "django", "django.db.backends"):
        caplog.set_level(logging.DEBUG, name)
    connection.force_debug_cursor = True
    yield caplog
    connection.force_debug_cursor = False


def leaking_lines(logged: pytest.LogCaptureFixture) -> list[str]:
    lines = logged.text.splitlines()  # of the test itself: what sowed the secrets is no visitor
    assert lines, "nothing was logged"
    return [line for line in lines if leaks(line)]


def test_nothing_that_a_visitor_is_served_tells_a_secret(
    client: Client, site: Site, logged: pytest.LogCaptureFixture
) -> None:
    pages = everything(client, site)
    assert {address: page.leaking for address, page in pages.items() if page.leaking} == {}
    # The notice before leaving names its own address without the one that it is asked for.
    assert {address for address, page in pages.items() if page.status not in (200, 302)} == {"/leave/"}
    assert len(pages) > 80 and "SELECT" in logged.text
    assert leaking_lines(logged) == []


def test_what_is_not_public_has_no_page(client: Client, site: Site, logged: pytest.LogCaptureFixture) -> None:
    for address in site.hidden:
        page = serve(client, address)
        assert (page.status, page.leaking) == (404, []), address
    assert leaking_lines(logged) == []


@pytest.mark.parametrize(
    ("address", "status", "sent"),
    [
        ("/", 400, {"HTTP_HOST": "no such host"}),
        ("/nowhere", 404, {}),
        ("/partnerships/dual-list/?page=9", 404, {}),
        ("/partnerships/dual-list.csv?year=1900", 400, {}),
        ("/partnerships/dual-list.json?stage=internal", 400, {}),
        ("/old/", 410, {}),
    ],
)
def test_no_error_page_tells_a_secret(
    client: Client,
    site: Site,
    address: str,
    status: int,
    sent: dict[str, str],
    logged: pytest.LogCaptureFixture,
) -> None:
    page = serve(client, address, **sent)
    assert (page.status, page.leaking) == (status, [])
    assert leaking_lines(logged) == []


def test_a_withdrawn_record_tells_no_secret(client: Client, site: Site) -> None:
    public = Agreement.objects.published().get()
    assert public.open_revision is not None
    workflow.withdraw(public, by=chief(), reason="内容有误")
    article = Article.objects.get(title="演示：走访")
    workflow.withdraw(article, by=chief(), reason="内容有误")
    for address in (public.get_absolute_url(), article.get_absolute_url()):
        page = serve(client, address)
        assert (page.status, page.leaking) == (410, [])
    for address in ("/", "/partnerships/", "/partnerships/dual-list/", "/honors/places/150300/"):
        assert serve(client, address).leaking == [], address


@pytest.mark.parametrize("word", [SECRET, "绝不外传", "zqwx"])
def test_whoever_searches_for_the_secret_finds_what_nothing_finds(
    client: Client, site: Site, word: str
) -> None:
    """Pages repeat the word that was looked for, and nothing else."""
    nothing = NOTHING[: len(word)] if word != "zqwx" else "jkvb"

    def answer(address: str, asked: str) -> bytes:
        body = serve(client, f"{address}?q={quote(asked)}").body
        for written in (asked, quote(asked), quote_plus(asked)):
            body = body.replace(written.encode(), b"?")
        return body

    for name, one in patterns():
        if not one.pattern.regex.groupindex.keys() - one.default_args.keys():
            address = reverse(name)
            assert answer(address, word) == answer(address, nothing), address


def test_a_logged_in_director_is_served_the_same(client: Client, site: Site) -> None:
    office, moment = director(), dict.fromkeys(["Content-Length", "Expires"], "")
    for address, mine in everything(client, site).items():
        if address not in site.addresses["news:views"]:
            theirs = serve(office, address)
            assert (theirs.status, theirs.body) == (mine.status, mine.body), address
            # A workbook packs the moment when it was made, more or less tightly.
            assert {**theirs.headers, **moment} == {**mine.headers, **moment}, address

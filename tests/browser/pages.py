"""Addresses of every public template of the demonstration."""

import subprocess
import sys

from tests.browser.conftest import ROOT, Site

FIND = """
from datetime import date
from django.urls import reverse
from honors.models import Award, Recipient, Round, Source, Title
from news.models import Article
from partnerships.models import Agreement, Partner
from portal.demonstration.desk import Desk
from portal.demonstration.report import Report
from publishing import workflow
desk = Desk(Report())
by, chief = desk.people["编辑"], desk.people["三审"]
shown = Article.objects.published().filter(link_out="")
print("article", shown.newest_first().filter(attachments__isnull=False).first().get_absolute_url())
print("pictured", shown.newest_first().filter(body__contains="<img").first().get_absolute_url())
print("tabled", shown.newest_first().filter(body__contains="<table").first().get_absolute_url())
out = Article.objects.published().exclude(link_out="")
print("leave", next(one.href for one in out if one.href.startswith("/leave/")))
gone, _ = Article.objects.get_or_create(
    import_ref="browser-withdrawn",
    defaults={"title": "撤回的演示稿件", "column": shown.first().column, "source_name": "本站演示", "body": "<p>演示。</p>"},
)
if gone.status == "draft":
    desk.release(gone, by=by)
    workflow.withdraw(gone, by=chief, reason="演示：数字有误，核对后重新发布。")
print("withdrawn", gone.get_absolute_url())
person = Award.objects.public().filter(recipient__kind="person").first().recipient
print("recipient", reverse("honors:recipient", args=[person.pk]))
old = Round.objects.filter(slug="browser-withdrawn").first()
if old is None:
    title = Title.objects.create(slug="browser", name="演示单位荣誉", level="national", recipient_kind="unit")
    old = Round.objects.create(
        slug="browser-withdrawn", title=title, year=2020, date=date(2020, 1, 1), date_precision="year",
        source=Source.objects.first(),
    )
    desk.release(old, by=desk.people["荣誉管理"])
    workflow.withdraw(old, by=chief, reason="演示：年份有误，核对后重新发布。")
print("withdrawn-round", reverse("honors:round", args=[old.slug]))
pacts = Agreement.objects.published()
print("agreement", pacts.filter(has_document=True).first().get_absolute_url())
print("agreement-with-amount", pacts.filter(amount_text="42.79万元").get().get_absolute_url())
print("namesake-ship", pacts.filter(kind="namesake_ship").first().get_absolute_url())
print("group", pacts.filter(partners__is_group=True, has_document=False).first().get_absolute_url())
print("partner", Partner.objects.filter(agreements__in=pacts.filter(kind="enterprise_ship")).first().get_absolute_url())
of_two = pacts.filter(partners__name="乌海市").first().partners.first()
print("partner-of-two", of_two.get_absolute_url())
print("article-of-agreements", shown.filter(agreements__isnull=False).first().get_absolute_url())
lapsed = Agreement.objects.filter(summary="浏览器检查：撤回的演示记录").first()
if lapsed is None:
    lapsed = Agreement.objects.create(
        kind="other", summary="浏览器检查：撤回的演示记录", place=of_two.place, source=Source.objects.first()
    )
    lapsed.partners.add(of_two)
    desk.release(lapsed, by=desk.people["共建管理"])
    workflow.withdraw(lapsed, by=chief, reason="演示：协议书有误，核对后重新发布。")
print("withdrawn-agreement", lapsed.get_absolute_url())
"""


def public_pages(site: Site) -> dict[str, str]:
    """A name and an address for every kind of public page."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", FIND],
        cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " /" in line)
    return {
        "home": "/",
        "news": "/news/",
        "page-two": "/news/?page=2",
        "column": "/news/tongzhi/",
        "filtered-to-nothing": "/news/?q=没有这个词",
        "wrong-filter": "/news/?from=notadate",
        "search": "/search/",
        "search-results": "/search/?q=乌海",
        "search-nothing": "/search/?q=没有这个词",
        "about": "/about/",
        "accessibility": "/accessibility/",
        "site-map": "/sitemap/",
        "not-found": "/nowhere/",
        "no-such-page": "/news/?page=999",
        "roll": "/honors/",
        "roll-filtered": "/honors/?province=150000&year=2025",
        "roll-page-two": "/honors/?page=2&sort=-streak",
        "roll-nothing": "/honors/?q=没有这个地方",
        "roll-wrong": "/honors/?min_streak=abc&round=999",
        "place": "/honors/places/150300/",
        "place-nine-in-a-row": "/honors/places/320300/",
        "place-renamed": "/honors/places/610881/",
        "place-without-record": "/honors/places/152900/",
        "province": "/honors/places/150000/",
        "round": "/honors/rounds/national-12/",
        "round-of-units": "/honors/rounds/national-yongjun-units-2020/",
        "title": "/honors/titles/national/",
        "title-without-rounds": "/honors/titles/neimenggu/",
        "recipients": "/honors/recipients/",
        "grid": "/honors/grid/",
        "directory": "/partnerships/",
        "directory-page-two": "/partnerships/?page=2&sort=place",
        "directory-of-a-place": "/partnerships/?place=150300",
        "directory-nothing": "/partnerships/?q=没有这个单位",
        "directory-wrong": "/partnerships/?year=abc&kind=none",
        "dual-list": "/partnerships/dual-list/",
        "dual-list-overdue": "/partnerships/dual-list/?stage=overdue",
        "dual-list-wrong": "/partnerships/dual-list/?year=1999",
        **found,
    }

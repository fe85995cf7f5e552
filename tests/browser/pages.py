"""Addresses of every public template of the demonstration."""

import subprocess
import sys

from tests.browser.conftest import ROOT, Site

FIND = """
from news.models import Article
from publishing import workflow
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
    workflow.publish(gone, by=None)
    workflow.withdraw(gone, by=None, reason="演示：数字有误，核对后重新发布。")
print("withdrawn", gone.get_absolute_url())
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
        **found,
    }

"""Bringing the demonstration into a database; running it again changes only what the files changed."""

from pathlib import Path
from typing import Any

from django.db import transaction

from honors.places import load_places
from news.importers import load_columns, save_changed
from news.models import Article, Column
from portal.demonstration.content import FOLDER, ContentError, read_site
from portal.demonstration.desk import Desk
from portal.demonstration.dual_list import bring_in_dual_list
from portal.demonstration.examples import leave_examples
from portal.demonstration.news import bring_in_articles
from portal.demonstration.partnerships import bring_in_partnerships
from portal.demonstration.places import place_of
from portal.demonstration.records import bring_in_records
from portal.demonstration.report import Report
from portal.models import FriendlyLink, NavigationItem, SiteIdentity, SiteLink
from publishing.preflight import inspection


class NotADemonstration(Exception):
    """The database belongs to a real site; nothing was changed."""


def refuse_real_site() -> None:
    """Raise ``NotADemonstration`` unless the database is empty or a demonstration."""
    identity = SiteIdentity.objects.first()
    if identity is not None and not identity.is_demonstration:
        raise NotADemonstration(f"这个数据库里是“{identity.name}”，不是演示站点，没有作任何改动。")
    if identity is None and (Column.objects.exists() or Article.objects.exists()):
        raise NotADemonstration("这个数据库里已经有栏目或稿件，演示只装入空的数据库，没有作任何改动。")


@transaction.atomic
def load(folder: Path = FOLDER) -> Report:
    """Load identity, places, columns, honor records, partnerships, articles with covers and attachments, the dual
    list and the examples on the desk from the content files, through the people of the demonstration.

    Content that somebody changed in the admin goes back to what the files say, by way of a revision; verified
    records do not, since they are only ever corrected, nor do the examples, which are there to be worked on. The
    publishing time of an article is fixed by its first load, because it is part of the address.

    Raises ``NotADemonstration``, ``ContentError``, ``ValidationError`` and ``Refused``; the database is then as
    before.
    """
    refuse_real_site()
    report = Report()
    report.counts.update(load_places())
    bring_in_site(read_site(folder / "site.json"), report)
    report.counts.update(load_columns(folder / "columns.csv"))
    desk = Desk(report)
    # All places are there, and consents come from nobody here: hundreds of verbs need not ask for them again.
    with inspection.gathered_once():
        bring_in_records(folder, desk)
        bring_in_articles(folder, desk, bring_in_partnerships(folder, desk))
        bring_in_dual_list(folder, desk)
        leave_examples(folder / "on_desk", desk)
    return report


# --- the site ----------------------------------------------------------------------------------------------

MARKS = [
    "name",
    "slogan",
    "description",
    "domain",
    "site_id_code",
    "icp",
    "police_filing",
    "party_mark_url",
    "error_report_url",
    "sponsor",
    "organiser",
    "maintainer",
    "address",
    "postcode",
    "report_phone",
    "report_mailbox",
    "partner_name",
    "partner_url",
]


def bring_in_site(described: dict[str, Any], report: Report) -> None:
    if unknown := set(described) - {*MARKS, "home_place", "navigation", "friendly_links"}:
        raise ContentError(f"site.json：不认识 {'、'.join(sorted(unknown))}。")
    identity = SiteIdentity.objects.first() or SiteIdentity()
    values = {mark: described.get(mark, "") for mark in MARKS}
    values |= {"home_place": place_of(*described["home_place"].split("/")), "is_demonstration": True}
    report.counts[save_changed(identity, values)] += 1
    bring_in_links(NavigationItem, described.get("navigation", []), report)
    bring_in_links(FriendlyLink, described.get("friendly_links", []), report)


def bring_in_links(model: type[SiteLink], entries: list[dict[str, str]], report: Report) -> None:
    """Make the links of a kind exactly those of the file, in its order."""
    wanted = [(entry["label"], entry["url"], order) for order, entry in enumerate(entries, start=1)]
    rows = model._default_manager.all()
    if list(rows.values_list("label", "url", "order")) == wanted:
        report.counts["unchanged"] += len(wanted)
        return
    report.counts["updated" if rows.exists() else "created"] += len(wanted)
    rows.delete()
    for label, url, order in wanted:
        link = model(label=label, url=url, order=order)
        link.full_clean()
        link.save()

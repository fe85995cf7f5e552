"""Revisions of agreements and items: what is public stays as it is until they are brought in, and they count nowhere."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.agreements import reverify
from partnerships.dual_list_filters import Known
from partnerships.models import Agreement, DualListItem, Partner
from partnerships.parties import merge
from publishing import workflow
from publishing.models import ReviewStep, StepKind
from publishing.workflow import Refused
from tests.desk import director, logged_in, person, sent_by_browser, told
from tests.honors.rolls import make_source
from tests.makers import approve, chief, colleague, make_article, make_draft
from tests.partnerships.needs import make_need, make_total, publish_need
from tests.partnerships.pacts import make_counterpart, make_pact, make_partner

pytestmark = pytest.mark.django_db

PACTS, NEEDS = "/admin/partnerships/agreement/", "/admin/partnerships/duallistitem/"
EDITOR = ("view_agreement", "change_agreement", "view_partner", "view_counterpart")


def address(row: Any, name: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


def labels(response: Any) -> list[str]:
    """What the buttons above a form say."""
    return [act.label for act in response.context["acts"]]


def revision_of(row: Any, **values: Any) -> Any:
    """A revision that somebody works on, saved with other values."""
    draft = workflow.revise(row, by=colleague("撰稿人"))
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save()
    return draft


def listed(url: str, client: Client | None = None, **query: str) -> list[str]:
    response = (client or director()).get(url, query)
    return [str(one) for one in response.context["cl"].result_list]


# --- The form ----------------------------------------------------------------------------------------------


def test_what_is_public_is_read_in_the_form_and_changed_by_a_revision() -> None:
    pact = make_pact()
    change = address(pact)
    editor = logged_in("editor", *EDITOR)
    shown = editor.get(change)
    assert 'name="_save"' not in shown.content.decode()
    assert [act.label for act in shown.context["acts"]] == ["修订"]
    # Who had it open when it became public loses no word.
    typed = {"summary": "我写的", "kind": "other", "opened_version": pact.lock_version}
    late = editor.post(change, typed)
    assert (
        late.status_code == 200 and "我写的" in late.content.decode() and "没有保存" in late.content.decode()
    )
    revise = address(pact, "revise")
    there = editor.post(revise, {"opened_version": pact.lock_version}).url
    assert editor.post(there, sent_by_browser(editor.get(there)) | {"summary": "修订的"}).status_code == 302
    pact.refresh_from_db()
    assert pact.summary == "合办学习室" and pact.open_revision.summary == "修订的"
    assert labels(editor.get(change)) == []
    assert "打开修订稿" in editor.get(change).content.decode()
    approve(pact.open_revision)
    workflow.publish(pact.open_revision, by=chief())
    pact.refresh_from_db()
    assert pact.summary == "修订的" and Agreement.objects.count() == 1


def test_an_item_is_revised_under_its_own_number() -> None:
    need = publish_need(3, year=2026)
    client = director()
    there = client.post(address(need, "revise"), {"opened_version": need.lock_version}).url
    sent = sent_by_browser(client.get(there))
    assert sent["number"] == "3"
    assert client.post(there, sent | {"office": "演示单位乙"}).status_code == 302
    need.refresh_from_db()
    assert (need.office, need.open_revision.office) == ("演示单位甲", "演示单位乙")
    make_need(4, year=2026)
    taken = client.post(there, sent_by_browser(client.get(there)) | {"number": "4"})
    assert "2026年部队需求已有第4项。下一个可用的编号是 5。" in taken.content.decode()


def test_a_number_that_was_taken_meanwhile_refuses_the_revision_in_words() -> None:
    need = publish_need(3)
    revision = approve(revision_of(need, number=7))
    make_need(7)
    for obstacles in (
        workflow.publish_obstacles(revision, by=chief()),
        workflow.submit_obstacles(revision_of(publish_need(4), number=7), by=chief()),
    ):
        assert "这一年这份清单里已有这个编号。" in obstacles
    with pytest.raises(Refused, match="已有这个编号"):
        workflow.publish(revision, by=chief())
    page = director().post(address(revision, "publish"), {"opened_version": revision.lock_version})
    assert page.status_code == 200 and "已有这个编号" in page.content.decode()
    need.refresh_from_db()
    assert (need.number, need.is_published()) == (3, True)


def test_a_number_changed_in_a_revision_is_brought_in() -> None:
    need = publish_need(3)
    workflow.publish(approve(revision_of(need, number=7)), by=chief())
    assert DualListItem.objects.get().number == 7


# --- Verifying anew belongs to the record ------------------------------------------------------------------


def test_a_revision_is_not_verified_and_says_when_the_record_was() -> None:
    pact = make_pact()
    revision = revision_of(pact, summary="修订的")
    reverify(pact, by=person("one"), how="致电双方联络员")
    with pytest.raises(Refused, match="核实登记在公开的那一条上"):
        reverify(revision, by=person("two"), how="致电双方联络员")
    client = director()
    shown = client.get(address(revision))
    assert "再核实" not in labels(shown) and "致电双方联络员" in shown.content.decode()
    assert "核实登记在公开的那一条上" in client.get(address(revision, "reverify")).content.decode()
    sent = {"opened_version": revision.lock_version, "how": "致电", "on": str(timezone.localdate())}
    assert client.post(address(revision, "reverify"), sent).status_code == 200
    chosen = client.post(PACTS, {"action": "reverify_selected", "_selected_action": [revision.pk]})
    assert "核实登记在公开的那一条上" in chosen.content.decode()
    assert pact.verifications.count() == 1 and not revision.verifications.exists()
    preview = client.get(address(revision, "preview")).content.decode()
    assert "已核实" in preview and "修订的" in preview


def test_a_verification_while_a_revision_is_open_stays() -> None:
    pact = make_pact()
    revision = revision_of(pact, summary="修订的")
    reverify(pact, by=person("one"), how="致电双方联络员")
    workflow.publish(approve(revision), by=chief())
    pact.refresh_from_db()
    assert (pact.summary, pact.is_fresh, pact.last_verified_by.username) == ("修订的", True, "one")
    assert pact.verifications.count() == 1


# --- They count nowhere ------------------------------------------------------------------------------------


def test_no_revision_stands_in_the_questions_of_the_day() -> None:
    today = timezone.localdate()
    unknown = make_source("当地报道", identified=False)
    pact = make_pact(ends_on=today + timedelta(days=9), source=unknown)
    revision = revision_of(pact, source=None)
    need = publish_need(1, year=today.year, due_on=today - timedelta(days=1))
    revision_of(need)
    due = publish_need(2, year=today.year, due_on=today)
    revision_of(due)
    client = director()
    for query in ({"verified": "due"}, {"sourced": "without"}, {"standing": "soon"}):
        assert listed(PACTS, client, **query) == [str(pact)], query
    assert listed(PACTS, client, sourced="none") == []
    assert listed(NEEDS, client, due="overdue") == [str(need)]
    assert str(due) in listed(NEEDS, client, due="month") and len(listed(NEEDS, client, due="month")) <= 2
    # The list itself shows both, each with what it is.
    content = client.get(PACTS).content.decode()
    assert content.count("修订稿·草稿") == 1 and content.count(f'href="{address(revision)}">修订中</a>') == 1
    home = client.get("/admin/").content.decode()
    assert "1 条共建协议待再核实" in home and "1 条共建协议无来源或来源待补" in home
    assert "1 项双清单事项逾期未办结" in home


def test_numbers_rates_and_totals_are_those_of_what_is_public() -> None:
    for number in (1, 2, 3):
        publish_need(number, stage="running")
    need = DualListItem.objects.get(number=3)
    total = make_total(3, is_own=True)
    revision_of(need, number=9, stage="done", done_on=date(2024, 6, 1))
    known = Known.load()
    assert [item.number for item in known.of(2024)] == [1, 2, 3] and known.prints_numbers(2024, "military")
    page = Client().get("/partnerships/dual-list/?year=2024").content.decode()
    assert "3 项里办结 0 项" in page and '第 <span class="need__numeral">3</span> 项' in page
    assert total.quote in page and "共 3 项" in page
    assert DualListItem.objects.next_number(2024, "military") == 4


def test_parties_are_counted_by_records() -> None:
    partner, unit = make_partner(), make_counterpart()
    revision_of(make_pact(partner, counterpart=unit))
    client = director()
    for url in ("/admin/partnerships/partner/", "/admin/partnerships/counterpart/"):
        rows = client.get(url).context["cl"].result_list
        assert [row.agreements_number for row in rows] == [1], url


def test_a_party_that_only_a_revision_names_is_kept() -> None:
    pact, fresh, unit = make_pact(), make_partner("新来的企业"), make_counterpart("海军新舰")
    revision = revision_of(pact, counterpart=unit)
    revision.partners.set([fresh])
    client = director()
    for party in (fresh, unit):
        page = client.post(address(party, "delete"), {"post": "yes"}, follow=True).content.decode()
        assert "它是 1 条共建记录的" in page
        assert type(party).objects.filter(pk=party.pk).exists()
    # And has no page, since nobody published it.
    assert Client().get(fresh.get_absolute_url()).status_code == 404
    assert list(Partner.objects.public()) == list(pact.partners.all())


def test_merging_partners_takes_revisions_along_and_counts_records() -> None:
    keep, other = make_partner("君正集团"), make_partner("内蒙古君正集团")
    pact, elsewhere = make_pact(other), make_pact(make_partner("东源科技"), summary="另一件")
    revision, naming = revision_of(pact), revision_of(elsewhere)
    naming.partners.add(other)
    client = director()
    merging = f"{address(keep, 'merge')}?other={other.pk}"
    shown = client.get(merging)
    assert [one.pk for one in shown.context["moving"]] == [pact.pk, elsewhere.pk]
    done = client.post(
        address(keep, "merge"), {"other": other.pk, "seen": shown.context["seen"]}, follow=True
    )
    assert "的 2 条记录归到" in told(done)[0]
    assert {keep} == set(pact.partners.all()) == set(revision.partners.all())
    assert set(naming.partners.all()) == {keep, *elsewhere.partners.all()}
    workflow.publish(approve(naming), by=chief())
    assert set(elsewhere.partners.all()) == {keep, make_partner("东源科技")}


@pytest.mark.parametrize("revised", [False, True])
def test_what_was_reviewed_with_another_party_is_a_draft_again(revised: bool) -> None:
    keep, other = make_partner("君正集团"), make_partner("内蒙古君正集团")
    pact = make_pact(other, published=revised)
    waiting = approve(revision_of(pact) if revised else pact)
    merger = colleague("合并人")
    merge(keep, other, by=merger)
    waiting.refresh_from_db()
    assert waiting.status == "draft" and list(waiting.partners.all()) == [keep]
    assert ReviewStep.objects.about(waiting).filter(kind=StepKind.EDITED, person=merger).exists()


# --- What others refer to ----------------------------------------------------------------------------------


def test_an_article_names_the_record_and_no_revision() -> None:
    pact = make_pact()
    revision = revision_of(pact)
    client = director()
    query = "app_label=news&model_name=article&field_name=agreements&term=学习室"
    found = client.get(f"/admin/autocomplete/?{query}").json()["results"]
    assert found == [{"id": str(pact.pk), "text": "演示企业 — 海军演示舰（舰企共建：合办学习室）"}]
    article = make_draft("演示：走访")
    sent = sent_by_browser(client.get(address(article)))
    forged = client.post(address(article), sent | {"agreements": [revision.pk]})
    assert forged.status_code == 200 and not article.agreements.exists()
    assert client.post(address(article), sent | {"agreements": [pact.pk]}).status_code == 302
    shown = client.get(address(article)).content.decode()
    assert "演示企业 — 海军演示舰（舰企共建：合办学习室）</option>" in shown


@pytest.mark.parametrize("number", [1, 12])
def test_the_look_up_asks_the_same_queries(number: int, django_assert_num_queries: Any) -> None:
    for index in range(number):
        make_pact(make_partner(f"演示{index}企业"), counterpart=make_counterpart(f"演示舰{index}"))
    client = director()
    address = "/admin/autocomplete/?app_label=news&model_name=article&field_name=agreements&term=学习室"
    client.get(address)
    with django_assert_num_queries(5):
        assert len(client.get(address).json()["results"]) == number


def test_links_of_articles_stay_when_a_revision_is_published() -> None:
    pact = make_pact()
    article = make_article("演示：走访")
    article.agreements.set([pact])
    workflow.publish(approve(revision_of(pact, summary="修订的")), by=chief())
    assert list(article.agreements.all()) == [pact]
    page = Client().get(pact.get_absolute_url()).content.decode()
    assert "修订的" in page and "演示：走访" in page


def test_who_reviews_an_item_without_a_preview_is_led_to_what_it_says() -> None:
    author = person("writer", "view_duallistitem", "change_duallistitem")
    item = make_need()
    workflow.submit(item, by=author)
    change = reverse("admin:partnerships_duallistitem_change", args=[item.pk])
    page = director().get(reverse("admin:partnerships_duallistitem_review", args=[item.pk])).text
    assert f'<a class="reading" href="{change}">内容</a>' in page
    assert "“预览”" not in page

"""核对发现 of partnerships: what editors should look into, to each only what they may view."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partnerships import findings
from partnerships.dual_list_filters import Known
from partnerships.models import DualListItem
from publishing.findings import Finding, Group
from tests.desk import director, logged_in
from tests.honors.rolls import make_source
from tests.partnerships.needs import make_need, make_total, publish_need, withdraw_need
from tests.partnerships.pacts import make_pact, make_pacts, make_partner
from tests.partnerships.test_desk_agreements import assert_nothing_inline

pytestmark = pytest.mark.django_db

PAGE = "/admin/partnerships/agreement/findings/"


def of(groups: list[Group], title: str) -> list[Finding]:
    [found] = [group for group in groups if group.title == title]
    assert found.count == len(found.findings)
    return found.findings


def test_agreements_that_wait_for_an_editor_are_found() -> None:
    day = timezone.localdate()
    due = make_pact(summary="从未核实")
    unknown = make_pact(
        summary="待补", last_verified_on=day, source=make_source("当地报道", identified=False)
    )
    ended = make_pact(summary="到期", ends_on=day - timedelta(days=1))
    make_pact(summary="没事", last_verified_on=day, ends_on=day)
    make_pact(summary="草稿", published=False, source=None)
    groups = findings.of_agreements()
    assert [(one.subject, one.words) for one in of(groups, "待再核实")] == [
        (due, "演示企业 — 海军演示舰，从未核实")
    ]
    assert [one.subject for one in of(groups, "来源待补")] == [unknown]
    assert [one.subject for one in of(groups, "已到期、仍然公开")] == [ended]


def test_similar_partners_lead_to_their_merge() -> None:
    one, other = make_partner("君正集团"), make_partner("内蒙古君正集团")
    make_partner("别的单位")
    [pair] = of(findings.of_partners(), "可能是同一个单位")
    assert (pair.subject, pair.other) == (one, other)
    content = director().get(PAGE).content.decode()
    assert (
        f'<a href="/admin/partnerships/partner/{one.pk}/merge/?other={other.pk}">君正集团、内蒙古君正集团</a>'
        in content
    )


def test_public_items_overdue_are_found() -> None:
    late = publish_need(1, due_on=timezone.localdate() - timedelta(days=3))
    make_need(2, due_on=timezone.localdate() - timedelta(days=3))
    [found] = of(findings.of_dual_list(), "逾期事项")
    assert (found.subject, found.words) == (late, "演示单位甲，逾期 3 天")


def test_the_editor_learns_why_numbers_are_withheld_and_which_are_missing() -> None:
    for number in (1, 2, 4):
        publish_need(number, year=2025)
    make_need(3, year=2025)
    for number in (1, 3):
        publish_need(number, year=2025, side="locality")
    withdraw_need(2, year=2025, side="locality")
    [found] = of(findings.of_dual_list(), "不印编号的清单")
    assert (found.name, found.words) == ("2025年部队需求", "公开 3 项，缺第 3 项")
    client = director()
    content = client.get(PAGE).content.decode()
    address = "/admin/partnerships/duallistitem/?year=2025&amp;side=military"
    assert f'<a href="{address}">2025年部队需求</a>' in content
    rows = client.get(address.replace("&amp;", "&")).context["cl"].result_list
    assert {one.number for one in rows} == {1, 2, 3, 4}
    DualListItem.objects.filter(number=3, year=2025, side="military").update(
        status="published", published_at=timezone.now()
    )
    assert of(findings.of_dual_list(), "不印编号的清单") == []


def test_own_totals_that_would_point_at_items_are_found() -> None:
    for number in range(1, 6):
        publish_need(number)
    hidden = make_total(6, is_own=True)
    make_total(8, is_own=True)
    make_total(6)
    [found] = of(findings.of_dual_list(), "不显示的公开数目")
    assert found.subject == hidden and "列入清单 6 项" in found.words
    assert findings.withheld_totals(Known.load()) == [hidden]


def test_to_each_only_what_they_may_view() -> None:
    titles = {
        "view_agreement": ["待再核实", "来源待补", "已到期、仍然公开"],
        "view_partner": ["可能是同一个单位"],
        "view_duallistitem": ["逾期事项", "不印编号的清单", "不显示的公开数目"],
    }
    for right, own in titles.items():
        content = logged_in(right, right).get(PAGE).content.decode()
        for other, words in titles.items():
            for title in words:
                assert (f"<h2>{title} " in content) is (other == right), (right, title)
        assert content.count("没有发现。") == len(own)
    assert logged_in("nobody").get(PAGE).status_code == 403
    assert logged_in("honors", "view_rollsheet").get(PAGE).status_code == 403
    assert "/login/" in Client().get(PAGE).url


def test_two_partners_lead_to_the_page_that_joins_them_only_for_those_who_may() -> None:
    one, other = make_partner("君正集团"), make_partner("内蒙古君正集团")
    joins = f'href="/admin/partnerships/partner/{one.pk}/merge/?other={other.pk}"'
    may = logged_in("merger", "view_partner", "change_partner", "delete_partner")
    assert joins in may.get(PAGE).content.decode()
    content = logged_in("reader", "view_partner").get(PAGE).content.decode()
    assert "/merge/" not in content
    assert f'href="/admin/partnerships/partner/{one.pk}/change/"' in content


@pytest.mark.parametrize("number", [1, 40])
def test_findings_cost_the_same_for_any_number(number: int, django_assert_num_queries: Any) -> None:
    for index in range(number):
        partner = make_partner(f"演示企业{index}号")
        make_partner(f"内蒙古演示企业{index}号")
        make_pacts(1, partner, source=make_source("当地报道", identified=False))
        publish_need(2 * index + 2)
        make_total(number + 1, is_own=True)
    make_pacts(number, make_partner("到期的"), ends_on=timezone.localdate() - timedelta(days=1))
    client = director()
    client.get(PAGE)
    with django_assert_num_queries(15):
        assert client.get(PAGE).status_code == 200


def test_the_lists_lead_to_the_findings() -> None:
    client = director()
    for model in ("agreement", "partner", "duallistitem"):
        assert PAGE in client.get(f"/admin/partnerships/{model}/").content.decode()
    assert_nothing_inline(client.get(PAGE).content.decode())

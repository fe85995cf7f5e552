"""The desk of agreements: verified anew at every door, found by daily questions, nothing typed is lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from honors.models import Place, Source
from partnerships.agreements import reverify
from partnerships.models import Agreement, Verification
from partnerships.validity import fresh_until, is_fresh, months_before
from publishing import workflow
from publishing.workflow import Refused
from tests.desk import director, logged_in, page, person, sent_by_browser, told
from tests.honors.rolls import make_place
from tests.makers import approve, chief
from tests.partnerships.pacts import make_counterpart, make_pact, make_pacts, make_partner

pytestmark = pytest.mark.django_db

VERIFIER = ("view_agreement", "verify_agreement")
LIST = "/admin/partnerships/agreement/"
HOW = "致电双方联络员"


def today() -> date:
    return timezone.localdate()


def reverify_page(pact: Agreement) -> str:
    return reverse("admin:partnerships_agreement_reverify", args=[pact.pk])


def given(pact: Agreement, **fields: Any) -> dict[str, Any]:
    return {"opened_version": pact.lock_version, "on": str(today()), "how": HOW, **fields}


# --- 再核实: the page -------------------------------------------------------------------------------------


def test_an_agreement_is_verified_anew_on_its_page() -> None:
    pact = make_pact()
    client = logged_in("verifier", *VERIFIER)
    opened = client.get(reverify_page(pact))
    assert opened.context["form"]["on"].value() == today()
    response = client.post(reverify_page(pact), given(pact), follow=True)
    [words] = told(response)
    assert f"到 {fresh_until(today())} 为止，访客看到“已核实”。" in words and "已登记再核实" in words
    pact.refresh_from_db()
    assert (pact.last_verified_on, pact.last_verified_by.username) == (today(), "verifier")
    entered = Verification.objects.get()
    assert (entered.how, entered.by.username) == (HOW, "verifier")
    # The form shows it as a list that nobody can type into.
    content = response.content.decode()
    assert f"<li>{today()}，verifier：{HOW}" in content
    assert 'name="last_verified_on"' not in content and 'name="last_verified_by"' not in content


def test_a_day_long_ago_leaves_it_unverified_for_visitors_and_says_so() -> None:
    pact = make_pact()
    long_ago = today() - timedelta(days=400)
    response = director().post(reverify_page(pact), given(pact, on=str(long_ago)), follow=True)
    assert "访客看到的仍是“待核实”" in told(response)[0]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "rights", [("view_agreement", "change_agreement", "publish_agreement"), ("verify_agreement",)]
)
def test_without_the_right_nobody_verifies(method: str, rights: tuple[str, ...]) -> None:
    pact = make_pact()
    client = logged_in("other", *rights)
    assert getattr(client, method)(reverify_page(pact), given(pact)).status_code == 403
    assert not Verification.objects.exists()


def test_the_button_is_shown_to_those_who_may() -> None:
    pact = make_pact()
    shown = page(logged_in("verifier", *VERIFIER), "partnerships_agreement_change", pact.pk)
    assert [act.label for act in shown.context["acts"]] == ["再核实"]
    hidden = page(
        logged_in("publisher", "view_agreement", "publish_agreement"),
        "partnerships_agreement_change",
        pact.pk,
    )
    assert [act.label for act in hidden.context["acts"]] == ["归档", "期限", "撤回"]
    assert reverify_page(pact) not in hidden.content.decode()


def test_opening_the_page_verifies_nothing() -> None:
    pact = make_pact()
    director().get(reverify_page(pact), given(pact))
    assert not Verification.objects.exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"how": "  "}, "请写明怎样核实的。"),
        ({"how": "长" * 201}, "200"),
        ({"on": "2999-01-01"}, "核实日期不能在将来。"),
        ({"on": "昨天"}, "请填写日期，例如 2026-10-01。"),
        ({"on": "2020-01-01"}, "核实日期不能早于签订日期。"),
    ],
)
def test_a_wrong_verification_is_refused_and_what_was_typed_stays(
    fields: dict[str, str], reason: str
) -> None:
    pact = make_pact(signed_on=date(2021, 5, 1), signed_on_precision="day")
    response = director().post(reverify_page(pact), given(pact, **fields))
    content = response.content.decode()
    assert response.status_code == 200 and reason in content
    assert fields.get("on", str(today())) in content and fields.get("how", HOW).strip() in content
    assert not Verification.objects.exists()


def test_what_stands_against_it_is_said_before_anything_is_typed() -> None:
    ended = make_pact(ends_on=today() - timedelta(days=1))
    content = director().get(reverify_page(ended)).content.decode()
    assert "协议那时已经到期" in content and 'name="how"' not in content
    again = make_pact(summary="另一件")
    reverify(again, by=person("one"), how=HOW)
    client = logged_in("verifier", *VERIFIER)
    assert "已经核实过" in client.get(reverify_page(again)).content.decode()
    client.post(reverify_page(again), given(again))
    assert Verification.objects.count() == 1


def test_whoever_opened_an_older_state_sees_the_newest_first() -> None:
    pact = make_pact()
    old = given(pact)
    pact.save()
    client = logged_in("verifier", *VERIFIER)
    response = client.post(reverify_page(pact), old)
    assert "别人保存过" in response.content.decode() and HOW in response.content.decode()
    assert not Verification.objects.exists()
    assert client.post(reverify_page(pact), given(pact)).status_code == 302


# --- 再核实: the list --------------------------------------------------------------------------------------


def choose(client: Client, *pacts: Agreement) -> Any:
    return client.post(LIST, {"action": "reverify_selected", "_selected_action": [one.pk for one in pacts]})


def confirm(client: Client, response: Any, **fields: Any) -> Any:
    rows = response.context["rows"]
    data = {
        "action": "reverify_selected",
        "_selected_action": [row["agreement"].pk for row in rows],
        "opened": [row["opened"] for row in rows],
        "on": str(today()),
        "how": HOW,
        **fields,
    }
    return client.post(LIST, data, follow=True)


def test_chosen_ones_are_verified_with_one_form_and_refusals_told_one_by_one() -> None:
    good, better = make_pact(summary="甲事"), make_pact(summary="乙事")
    ended = make_pact(summary="丙事", ends_on=today() - timedelta(days=1))
    later = make_pact(summary="丁事")
    # No form lets a day to come through any more; what has one cannot be verified either.
    Agreement.objects.filter(pk=later.pk).update(
        signed_on=today() + timedelta(days=9), signed_on_precision="day"
    )
    client = logged_in("verifier", *VERIFIER)
    chosen = choose(client, good, better, ended, later)
    content = chosen.content.decode()
    assert "不能登记：" in content and "已经到期" in content and not Verification.objects.exists()
    words = told(confirm(client, chosen))
    assert {one.agreement for one in Verification.objects.all()} == {good, better}
    assert any("已登记 2 条的再核实" in one and str(fresh_until(today())) in one for one in words)
    assert any("丙事" in one and "已经到期" in one for one in words)
    assert any("丁事" in one and "早于签订日期" in one for one in words)
    assert len(words) == 3


def test_the_form_of_the_list_comes_back_with_what_was_typed() -> None:
    pact = make_pact()
    client = logged_in("verifier", *VERIFIER)
    response = confirm(client, choose(client, pact), how=" ", on="2026-01-01")
    content = response.content.decode()
    assert "请写明怎样核实的。" in content and "2026-01-01" in content and pact.summary in content
    assert not Verification.objects.exists()
    assert told(confirm(client, response))  # and can be sent again


def test_one_changed_meanwhile_is_refused_in_the_list_too() -> None:
    pact, other = make_pact(), make_pact(summary="另一件")
    client = logged_in("verifier", *VERIFIER)
    chosen = choose(client, pact, other)
    pact.save()
    words = told(confirm(client, chosen))
    assert [one.agreement for one in Verification.objects.all()] == [other]
    assert any("别人保存过" in one for one in words)


def test_the_action_is_refused_without_the_right() -> None:
    pact = make_pact()
    client = logged_in("other", "view_agreement", "change_agreement")
    assert "reverify_selected" not in client.get(LIST).content.decode()
    data = {
        "action": "reverify_selected",
        "_selected_action": [pact.pk],
        "opened": [f"{pact.pk}:{pact.lock_version}"],
    }
    client.post(LIST, {**data, "on": str(today()), "how": HOW})
    assert not Verification.objects.exists()


def test_forged_keys_and_too_many_are_refused() -> None:
    pact = make_pact()
    client = logged_in("verifier", *VERIFIER)
    forged = confirm(client, choose(client, pact), opened=["x:1", "9" * 30 + ":1", "-1:1", "77777:1", ""])
    assert "有一条已经被删除" in told(forged)[0] and not Verification.objects.exists()
    pacts = make_pacts(101, make_partner())
    words = told(
        client.post(
            LIST, {"action": "reverify_selected", "_selected_action": [one.pk for one in pacts]}, follow=True
        )
    )
    assert words == ["一次最多登记 100 条，请少选一些。"]


# --- The list ----------------------------------------------------------------------------------------------


def listed(client: Client, **query: str) -> set[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return {one.summary for one in response.context["cl"].result_list}


def province(code: str, name: str) -> Place:
    return Place.objects.create(code=code, name=name, kind="province", level="province")


def test_the_daily_questions_are_filters() -> None:
    day = today()
    unknown = Source.objects.create(name="当地报道", kind="media", identified=False)
    make_pact(summary="从未核实")
    make_pact(summary="刚核实", last_verified_on=day)
    make_pact(summary="满十一个月", last_verified_on=months_before(day, 11) - timedelta(days=1))
    make_pact(summary="满十二个月", last_verified_on=months_before(day, 12) - timedelta(days=1))
    make_pact(summary="待补", last_verified_on=day, source=unknown)
    make_pact(summary="草稿", published=False, source=None, has_document=False, kind="shop")
    make_pact(summary="快到期", last_verified_on=day, ends_on=day + timedelta(days=60))
    make_pact(summary="不急", last_verified_on=day, ends_on=day + timedelta(days=61))
    make_pact(summary="今天到期", last_verified_on=day, ends_on=day)
    make_pact(summary="昨天到期", ends_on=day - timedelta(days=1))
    make_pact(summary="外省", last_verified_on=day, place=province("110000", "北京市"))
    client = director()
    assert listed(client, verified="due") == {"从未核实", "满十一个月", "满十二个月"}
    assert listed(client, verified="stale") == {"从未核实", "满十二个月", "昨天到期"}
    assert "满十一个月" in listed(client, verified="fresh")
    assert listed(client, sourced="without") == {"待补", "草稿"}
    assert listed(client, sourced="none") == {"草稿"}
    assert listed(client, standing="soon") == {"快到期", "今天到期"}
    assert listed(client, standing="ended") == {"昨天到期"}
    assert listed(client, standing="in_force") == {"快到期", "不急", "今天到期"}
    assert listed(client, standing="reported") == {"草稿"} == listed(client, kind="shop")
    assert listed(client, has_document__exact="0") == {"草稿"}
    assert listed(client, province="110000") == {"外省"}
    assert "外省" not in listed(client, province="150000")
    content = client.get(LIST).content.decode()
    for words in ("待再核实（满 11 个月）", "无来源或来源待补", "将到期（60 天内）", "已到期"):
        assert words in content
    # How long ago, and what visitors read.
    assert "个月前）" in content and "从未核实" in content and "待核实" in content


@pytest.mark.parametrize("query", [{"verified": "x"}, {"standing": "x"}, {"sourced": "x"}, {"province": "x"}])
def test_unknown_values_of_filters_break_nothing(query: dict[str, str]) -> None:
    make_pact()
    assert director().get(LIST, query).status_code == 200


@pytest.mark.parametrize(
    "text", ["演示企业", "yanshiqiye", "ysqy", "海军演示舰", "hjysj", "乌海", "学习室", " 演示 企业"]
)
def test_agreements_are_found_by_parties_place_and_pinyin(text: str) -> None:
    make_pact()
    make_pact(
        make_partner("别的单位", place=None),
        summary="另一件",
        counterpart=make_counterpart("驻军某部", "unit"),
        place=province("110000", "北京市"),
    )
    assert listed(director(), q=text) == {"合办学习室"}


@pytest.mark.parametrize("number", [1, 60])
def test_the_list_asks_the_same_queries_for_one_and_for_sixty(
    number: int, django_assert_num_queries: Any
) -> None:
    for index, one in enumerate(make_pacts(number, make_partner(), make_partner("另一企业"))):
        one.place = make_place(f"1503{index % 5:02}", f"地方{index % 5}")
        one.counterpart = make_counterpart(f"演示舰{index}")
        one.signed_on, one.signed_on_precision = date(2020 + index % 4, 1, 1), "year"
        one.save()
    client = director()
    client.get(LIST)
    with django_assert_num_queries(10):
        assert client.get(LIST).status_code == 200


# --- The form ----------------------------------------------------------------------------------------------


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "kind": "civil_military",
        "partners": [make_partner().pk],
        "counterpart": make_counterpart().pk,
        "place": make_place().pk,
        "summary": "签订共建协议",
        **fields,
    }


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"summary": "与12345部队共建"}, "不得出现部队代号"),
        ({"summary": "与１２３ ４５部队共建"}, "不得出现部队代号"),
        ({"summary": "与第三团共建"}, "不得出现部队番号"),
        ({"summary": "与第 ３ 团共建"}, "不得出现部队番号"),
        ({"signed_on": "2025-07-25", "signed_on_precision": "day", "ends_on": "2025-07-24"}, "不能早于签订日期"),
        ({"summary": "签约", "signed_on": "2025-07-25"}, "签订日期和日期精度须同时填写"),
        ({"signed_on": "2099-01-01", "signed_on_precision": "day"}, "这一天还没有到"),
        ({"summary": "签约", "partners": []}, "请填写至少一个共建单位"),
        ({"summary": "签约", "amount_text": "一百万"}, "没有写单位"),
        ({"summary": "签约", "amount_text": "4.45亿元", "amount_yuan": "445"}, "应为 445000000"),
        ({"summary": "签约", "amount_text": "99999999亿元"}, "太大了"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_chinese_and_nothing_typed_is_lost(
    fields: dict[str, Any], reason: str
) -> None:
    response = director().post(f"{LIST}add/", typed(**fields))
    assert response.status_code == 200 and reason in response.content.decode()
    assert not Agreement.objects.exists()
    sent = sent_by_browser(response)
    for name, value in fields.items():
        assert sent[name] == value, name


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("约42.79万元", 427900), ("4.45亿元", 445000000), ("一百万元", 1000000), ("280多万元", 2800000)],
)
def test_money_is_computed_from_what_is_printed(text: str, yuan: int) -> None:
    client = director()
    assert client.post(f"{LIST}add/", typed(amount_text=text)).status_code == 302
    pact = Agreement.objects.get()
    assert (pact.amount_text, pact.amount_yuan) == (text, yuan)
    # The words corrected: the old number goes with them.
    change = reverse("admin:partnerships_agreement_change", args=[pact.pk])
    sent = sent_by_browser(client.get(change))
    assert client.post(change, sent | {"amount_text": "50万元"}).status_code == 302
    pact.refresh_from_db()
    assert pact.amount_yuan == 500000


def test_the_second_of_two_editors_loses_nothing() -> None:
    pact = make_pact(published=False)
    client = director()
    change = reverse("admin:partnerships_agreement_change", args=[pact.pk])
    sent = sent_by_browser(client.get(change))
    reverify(pact, by=person("one"), how=HOW)
    response = client.post(change, sent | {"summary": "我写的"})
    assert "别人先保存了" in response.content.decode() and "我写的" in response.content.decode()


def test_only_those_who_may_change_save_the_form() -> None:
    pact = make_pact()
    change = reverse("admin:partnerships_agreement_change", args=[pact.pk])
    reader = logged_in("reader", "view_agreement")
    shown = reader.get(change)
    assert shown.status_code == 200 and 'name="_save"' not in shown.content.decode()
    assert reader.post(change, {"summary": "改"}).status_code == 403
    assert logged_in("nobody").get(change).status_code == 403
    draft = make_pact(summary="草稿", published=False)
    change = reverse("admin:partnerships_agreement_change", args=[draft.pk])
    editor = logged_in("editor", "view_agreement", "change_agreement", "view_partner", "view_counterpart")
    assert editor.post(change, sent_by_browser(editor.get(change)) | {"summary": "改过"}).status_code == 302
    draft.refresh_from_db()
    assert draft.summary == "改过"


def test_pages_of_the_desk_carry_nothing_inline() -> None:
    pact = make_pact()
    reverify(pact, by=person("one"), how=HOW)
    client = director()
    pages = [
        client.get(LIST),
        client.get(f"{LIST}add/"),
        page(client, "partnerships_agreement_change", pact.pk),
        client.get(reverify_page(pact)),
        choose(client, pact),
    ]
    for shown in pages:
        assert_nothing_inline(shown.content.decode())


def assert_nothing_inline(content: str) -> None:
    for wrong in (" style=", " onclick=", " onchange=", "javascript:", "<script>", "<style"):
        assert wrong not in content, wrong


@pytest.mark.parametrize(
    "day", [date(2024, 2, 29), date(2023, 2, 28), date(2025, 2, 28), date(2025, 11, 30), date(2025, 12, 31)]
)
def test_the_last_fresh_day_is_the_last(day: date) -> None:
    last = fresh_until(day)
    assert is_fresh(day, last) and not is_fresh(day, last + timedelta(days=1))


def test_look_ups_of_partners_say_where_they_are() -> None:
    """Two 第一中学 are told apart in the list that drops down, and where one is chosen."""
    one = make_partner("第一中学", kind="school")
    query = "app_label=partnerships&model_name=agreement&field_name=partners&term=第一"
    found = director().get(f"/admin/autocomplete/?{query}").json()["results"]
    assert [row["text"] for row in found] == ["第一中学（内蒙古自治区乌海市）"]
    pact = make_pact(one, make_partner("无地中学", place=None), published=False)
    client = logged_in("editor", "view_agreement", "change_agreement")
    page_of_form = client.get(reverse("admin:partnerships_agreement_change", args=[pact.pk])).content.decode()
    assert "第一中学（内蒙古自治区乌海市）</option>" in page_of_form and ">无地中学</option>" in page_of_form


def test_what_publishing_makes_public_is_said_for_agreements() -> None:
    pact = approve(make_pact(published=False))
    page_of_act = (
        director().get(reverse("admin:partnerships_agreement_publish", args=[pact.pk])).content.decode()
    )
    assert "访客能看到内容。网址以后不再变。" in page_of_act and "第一次公开的时间" not in page_of_act


def test_the_reason_of_a_withdrawal_names_no_unit() -> None:
    pact = make_pact()
    with pytest.raises(Refused, match="撤回原因：不得出现部队代号"):
        workflow.withdraw(pact, by=chief(), reason="12345部队来函")
    workflow.withdraw(pact, by=chief(), reason="对方来函")


@pytest.mark.parametrize("choice", ["甲", "1.5"])
def test_a_forged_partner_is_a_sentence(choice: str) -> None:
    client = director()
    assert client.post(f"{LIST}add/", typed(partners=[choice])).status_code == 400
    keep = make_partner()
    assert client.get(f"/admin/partnerships/partner/{keep.pk}/merge/?other={choice}").status_code == 400


@pytest.mark.parametrize("typed_day", ["2025年7月25日", "2025.7.25", "2025-07-25", "2025/7/25"])
def test_days_are_typed_as_letters_write_them(typed_day: str) -> None:
    day = {"signed_on": typed_day, "signed_on_precision": "day"}
    assert director().post(f"{LIST}add/", typed(**day)).status_code == 302
    assert Agreement.objects.get().signed_on == date(2025, 7, 25)

"""The desk of partners and counterparts: one body under one name, merged with open eyes."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from honors.models import Place
from partnerships.models import Counterpart, Partner, PartnerName
from partnerships.parties import merge
from tests.desk import director, logged_in, page, sent_by_browser, told
from tests.honors.rolls import make_place
from tests.partnerships.pacts import make_counterpart, make_pact, make_pacts, make_partner
from tests.partnerships.test_desk_agreements import assert_nothing_inline

pytestmark = pytest.mark.django_db

LIST = "/admin/partnerships/partner/"
MERGER = ("view_partner", "change_partner", "delete_partner")


def merge_page(keep: Partner) -> str:
    return reverse("admin:partnerships_partner_merge", args=[keep.pk])


def pair() -> tuple[Partner, Partner]:
    return make_partner("君正集团"), make_partner("内蒙古君正集团")


def confirm(client: Client, keep: Partner, other: Partner, **fields: Any) -> Any:
    seen = client.get(merge_page(keep), {"other": other.pk}).context.get("seen", "")
    return client.post(merge_page(keep), {"other": other.pk, "seen": seen, **fields}, follow=True)


# --- Names -------------------------------------------------------------------------------------------------


def typed(**fields: Any) -> dict[str, Any]:
    names = {f"other_names-{key}": value for key, value in (("TOTAL_FORMS", 1), ("INITIAL_FORMS", 0))}
    return {"name": "君正集团", "kind": "enterprise", "place": make_place().pk, **names, **fields}


@pytest.mark.parametrize("name", ["君正集团", " 君正 集团 ", "君正·集团", "君正集團", "君正－集团"])
@pytest.mark.parametrize("placed", [True, False])
def test_a_second_spelling_of_a_partner_is_a_sentence(name: str, placed: bool) -> None:
    place = make_place() if placed else None
    make_partner("君正集团", place=place)
    response = director().post(f"{LIST}add/", typed(name=name, place=place.pk if place else ""))
    assert response.status_code == 200 and "已有同名的共建单位" in response.content.decode()
    assert Partner.objects.count() == 1
    assert sent_by_browser(response)["name"] == name


def test_the_same_name_in_another_place_is_another_partner() -> None:
    make_partner("第一中学")
    other = Place.objects.create(code="110000", name="北京市", kind="municipality", level="province")
    assert director().post(f"{LIST}add/", typed(name="第一中学", place=other.pk)).status_code == 302


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("12345部队", "不得出现部队代号"),
        ("１２３４５ 部 队", "不得出现部队代号"),
        ("第三团", "不得出现部队番号"),
        ("第 ３ 团", "不得出现部队番号"),
        ("·", "名称里没有文字"),
        ("长" * 101, "不超过 100"),
    ],
)
def test_a_name_that_may_not_stand_is_refused_for_both_names(name: str, reason: str) -> None:
    client = director()
    for fields in ({"name": name}, {"other_names-0-name": name}):
        response = client.post(f"{LIST}add/", typed(**fields))
        assert response.status_code == 200 and reason in response.content.decode()
        assert not Partner.objects.exists()
        for field, value in fields.items():
            assert sent_by_browser(response)[field] == value


def test_other_names_are_typed_beside_the_name() -> None:
    client = director()
    assert client.post(f"{LIST}add/", typed(**{"other_names-0-name": "君正"})).status_code == 302
    partner = Partner.objects.get()
    assert [one.name for one in partner.other_names.all()] == ["君正"]
    change = reverse("admin:partnerships_partner_change", args=[partner.pk])
    sent = sent_by_browser(client.get(change))
    twice = client.post(change, sent | {"other_names-1-name": "君 正"})
    assert "这个名称已经登记过" in twice.content.decode() or "重复" in twice.content.decode()
    own = client.post(change, sent | {"other_names-1-name": "君正集團"})
    assert "与单位名称相同" in own.content.decode()
    assert PartnerName.objects.count() == 1


def test_a_size_belongs_to_a_group() -> None:
    client = director()
    assert "只有“一批单位”才填写数目" in client.post(f"{LIST}add/", typed(group_size="958")).content.decode()
    assert client.post(f"{LIST}add/", typed(name="企业", is_group="on", group_size="958")).status_code == 302
    assert "958 家" in client.get(LIST).content.decode()


@pytest.mark.parametrize("name", ["海军演示舰", "海军 演示舰", "海軍演示艦"])
def test_a_second_spelling_of_a_counterpart_is_a_sentence(name: str) -> None:
    make_counterpart()
    url = "/admin/partnerships/counterpart/add/"
    response = director().post(url, {"public_name": name, "kind": "ship"})
    assert response.status_code == 200 and "已有" in response.content.decode()
    assert Counterpart.objects.count() == 1 and sent_by_browser(response)["public_name"] == name


# --- Lists -------------------------------------------------------------------------------------------------


def found(client: Client, url: str, text: str) -> list[str]:
    return [str(one) for one in client.get(url, {"q": text}).context["cl"].result_list]


def test_parties_are_found_by_names_and_pinyin() -> None:
    partner = make_partner("君正集团")
    PartnerName.objects.create(partner=partner, name="内蒙古君正")
    make_partner("别的", place=None)
    client = director()
    for text in ("君正", "junzheng", "jzjt", "内蒙古君正", "nmgjz", "乌海", "君正集團"):
        assert found(client, LIST, text) == ["君正集团"], text
    assert found(client, LIST, "没有") == []
    make_counterpart(), make_counterpart("驻军某部", "unit")
    for text in ("演示舰", "hjysj", "yanshijian"):
        assert found(client, "/admin/partnerships/counterpart/", text) == ["海军演示舰"], text


def test_the_look_up_of_the_agreement_form_knows_pinyin() -> None:
    make_partner("君正集团")
    make_counterpart()
    client = director()
    for field, text, name in (
        ("partners", "jzjt", "君正集团（内蒙古自治区乌海市）"),
        ("counterpart", "hjysj", "海军演示舰"),
    ):
        asked = {"app_label": "partnerships", "model_name": "agreement", "field_name": field, "term": text}
        answer = client.get("/admin/autocomplete/", asked).json()
        assert [one["text"] for one in answer["results"]] == [name]


@pytest.mark.parametrize("number", [1, 60])
def test_the_lists_ask_the_same_queries_for_one_and_for_sixty(
    number: int, django_assert_num_queries: Any
) -> None:
    for index in range(number):
        partner = make_partner(
            f"演示企业{index}", place=make_place(f"1503{index % 5:02}", f"地方{index % 5}")
        )
        PartnerName.objects.create(partner=partner, name=f"演示{index}")
        make_pacts(2, partner, counterpart=make_counterpart(f"演示舰{index}"))
    client = director()
    for url, queries in ((LIST, 7), ("/admin/partnerships/counterpart/", 6)):
        client.get(url)
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200


def test_a_partner_of_an_agreement_is_never_deleted() -> None:
    partner = make_partner()
    make_pact(partner)
    client = director()
    words = told(
        client.post(
            reverse("admin:partnerships_partner_delete", args=[partner.pk]), {"post": "yes"}, follow=True
        )
    )
    assert "它是 1 条共建记录的共建单位" in words[0]
    data = {"action": "delete_selected", "_selected_action": [partner.pk], "post": "yes"}
    assert "不能删除" in told(client.post(LIST, data, follow=True))[0]
    assert Partner.objects.exists()
    lone = make_partner("没有记录的")
    client.post(reverse("admin:partnerships_partner_delete", args=[lone.pk]), {"post": "yes"})
    assert not Partner.objects.filter(pk=lone.pk).exists()


# --- Merging -----------------------------------------------------------------------------------------------


def test_similar_partners_are_told_on_the_form() -> None:
    keep, other = pair()
    client = director()
    content = page(client, "partnerships_partner_change", keep.pk).content.decode()
    assert f'href="/admin/partnerships/partner/{other.pk}/change/">内蒙古君正集团</a>' in content
    assert f"{merge_page(keep)}?other={other.pk}" in content
    editor = page(
        logged_in("editor", "view_partner", "change_partner"), "partnerships_partner_change", keep.pk
    )
    assert "内蒙古君正集团" in editor.content.decode() and "merge" not in editor.content.decode()
    alone = make_partner("别的")
    shown = page(client, "partnerships_partner_change", alone.pk).content.decode()
    assert "可能与它是同一个单位" not in shown


def test_two_partners_become_one_after_what_moves_was_seen() -> None:
    keep, other = pair()
    moved, both = make_pact(other, summary="会动的"), make_pact(keep, other, summary="两家都在")
    PartnerName.objects.create(partner=other, name="君正股份")
    client = logged_in("merger", *MERGER, "view_agreement")
    seen = client.get(merge_page(keep), {"other": other.pk}).content.decode()
    for words in ("会动的", "两家都在", "内蒙古君正集团、君正股份", "确认后不能拆开"):
        assert words in seen
    assert Partner.objects.count() == 2
    [words] = told(confirm(client, keep, other))
    assert "“内蒙古君正集团”的 2 条记录归到“君正集团”" in words
    assert [list(one.partners.all()) for one in (moved, both)] == [[keep], [keep]]
    assert sorted(one.name for one in keep.other_names.all()) == ["内蒙古君正集团", "君正股份"]
    logged = {(entry.action_flag, entry.object_repr) for entry in LogEntry.objects.all()}
    assert logged == {(2, "君正集团"), (3, "内蒙古君正集团")}


@pytest.mark.parametrize(
    "rights", [("view_partner", "change_partner"), ("view_partner", "delete_partner"), ("view_partner",)]
)
def test_merging_needs_both_rights_at_every_door(rights: tuple[str, ...]) -> None:
    keep, other = pair()
    client = logged_in("other", *rights)
    assert client.get(merge_page(keep)).status_code == 403
    assert client.get(merge_page(keep), {"other": other.pk}).status_code == 403
    assert client.post(merge_page(keep), {"other": other.pk, "seen": "x"}).status_code == 403
    assert merge_page(keep) not in page(client, "partnerships_partner_change", keep.pk).content.decode()
    assert Partner.objects.count() == 2


def test_who_may_not_view_agreements_reads_only_how_many_of_them_move() -> None:
    keep, other = pair()
    make_pact(other, summary="还没有公开的", published=False)
    client = logged_in("merger", *MERGER)
    seen = client.get(merge_page(keep), {"other": other.pk}).content.decode()
    assert "还没有公开的" not in seen and '<span class="work__count">1</span>' in seen
    assert "没有查看共建协议的权限" in seen
    assert "1 条记录归到" in told(confirm(client, keep, other))[0]


def test_a_counterpart_of_agreements_is_not_deleted_nor_are_they_named() -> None:
    pact = make_pact(summary="还没有公开的", published=False)
    client = logged_in("clerk", "view_counterpart", "delete_counterpart")
    address = reverse("admin:partnerships_counterpart_delete", args=[pact.counterpart_id])
    for response in (client.get(address, follow=True), client.post(address, {"post": "yes"}, follow=True)):
        assert "它是 1 条共建记录的军方对象" in told(response)[0]
        assert "还没有公开的" not in response.content.decode()
    data = {"action": "delete_selected", "_selected_action": [pact.counterpart_id], "post": "yes"}
    response = client.post("/admin/partnerships/counterpart/", data, follow=True)
    assert "不能删除" in told(response)[0] and "还没有公开的" not in response.content.decode()
    pact.counterpart = None
    pact.save()
    client.post(address, {"post": "yes"})
    assert not Counterpart.objects.exists()


def test_a_name_that_changed_while_a_merge_waited_is_kept() -> None:
    keep, other = pair()
    Partner.objects.filter(pk=other.pk).update(name="君正控股", key="君正控股")
    merge(keep, other, by=User.objects.create_user("merger"))
    assert [one.name for one in keep.other_names.all()] == ["君正控股"]


def test_a_merge_that_cannot_be_is_refused() -> None:
    keep, other = pair()
    group = make_partner("一批企业", is_group=True)
    client = director()
    for chosen, reason in ((keep, "请选择两个不同的单位"), (group, "“一批单位”不能合并")):
        shown = client.get(merge_page(keep), {"other": chosen.pk})
        assert reason in shown.content.decode() and "确认合并" not in shown.content.decode()
        assert reason in client.post(merge_page(keep), {"other": chosen.pk, "seen": "x"}).content.decode()
    assert "请选择另一个单位" in client.post(merge_page(keep), {"other": ""}).content.decode()
    assert "没有这个单位" in client.post(merge_page(keep), {"other": "77777"}).content.decode()
    assert client.post(merge_page(keep), {"other": "9" * 30}).status_code in {200, 400}
    assert client.get("/admin/partnerships/partner/77777/merge/").status_code == 404
    # By GET, or with what was not seen, nothing is done.
    client.get(merge_page(keep), {"other": other.pk, "seen": "x"})
    assert "记录有改动" in client.post(merge_page(keep), {"other": other.pk, "seen": "x"}).content.decode()
    assert Partner.objects.count() == 3


def test_what_moved_since_it_was_seen_is_shown_first() -> None:
    keep, other = pair()
    client = director()
    seen = client.get(merge_page(keep), {"other": other.pk}).context["seen"]
    make_pact(other, summary="新来的")
    response = confirm(client, keep, other, seen=seen)
    assert "记录有改动" in response.content.decode() and "新来的" in response.content.decode()
    assert Partner.objects.count() == 2


def test_two_that_differ_are_merged_only_with_a_warning() -> None:
    keep, other = make_partner("君正集团"), make_partner("君正学校", kind="school")
    client = director()
    assert "类别或所在地不同" in client.get(merge_page(keep), {"other": other.pk}).content.decode()
    confirm(client, keep, other)
    assert Partner.objects.get() == keep


def test_the_pages_carry_nothing_inline() -> None:
    keep, other = pair()
    make_pact(other)
    client = director()
    change = reverse("admin:partnerships_partner_change", args=[keep.pk])
    for url in (LIST, change, merge_page(keep), f"{merge_page(keep)}?other={other.pk}"):
        assert_nothing_inline(client.get(url).content.decode())


def test_who_merges_stands_in_the_history_of_the_agreement() -> None:
    keep, other = pair()
    pact = make_pact(other)
    confirm(logged_in("merger", *MERGER), keep, other)
    reasons = [record.history_change_reason for record in pact.history.all()]
    assert "合并共建单位：内蒙古君正集团 → 君正集团" in reasons
    assert pact.history.first().history_user == User.objects.get(username="merger")

"""The site as a whole in the admin: identity, navigation, links, people."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from portal.models import FriendlyLink, NavigationItem, SiteIdentity
from publishing import workflow
from publishing.admin_acts import ACTS
from publishing.models import Redirect
from tests.desk import director, logged_in, page, sent_by_browser
from tests.makers import colleague, make_article, make_column, make_draft, make_identity, make_picture

pytestmark = pytest.mark.django_db

IDENTITY = "/admin/portal/siteidentity/"


# --- Identity --------------------------------------------------------------------------------------


def test_the_identity_list_leads_to_the_empty_form_first_and_to_the_one_row_then() -> None:
    client = director()
    assert client.get(IDENTITY)["Location"] == f"{IDENTITY}add/"
    data = sent_by_browser(client.get(f"{IDENTITY}add/")) | {"name": "测试双拥网"}
    client.post(f"{IDENTITY}add/", data)
    assert SiteIdentity.objects.get().name == "测试双拥网"
    assert client.get(IDENTITY)["Location"] == f"{IDENTITY}1/change/"
    assert client.get(f"{IDENTITY}add/")["Location"] == f"{IDENTITY}1/change/"


def test_a_second_identity_cannot_be_added_and_the_one_not_deleted() -> None:
    make_identity()
    client = director()
    client.post(f"{IDENTITY}add/", {"name": "另一个"})
    assert client.post(f"{IDENTITY}1/delete/", {"post": "yes"}).status_code == 403
    assert 'class="deletelink"' not in client.get(f"{IDENTITY}1/change/").content.decode()
    assert SiteIdentity.objects.get().name == "测试双拥网"


def test_missing_marks_are_told_above_the_form_and_a_full_one_is_quiet() -> None:
    make_identity(icp="", report_phone="")
    client = director()
    content = client.get(f"{IDENTITY}1/change/").content.decode()
    assert "还缺 2 项检查要看的标识" in content
    assert "<li>ICP备案编号</li>" in content and "<li>有害信息举报电话</li>" in content
    SiteIdentity.objects.update(icp="测ICP备00000000号", report_phone="0000-0000000")
    assert "检查要看的标识" not in client.get(f"{IDENTITY}1/change/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("domain", "https://www.example.gov.cn/"),
        ("postcode", "12345"),
        ("postcode", "abcdef"),
        ("report_mailbox", "no mailbox"),
        ("party_mark_url", "javascript:alert(1)"),
        ("error_report_url", "//elsewhere.example/"),
        ("partner_url", "ftp://elsewhere.example/"),
        ("home_place", "999999"),
        ("slogan", "有\0空字符"),
    ],
)
def test_a_wrong_identity_is_refused_in_chinese_at_its_field(field: str, value: str) -> None:
    make_identity()
    client = director()
    data = sent_by_browser(client.get(f"{IDENTITY}1/change/"))
    response = client.post(f"{IDENTITY}1/change/", {**data, field: value})
    errors = response.context["adminform"].form.errors
    assert list(errors) == [field]
    assert re.search(r"[\u4e00-\u9fff]", errors[field][0])


def test_the_identity_keeps_its_history() -> None:
    make_identity()
    client = director()
    data = sent_by_browser(client.get(f"{IDENTITY}1/change/")) | {"slogan": "军民同心"}
    client.post(f"{IDENTITY}1/change/", data)
    entries = client.get(f"{IDENTITY}1/history/").context["entries"]
    assert (entries[0].who, entries[0].reason) == ("director", "修改：标语")


# --- Links, redirects, people ----------------------------------------------------------------------


@pytest.mark.parametrize("model", [NavigationItem, FriendlyLink])
def test_links_are_added_and_wrong_addresses_refused(model: Any) -> None:
    client = director()
    address = reverse(f"admin:portal_{model._meta.model_name}_add")
    data = sent_by_browser(client.get(address))
    for wrong in ("javascript:alert(1)", "//elsewhere.example", "news/", "https://a b/", ""):
        response = client.post(address, {**data, "label": "链接", "url": wrong})
        assert re.search(r"[\u4e00-\u9fff]", response.context["adminform"].form.errors["url"][0]), wrong
    client.post(address, {**data, "label": "新闻", "url": "/news/"})
    assert [one.label for one in model.objects.all()] == ["新闻"]
    assert client.get(reverse(f"admin:portal_{model._meta.model_name}_changelist")).status_code == 200


def test_a_redirect_is_entered_in_the_admin_and_followed_at_once() -> None:
    client = director()
    address = reverse("admin:publishing_redirect_add")
    data = sent_by_browser(client.get(address))
    for wrong in ({"old_path": "alt/"}, {"old_path": "/alt/", "new_path": "/alt/"}, {"old_path": "//x/"}):
        assert client.post(address, {**data, **wrong}).context["adminform"].form.errors
    client.post(address, {**data, "old_path": "/alt/", "new_path": "/about/"})
    assert Redirect.objects.get().new_path == "/about/"
    response = client.get("/alt/")
    assert (response.status_code, response["Location"]) == (301, "/about/")


def test_people_and_groups_are_kept_in_chinese() -> None:
    client = director()
    content = page(client, "auth_user_add").content.decode()
    assert "用户名" in content
    assert "用户组" in page(client, "auth_group_changelist").content.decode() or "组" in content
    assert page(client, "auth_user_change", User.objects.get().pk).status_code == 200


# --- Every page of the admin -----------------------------------------------------------------------


def every_page() -> list[str]:
    """An address of each page of the classes kept here, with something on it."""
    make_identity()
    draft, live = make_draft("草稿", cover=make_picture()), make_article("公开的")
    waiting = make_draft("审核中的")
    workflow.submit(waiting, by=colleague("撰稿人"))
    column = make_column()
    NavigationItem.objects.create(label="新闻", url="/news/")
    FriendlyLink.objects.create(label="友情", url="https://friend.example.gov.cn/")
    addresses = [reverse("admin:index"), IDENTITY + "1/change/", IDENTITY + "1/history/"]
    for name in (
        "news_article",
        "news_column",
        "portal_navigationitem",
        "portal_friendlylink",
        "publishing_redirect",
    ):
        addresses += [reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_add")]
    for name in ("change", "preview", "preflight", "sheet", "history", "delete", *(act.name for act in ACTS)):
        addresses.append(reverse(f"admin:news_article_{name}", args=[draft.pk]))
    for name in ("change", "withdraw", "revise", "terms", "archive", "preview"):
        addresses.append(reverse(f"admin:news_article_{name}", args=[live.pk]))
    for name in ("change", "review", "sign", "send-back", "level"):
        addresses.append(reverse(f"admin:news_article_{name}", args=[waiting.pk]))
    addresses.append(f"{reverse('admin:news_article_history', args=[live.pk])}{live.history.first().pk}/")
    addresses += [reverse(f"admin:news_column_{name}", args=[column.pk]) for name in ("change", "history")]
    return addresses


def test_no_page_of_the_admin_has_inline_style_script_or_handler() -> None:
    """The strict policy would silently drop them. An import map of the editor stands under its nonce."""
    client = director()
    for address in every_page():
        response = client.get(address)
        assert response.status_code == 200, address
        content = re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.S)
        assert re.findall(r"<[^>]+\sstyle=", content) == [], address
        assert re.findall(r"<style[ >]", content) == [], address
        assert re.findall(r"<[^>]+\son[a-z]+=", content) == [], address
        inline = [tag for tag in re.findall(r"<script[^>]*>", content) if "src=" not in tag]
        allowed = [tag for tag in inline if "nonce=" in tag or 'type="application/json"' in tag]
        assert inline == allowed, address


def test_somebody_without_rights_sees_an_empty_desk() -> None:
    make_draft("秘密的草稿")
    response = logged_in("nobody").get(reverse("admin:index"))
    assert response.status_code == 200
    assert "秘密的草稿" not in response.content.decode()
    for name in ("portal_siteidentity", "portal_navigationitem", "news_column", "publishing_redirect"):
        assert page(logged_in(f"n-{name}"), f"{name}_changelist").status_code in {302, 403}

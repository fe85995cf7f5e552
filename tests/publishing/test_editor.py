"""The body's editor: what the admin's form carries, shows and takes back."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import override_script_prefix
from django.urls import reverse
from django.utils.translation.trans_real import DjangoTranslation
from django_prose_editor import config, widgets

from news.models import Article
from publishing.body import TAGS
from publishing.editor import BodyFormField, BodyWidget, editor_media
from publishing.fields import EXTENSIONS
from tests.desk import director, logged_in, sent_by_browser, told
from tests.makers import make_column, make_draft, make_picture

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "static" / "admin" / "editor"
RIGHTS = ("view_article", "add_article", "change_article")


def form_page(client: Client, article: Article) -> Any:
    return client.get(reverse("admin:news_article_change", args=[article.pk]))


def save(client: Client, article: Article, **changed: str) -> Any:
    """Open the form, change fields, send it, and return the page that follows."""
    data = sent_by_browser(form_page(client, article)) | changed | {"_continue": "1"}
    return client.post(reverse("admin:news_article_change", args=[article.pk]), data, follow=True)


def stored_body(article: Article) -> str:
    return Article.objects.values_list("body", flat=True).get(pk=article.pk)


def shown_body(response: Any) -> str:
    return response.context["adminform"].form["body"].as_widget()


# --- the strict CSP ------------------------------------------------------------------------------


def directives(response: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


@pytest.mark.django_db
def test_the_import_map_carries_the_nonce_of_its_own_answer() -> None:
    client, article = director(), make_draft()
    nonces = set()
    for _ in range(2):
        response = form_page(client, article)
        (nonce,) = re.findall(r'<script type="importmap" nonce="([^"]+)">', response.text)
        assert f"'nonce-{nonce}'" in directives(response)["script-src"]
        nonces.add(nonce)
    assert len(nonces) == 2


@pytest.mark.django_db
def test_the_admin_allows_no_inline_style_and_no_unsafe_word() -> None:
    found = directives(form_page(director(), make_draft()))
    assert found["style-src"] == ["'self'"]
    assert found["img-src"] == ["'self'", "blob:"]
    assert found["default-src"] == ["'none'"]
    assert not [
        value for values in found.values() for value in values if "unsafe" in value or value == "data:"
    ]


@pytest.mark.django_db
def test_no_nonce_where_no_editor_is(client: Client) -> None:
    for response in (client.get("/"), director().get(reverse("admin:news_article_changelist"))):
        assert "nonce-" not in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_form_has_no_inline_script_but_the_import_map() -> None:
    text = form_page(director(), make_draft()).text
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", text)
    assert len(inline) == 1 and "importmap" in inline[0]
    assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)=", text)


# --- its parts fit together ----------------------------------------------------------------------


def test_every_module_is_imported_by_a_name_of_the_import_map() -> None:
    names = set((editor_media + widgets.prose_editor_admin_media)._importmap._data["imports"])
    imported = {
        name
        for path in MODULES.glob("*.js")
        for name in re.findall(r'from "([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert imported and imported <= names
    assert settings.DJANGO_PROSE_EDITOR_EXTENSIONS[0]["js"] == ["portal/editor"]
    addresses = set(editor_media._importmap._data["imports"].values())
    assert addresses | {"admin/editor/older-browsers.js"} == {
        f"admin/editor/{path.name}" for path in MODULES.glob("*.js")
    }


def test_the_editor_makes_no_tag_that_cleaning_would_take_away() -> None:
    assert config.allowlist_from_extensions(EXTENSIONS)["tags"] <= TAGS


def library_texts() -> set[str]:
    """Every text that the library's own sources give to gettext."""
    sources = Path(config.__file__).parent / "static" / "django_prose_editor" / "editor.js.map"
    code = json.loads(sources.read_text(encoding="utf-8"))["sourcesContent"]
    return {text for one in code for text in re.findall(r'gettext\(\s*"([^"]+)"', one or "")}


def test_every_text_of_the_library_is_said_in_chinese() -> None:
    catalog = DjangoTranslation("zh-hans", domain="djangojs")
    texts = library_texts()
    assert len(texts) > 20
    assert [text for text in texts if not re.search(r"[一-鿿]", catalog.gettext(text))] == []


@pytest.mark.django_db
def test_the_catalog_of_the_admin_carries_the_texts() -> None:
    assert json.dumps("加图片说明") in director().get(reverse("admin:jsi18n")).text


def test_every_button_has_a_chinese_name() -> None:
    labels = (MODULES / "labels.js").read_text(encoding="utf-8")
    named = set(re.findall(r'^  "?([\w:]+)"?: "', labels, re.M))
    sources = Path(config.__file__).parent / "static" / "django_prose_editor" / "editor.js.map"
    code = "\n".join(filter(None, json.loads(sources.read_text(encoding="utf-8"))["sourcesContent"]))
    tables = set(re.findall(r'"(table:\w+)"', code))
    assert len(tables) >= 8 and tables <= named
    assert {"bold", "bulletList", "link", "heading2", "heading3", "history:undo", "fullscreen"} <= named


# --- what the editor sees, and what comes back -----------------------------------------------------


@pytest.mark.django_db
def test_pictures_of_a_draft_are_shown_under_admin_and_stored_without() -> None:
    picture = make_picture()
    article = make_draft(body=f'<figure><img src="/files/p{picture.pk}/800.jpg" alt="甲"></figure>')
    client = director()
    shown = shown_body(form_page(client, article))
    assert f"src=&quot;/admin/files/p{picture.pk}/800.jpg&quot;" in shown
    assert client.get(f"/admin/files/p{picture.pk}/800.jpg").status_code == 200
    assert Client().get(f"/files/p{picture.pk}/800.jpg").status_code == 404

    as_the_editor_sends = (
        f'<p>新</p><figure class="figure"><img src="/admin/files/p{picture.pk}/800.jpg" alt="乙"></figure>'
    )
    save(client, article, body=as_the_editor_sends)
    assert stored_body(article) == (
        f'<p>新</p><figure><img src="/files/p{picture.pk}/800.jpg" alt="乙" width="900" height="600"></figure>'
    )
    assert list(article.pictures.all()) == [picture]


def test_a_path_prefix_stands_before_the_pictures_address() -> None:
    body = '<figure><img src="/files/p7/800.jpg" alt=""></figure>'
    with override_script_prefix("/shuangyong/"):
        shown = BodyWidget().format_value(body)
    assert shown == body.replace("/files/", "/shuangyong/admin/files/")
    assert BodyFormField(config={"extensions": EXTENSIONS}, required=False).clean(shown) == body


@pytest.mark.django_db
def test_an_untouched_body_is_no_change() -> None:
    picture = make_picture()
    article = make_draft(
        body=f'<p>文字</p><figure><img src="/files/p{picture.pk}/800.jpg" alt="甲"></figure>'
    )
    form = form_page(director(), article).context["adminform"].form
    field = form.fields["body"]
    assert not field.has_changed(article.body, field.widget.format_value(article.body))
    assert field.has_changed(article.body, "<p>另一段</p>")
    assert field.has_changed("", "<p>新</p>") and not field.has_changed("", "<p></p>")


@pytest.mark.django_db
def test_the_empty_line_after_a_figure_is_not_stored() -> None:
    article = make_draft()
    save(director(), article, body="<p>一</p><p></p><p>二</p><p></p><p> </p>")
    assert stored_body(article) == "<p>一</p><p></p><p>二</p>"


@pytest.mark.django_db
def test_what_was_taken_out_is_told_after_saving() -> None:
    article = make_draft()
    raw = (
        '<p>正文</p><script>alert(1)</script><img src="https://outside.example/a.png" alt="x">'
        '<p><a href="javascript:alert(1)">链接</a></p>'
    )
    response = save(director(), article, body=raw)
    assert stored_body(article) == "<p>正文</p><p><a>链接</a></p>"
    sentences = " ".join(told(response))
    assert "1 张图片不在本站" in sentences and "脚本" in sentences


@pytest.mark.django_db
def test_a_clean_body_is_saved_without_a_word_about_cleaning() -> None:
    response = save(
        director(),
        make_draft(),
        body="<p>正文<strong>粗</strong></p><table><tbody><tr><td><p>1</p></td></tr></tbody></table>",
    )
    assert not [sentence for sentence in told(response) if "去掉" in sentence or "没有保留" in sentence]


@pytest.mark.django_db
def test_a_refused_form_keeps_the_text_that_was_written() -> None:
    article = make_draft()
    response = save(director(), article, body="<p>写了一小时的文字</p>", title="")
    assert response.context["errors"]
    assert "写了一小时的文字" in shown_body(response)
    assert stored_body(article) == "<p>正文第一段。</p>"


# --- rights ------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rights", "offered"),
    [
        ((), set()),
        (("view_picture",), {"data-pictures-latest"}),
        (("add_picture",), {"data-pictures-upload"}),
        (("view_picture", "add_picture"), {"data-pictures-latest", "data-pictures-upload"}),
    ],
)
def test_the_editor_offers_only_what_this_person_may_do(rights: tuple[str, ...], offered: set[str]) -> None:
    client = logged_in("writer", *RIGHTS, *rights)
    make_column()
    shown = shown_body(client.get(reverse("admin:news_article_add")))
    assert set(re.findall(r"data-pictures-\w+", shown)) == offered


@pytest.mark.django_db
def test_who_may_only_look_gets_no_editor() -> None:
    article = make_draft(body="<p>只读</p>")
    response = form_page(logged_in("reader", "view_article"), article)
    assert "data-django-prose-editor" not in response.text and "只读" in response.text

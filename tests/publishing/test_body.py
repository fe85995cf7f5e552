"""Bodies are harmless and canonical whichever door they come through."""

import pytest
from django.urls import set_script_prefix
from hypothesis import given
from hypothesis import strategies as st

from news.models import Article
from publishing.body import clean_body, picture_ids, removed_from, render_body
from publishing.links import leave_href
from tests.makers import make_article, make_column, make_draft, make_picture

EVIL = (
    '<p onclick="steal()">甲<script>alert(1)</script></p>'
    '<p><a href="javascript:alert(2)">乙</a><a href="JaVaScRiPt:alert(3)">丙</a></p>'
    '<img src="https://evil.example/x.png" alt="外"><img src="//evil.example/y.png">'
    '<img src="data:image/png;base64,AAAA"><img src=x onerror=alert(4)>'
    '<iframe src="https://evil.example/"></iframe><svg onload="alert(5)"><text>丁</text></svg>'
    '<style>p{color:red}</style><p style="color:red" class="MsoNormal">戊</p><form action="/x"><input name="a"></form>'
)
FORBIDDEN = [
    "script",
    "alert",
    "javascript",
    "onclick",
    "onerror",
    "evil.example",
    "data:",
    "iframe",
    "svg",
    "style",
]


def assert_harmless(body: str) -> None:
    for word in FORBIDDEN:
        assert word not in body.lower()
    assert "甲" in body and "乙" in body and "戊" in body


def test_clean_body_keeps_the_text_and_takes_the_danger() -> None:
    assert_harmless(clean_body(EVIL))


@pytest.mark.django_db
def test_every_door_cleans() -> None:
    column = make_column()
    saved = make_draft(body=EVIL)
    bulk = Article.objects.bulk_create([Article(column=column, title="批量", body=EVIL)])[0]
    updated = make_draft("更新")
    Article.objects.filter(pk=updated.pk).update(body=EVIL)
    bulk_updated = make_draft("批量更新")
    bulk_updated.body = EVIL
    Article.objects.bulk_update([bulk_updated], ["body"])
    for article in (saved, bulk, updated, bulk_updated):
        assert_harmless(Article.objects.values_list("body", flat=True).get(pk=article.pk))


@given(st.text(alphabet="<>/\"'=& abcimgsrpthf:.()script\n甲", max_size=200))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_body(text)
    assert clean_body(once) == once


@pytest.mark.parametrize(
    "empty", ["", "<p></p>", "<p> </p>", "<p><br></p><p>&nbsp;</p>", "\0", "<script>1</script>"]
)
def test_a_body_that_says_nothing_is_empty(empty: str) -> None:
    assert clean_body(empty) == ""


def test_structure_survives() -> None:
    body = (
        '<h2>一</h2><ul><li><p>甲</p></li></ul><table><tbody><tr><td colspan="2">乙</td></tr></tbody></table>'
    )
    assert clean_body(body) == body


def test_removed_is_told_in_words_an_editor_knows() -> None:
    sentences = removed_from(EVIL).sentences()
    assert "张图片不在本站" in sentences[0]
    assert "脚本" in sentences[1]
    assert not removed_from('<p>好<img src="/files/p3/800.jpg" alt="图"></p>')


@pytest.mark.django_db
def test_pictures_of_this_site_are_completed_and_noted() -> None:
    picture = make_picture("示意图：河边的树")
    body = f'<p>甲</p><figure><img src="/admin/files/p{picture.pk}/1600.webp"><figcaption>说明</figcaption></figure>'
    article = make_draft(body=f'{body}<img src="/files/p999999/800.jpg" alt="没有这张">')
    assert (
        f'src="/files/p{picture.pk}/800.jpg" alt="示意图：河边的树" width="900" height="600"' in article.body
    )
    assert "999999" not in article.body
    assert list(article.pictures.all()) == [picture]
    article.body = "<p>没有图了</p>"
    article.save()
    assert not article.pictures.exists()


@pytest.mark.django_db
def test_an_own_alt_text_stays() -> None:
    picture = make_picture()
    article = make_draft(
        body=f'<img src="/files/p{picture.pk}/800.jpg" alt="本文的说法 &quot;引号&quot; a>b">'
    )
    assert 'alt="本文的说法 &quot;引号&quot; a' in article.body
    assert picture_ids(article.body) == {picture.pk}


@pytest.mark.django_db
def test_rendering_is_responsive_and_prefixed() -> None:
    picture = make_picture()
    article = make_article(body=f'<img src="/files/p{picture.pk}/800.jpg"><p><a href="/about/">关于</a></p>')
    set_script_prefix("/shuangyong/")
    try:
        shown = render_body(article.body)
    finally:
        set_script_prefix("/")
    assert f'srcset="/shuangyong/files/p{picture.pk}/400.webp 400w' in shown
    assert f'<img src="/shuangyong/files/p{picture.pk}/800.jpg"' in shown
    assert '<a href="/shuangyong/about/">' in shown


def test_outside_links_go_through_the_notice_and_government_ones_do_not() -> None:
    shown = render_body(
        clean_body(
            '<a href="https://example.com/a?b=1&amp;c=2">外</a><a href="https://www.mva.gov.cn/">部</a>'
        )
    )
    assert 'href="/leave/?to=https%3A%2F%2Fexample.com%2Fa%3Fb%3D1%26c%3D2&amp;key=' in shown
    assert 'rel="external nofollow"' in shown
    assert '<a href="https://www.mva.gov.cn/">部</a>' in shown


@pytest.mark.parametrize(
    "written",
    [
        "/\\shop.example", "\\\\shop.example", "//shop.example", "https:shop.example", "http:/shop.example",
        "http://shop.example\\.gov.cn/", "http://shop.example\\@www.gov.cn/", "/\t/shop.example", " http://shop.example",
        "HTTP://SHOP.EXAMPLE", "ht\ntp://shop.example",
    ],
)  # fmt: skip
def test_no_way_of_writing_an_address_passes_the_notice_by(written: str) -> None:
    body = clean_body(f'<p><a href="{written}">外</a></p>')
    assert clean_body(body) == body
    address = render_body(body).split('href="')[1].split('"')[0]
    assert address.startswith(("/leave/?to=http%3A%2F%2F", "/leave/?to=https%3A%2F%2F"))
    assert leave_href(written) == address.replace("&amp;", "&")


@pytest.mark.parametrize(
    "written", ["java\tscript:alert(1)", "\x01javascript:alert(1)", " JavaScript:alert(1)"]
)
def test_reading_as_browsers_do_brings_no_script_back(written: str) -> None:
    assert clean_body(f'<p><a href="{written}">甲</a></p>') == "<p><a>甲</a></p>"


def test_tables_scroll_in_their_own_frame() -> None:
    shown = render_body(clean_body("<table><tbody><tr><td>甲</td></tr></tbody></table>"))
    assert shown.startswith('<div class="table-frame"') and shown.endswith("</table></div>")


def test_paragraphs_and_headings_of_other_editors_stay_apart() -> None:
    """A legacy import has div, center and other headings; without them its text would run together."""
    legacy = (
        "<h1>题</h1><div class=x><div>甲</div><div>乙<br>丙</div></div><center>丁</center><h5>小题</h5>戊"
    )
    assert clean_body(legacy) == "<h2>题</h2><p>甲</p><p>乙<br>丙</p><p>丁</p><h3>小题</h3>戊"


def test_an_address_typed_without_a_scheme_leads_somewhere() -> None:
    assert clean_body('<a href="www.mva.gov.cn/x">部</a>') == '<a href="https://www.mva.gov.cn/x">部</a>'

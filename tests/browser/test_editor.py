"""The admin at work in a real browser: log-in, every page quiet under the strict CSP, the editor, pictures, Word."""

import base64
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Site
from tests.browser.ways import AXE, desk_of, follow, log_in, logged_in

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ADD = "/admin/news/article/add/"
TITLE = "浏览器检查用的稿件"

# What Word puts on the clipboard: conditional comments, mso styles, lists that are paragraphs, a local picture.
WORD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head><!--[if gte mso 9]><xml><o:p></o:p></xml><![endif]--><style><!-- p.MsoNormal {margin:0} --></style></head>
<body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment-->
<h1 style='text-align:center'><b><span style='font-family:"宋体"'>工作情况</span></b></h1>
<p class=MsoNormal style='text-indent:24.0pt'><span style='mso-bidi-font-weight:bold'>　　今年以来，<b
style='mso-bidi-font-weight:normal'>走访慰问</b>有序开展。<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>1.<span>&nbsp; </span></span><![endif]>第一项</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>2.<span>&nbsp; </span></span><![endif]>第二项</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>n<span>&nbsp; </span></span><![endif]>下一级</p>
<p class=MsoNormal style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>一、</span>总体安排</p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr style='mso-yfti-irow:0'>
<td width=200 style='width:100pt' onclick="x()"><p class=MsoNormal>单位</p></td><td colspan=2><p>人数</p></td></tr></table>
<p class=MsoNormal><!--[if gte vml 1]><v:shape id="x"></v:shape><![endif]--><![if !vml]><img width=100
src="file:///C:/Users/x/clip_image002.png" v:shapes="x"><![endif]>图下文字</p>
<!--EndFragment--></body></html>"""
FROM_WORD = (
    "<h2>工作情况</h2><p>今年以来，<strong>走访慰问</strong>有序开展。</p>"
    "<ol><li><p>第一项</p></li><li><p>第二项</p><ul><li><p>下一级</p></li></ul></li></ol><p>一、总体安排</p>"
    '<table><tbody><tr><td><p>单位</p></td><td colspan="2"><p>人数</p></td></tr></tbody></table>'
)

PASTE = """({html, rtf, files}) => {
  const data = new DataTransfer();
  if (html) data.setData('text/html', html);
  if (rtf) data.setData('text/rtf', rtf);
  for (const file of files || []) {
    const bytes = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
    data.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
  }
  const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector('.ProseMirror').dispatchEvent(event);
}"""


def png(colour: str, width: int = 640, height: int = 420) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def upload(data: bytes, name: str = "photo.png") -> Any:
    return {"name": name, "mimeType": "image/png", "buffer": data}


@pytest.fixture(scope="module")
def cookies(browser: Browser, site: Site) -> Any:
    return logged_in(browser, site, "bianji")


@pytest.fixture
def provoked() -> list[str]:
    """Patterns of the complaints that a test means to provoke; each must come, and nothing else."""
    return []


@pytest.fixture
def desk(browser: Browser, site: Site, cookies: Any, provoked: list[str]) -> Iterator[BrowserContext]:
    with desk_of(browser, site, cookies, provoked) as context:
        yield context


@pytest.fixture
def editor(desk: BrowserContext) -> Page:
    return open_editor(desk)


def open_editor(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(ADD)
    page.locator(".ProseMirror").click()
    return page


def body(page: Page) -> str:
    """What the form would send, without what cleaning takes away anyhow."""
    return re.sub(r' (?:class|data-type)="[^"]*"', "", page.locator("#id_body").input_value())


def back_in_the_text(page: Page) -> None:
    """A dialog has closed. What it did stands in the same moment, but the cursor comes back a frame later."""
    expect(page.locator("dialog")).to_have_count(0)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(page.locator(".ProseMirror")).to_be_focused()


def save(page: Page) -> None:
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_column").evaluate("(select) => { select.selectedIndex = 1; }")
    page.locator("[name=_continue]").click()
    page.wait_for_url(re.compile(r"/change/"))
    expect(page.locator(".ProseMirror")).to_be_visible()


# --- log-in ------------------------------------------------------------------------------------------


def test_log_in_needs_no_script_and_is_accessible(
    browser: Browser, site: Site, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto("/admin/accounts/login/")
    page.evaluate(AXE)
    assert page.evaluate(f"axe.run({{runOnly: {TAGS}}})")["violations"] == []
    plain = browser.new_context(base_url=site.url, java_script_enabled=False, locale="zh-CN")
    log_in(plain.new_page(), site)
    plain.close()


def test_a_wrong_password_is_told_in_chinese(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/admin/accounts/login/")
    page.get_by_label("用户名").fill("nobody")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("密码")


# --- every page is quiet -----------------------------------------------------------------------------

PAGES = {
    "bianji": [
        "/admin/", "/admin/accounts/password/change/", "/admin/accounts/logout/", "/admin/accounts/reauthenticate/",
        "/admin/accounts/second-factor/", "/admin/news/article/", ADD, "/admin/news/column/",
        "/admin/publishing/picture/", "/admin/publishing/picture/add/", "/admin/honors/place/",
    ],
    "rongyu": ["/admin/", "/admin/honors/round/", "/admin/honors/rollsheet/add/"],
    "gongjian": ["/admin/", "/admin/partnerships/agreement/add/"],
    "zhandian": [
        "/admin/", "/admin/news/column/add/", "/admin/publishing/redirect/", "/admin/publishing/redirect/add/",
    ],
    "anquan": ["/admin/", "/admin/auth/user/", "/admin/auth/user/add/"],
    "shenji": ["/admin/", "/admin/audit/auditevent/", "/admin/audit/auditevent/1/change/"],
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_no_admin_page_makes_the_browser_complain(browser: Browser, site: Site, name: str) -> None:
    with desk_of(browser, site, logged_in(browser, site, name), []) as context:
        page = context.new_page()
        for path in PAGES[name]:
            answer = page.goto(path)
            assert answer is not None and answer.status == 200, path
            expect(page.locator("style"), path).to_have_count(0)


def test_no_form_and_no_history_makes_the_browser_complain(desk: BrowserContext) -> None:
    page = desk.new_page()
    for kind in ("news/article", "publishing/picture", "news/column"):
        page.goto(f"/admin/{kind}/")
        follow(page, page.locator("#result_list tbody a[href*='/change/']").first)
        expect(page.locator("h1")).to_be_visible()
        follow(page, page.get_by_role("link", name=re.compile("历史|修改记录")).first)
        expect(page.locator("h1")).to_contain_text(re.compile("历史|记录"))


@pytest.mark.parametrize("width", [360, 768])
def test_the_form_fits_a_narrow_window(desk: BrowserContext, width: int) -> None:
    page = desk.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    for path in (ADD, "/admin/publishing/picture/add/", "/admin/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(ADD)
    page.get_by_role("button", name="插入图片").click()
    box = page.locator("dialog.picture-dialog").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
    assert page.locator("dialog.picture-dialog").evaluate("(e) => e.scrollWidth <= e.clientWidth")


# --- writing -----------------------------------------------------------------------------------------


def test_writing_with_the_toolbar_and_saving(editor: Page) -> None:
    press = lambda name: editor.get_by_role("button", name=name, exact=True).click()  # noqa: E731
    press("标题（文中第一级）")
    editor.keyboard.type("第一部分")
    editor.keyboard.press("Enter")
    editor.keyboard.type("普通，")
    press("加粗")
    editor.keyboard.type("加粗")
    press("加粗")
    editor.keyboard.press("Enter")
    press("项目符号列表")
    editor.keyboard.type("一项")
    editor.keyboard.press("Enter")
    editor.keyboard.press("Enter")
    press("插入表格")
    editor.get_by_role("button", name="插入", exact=True).click()
    back_in_the_text(editor)
    editor.keyboard.type("表头")
    written = body(editor)
    assert written.startswith(
        "<h2>第一部分</h2><p>普通，<strong>加粗</strong></p><ul><li><p>一项</p></li></ul><table><tbody><tr><th"
    )
    assert written.count("<tr>") == 3 and written.count("<th") == 3 and "表头" in written
    save(editor)
    assert "<h2>第一部分</h2><p>普通，<strong>加粗</strong></p>" in editor.locator("#id_body").input_value()
    expect(editor.locator("style")).to_have_count(0)


def test_every_button_speaks_chinese(editor: Page) -> None:
    editor.get_by_role("button", name="插入表格", exact=True).click()
    editor.get_by_role("button", name="插入", exact=True).click()
    expect(editor.locator(".ProseMirror table")).to_be_visible()
    names = editor.locator(".prose-menubar__button").evaluate_all(
        "(all) => all.map((each) => each.getAttribute('aria-label') || each.textContent)"
    )
    assert len(names) > 20 and [name for name in names if not re.search(r"[一-鿿]", name)] == []


def test_a_link_is_made_in_chinese(editor: Page) -> None:
    editor.keyboard.type("政府网站")
    editor.keyboard.press("Control+a")
    editor.get_by_role("button", name="插入链接（先选中文字）").click()
    dialog = editor.locator("dialog")
    dialog.get_by_label("网址").fill("https://www.example.gov.cn/")
    dialog.get_by_role("button", name="确定").click()
    back_in_the_text(editor)
    save(editor)
    assert body(editor) == '<p><a href="https://www.example.gov.cn/">政府网站</a></p>'


def test_the_editor_works_without_what_chromium_89_lacks(desk: BrowserContext) -> None:
    desk.add_init_script(
        """for (const name of ['at', 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'toSpliced', 'with'])
             delete Array.prototype[name];
           for (const name of ['hasOwn', 'groupBy']) delete Object[name];
           delete String.prototype.at; delete String.prototype.isWellFormed;
           delete window.structuredClone; delete HTMLElement.prototype.showPopover; delete Element.prototype.checkVisibility;"""
    )
    page = open_editor(desk)
    page.keyboard.type("一段")
    page.get_by_role("button", name="插入表格", exact=True).click()
    page.get_by_role("button", name="插入", exact=True).click()
    back_in_the_text(page)
    assert body(page).startswith("<p>一段</p><table>")
    page.evaluate(PASTE, {"html": "<p style='color:red'>粘贴</p>"})
    assert "粘贴" in body(page) and "red" not in body(page)


# --- pictures ----------------------------------------------------------------------------------------


def test_a_picture_is_uploaded_into_the_text(editor: Page) -> None:
    editor.keyboard.type("图前")
    editor.get_by_role("button", name="插入图片").click()
    dialog = editor.get_by_role("dialog", name="插入图片")
    dialog.get_by_role("button", name="插入").click()
    expect(dialog.get_by_text("请选择图片文件。")).to_be_visible()
    expect(dialog.get_by_label("图片文件")).to_be_focused()
    dialog.get_by_label("图片文件").set_input_files(upload(png("#31572c")))
    expect(dialog.get_by_role("img", name="要上传的图片")).to_be_visible()
    dialog.get_by_role("button", name="插入").click()
    expect(dialog.get_by_label("替代文字（必填）")).to_be_focused()
    dialog.get_by_label("替代文字（必填）").fill("绿色的山坡")
    dialog.get_by_label("图片说明").fill("山坡")
    dialog.get_by_label("拍摄或绘制").fill("绘制：演示编辑")
    dialog.get_by_role("button", name="插入").click()
    expect(editor.locator(".ProseMirror figure img")).to_be_visible()
    back_in_the_text(editor)
    editor.keyboard.type("图后")
    figure = (
        r'<p>图前</p><figure><img src="/admin/files/p(\d+)/800\.jpg" alt="绿色的山坡" width="640" height="420">'
        r"<figcaption>山坡（绘制：演示编辑）</figcaption></figure><p>图后</p>"
    )
    assert re.fullmatch(figure, body(editor))
    save(editor)
    assert re.fullmatch(figure, body(editor))
    image = editor.locator(".ProseMirror img")
    expect(image).to_have_js_property("complete", True)
    expect(image).to_have_js_property("naturalWidth", 640)


def test_a_refused_picture_says_why_and_keeps_what_was_typed(editor: Page, provoked: list[str]) -> None:
    editor.get_by_role("button", name="插入图片").click()
    dialog = editor.get_by_role("dialog")
    dialog.get_by_label("图片文件").set_input_files(upload(b"<!doctype html><p>x</p>", "photo.jpg"))
    dialog.get_by_label("替代文字（必填）").fill("写好的替代文字")
    with editor.expect_response(re.compile("/upload/")) as answer:
        dialog.get_by_role("button", name="插入").click()
    assert answer.value.status == 400
    expect(dialog.get_by_text("不是图片")).to_be_visible()
    expect(dialog.get_by_label("替代文字（必填）")).to_have_value("写好的替代文字")
    editor.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert "<img" not in body(editor)
    provoked.append("^400: .*/picture/upload/")


def test_an_expired_log_in_is_told_and_loses_nothing(editor: Page, desk: BrowserContext) -> None:
    editor.keyboard.type("写了很久")
    editor.get_by_role("button", name="插入图片").click()
    dialog = editor.get_by_role("dialog")
    dialog.get_by_label("图片文件").set_input_files(upload(png("#123321")))
    dialog.get_by_label("替代文字（必填）").fill("图")
    desk.clear_cookies(name="portal_session")
    dialog.get_by_role("button", name="插入").click()
    expect(dialog.get_by_role("alert")).to_contain_text("登录")
    assert "写了很久" in body(editor)


def test_a_picture_of_the_library_is_chosen_and_changed(editor: Page) -> None:
    editor.get_by_role("button", name="插入图片").click()
    dialog = editor.get_by_role("dialog")
    dialog.get_by_label("从图库选择").check()
    first = dialog.locator(".picture-dialog__list label").first
    first.locator("input").check()
    expect(dialog.get_by_label("替代文字（必填）")).not_to_have_value("")
    dialog.get_by_role("button", name="插入").click()
    expect(editor.locator(".ProseMirror figure img")).to_be_visible()
    back_in_the_text(editor)
    editor.locator(".ProseMirror figure img").click()
    editor.locator("[data-name=picture]").click()
    dialog = editor.get_by_role("dialog", name="修改图片")
    dialog.get_by_label("替代文字（必填）").fill("另一种说法")
    dialog.get_by_role("button", name="确定").click()
    expect(dialog).to_have_count(0)
    assert 'alt="另一种说法"' in body(editor) and body(editor).count("<img") == 1


def test_the_dialog_and_the_form_are_accessible(browser: Browser, site: Site, cookies: Any) -> None:
    # Unwatched: axe itself writes style attributes, which the CSP refuses and reports.
    context = browser.new_context(base_url=site.url, storage_state=cookies, locale="zh-CN")
    page = open_editor(context)
    page.evaluate(AXE)
    for part in (".prose-editor", "#header", ".submit-row"):
        assert page.evaluate(f"axe.run('{part}', {{runOnly: {TAGS}}})")["violations"] == [], part
    page.get_by_role("button", name="插入图片").click()
    dialog = page.get_by_role("dialog")
    for way, part in (
        ("上传新图片", dialog.get_by_label("图片文件")),
        ("从图库选择", dialog.locator(".picture-dialog__list label").first),
    ):
        dialog.get_by_label(way).check()
        expect(part).to_be_visible()
        assert page.evaluate(f"axe.run('dialog', {{runOnly: {TAGS}}})")["violations"] == [], way
    context.close()


# --- pasting -----------------------------------------------------------------------------------------


def word_rtf(*pictures: bytes) -> str:
    """RTF as Word writes it: each picture once as PNG, once as WMF for old programs; and a list's dot."""
    parts = [
        r"{\*\shppict{\pict{\*\picprop{\sp{\sn wzName}{\sv a\'7db}}}\picw100\pich80\pngblip"
        + "\n"
        + re.sub("(.{64})", "\\1\n", picture.hex())
        + r"}}{\nonshppict{\pict\wmetafile8 0102ff}}"
        for picture in pictures
    ]
    dot = r"{\*\listpicture{\pict\pngblip 89504e47}}"
    return r"{\rtf1\ansi" + dot + r"\par text " + r"\par ".join(parts) + "}"


def test_word_comes_clean_and_with_its_picture(editor: Page) -> None:
    editor.evaluate(PASTE, {"html": WORD, "rtf": word_rtf(png("#1b4965", 300, 200))})
    dialog = editor.get_by_role("dialog", name="插入图片")
    expect(dialog.get_by_label("替代文字（必填）")).to_be_focused()
    dialog.get_by_label("替代文字（必填）").fill("Word 里的图")
    dialog.get_by_role("button", name="插入").click()
    back_in_the_text(editor)
    figure = (
        r'<figure><img src="/admin/files/p\d+/800\.jpg" alt="Word 里的图" width="300" height="200"></figure>'
    )
    assert re.fullmatch(re.escape(FROM_WORD) + figure + "<p>图下文字</p>", body(editor))
    save(editor)
    assert re.fullmatch(re.escape(FROM_WORD) + figure + "<p>图下文字</p>", body(editor))


def test_skipping_a_pasted_picture_leaves_no_trace(editor: Page) -> None:
    editor.evaluate(PASTE, {"html": WORD, "rtf": word_rtf(png("#1b4965", 300, 200))})
    editor.get_by_role("dialog").get_by_role("button", name="跳过这张").or_(
        editor.get_by_role("dialog").get_by_role("button", name="取消")
    ).click()
    expect(editor.get_by_role("dialog")).to_have_count(0)
    assert body(editor) == FROM_WORD + "<p>图下文字</p>"


def test_a_picture_that_word_kept_back_is_told(editor: Page) -> None:
    editor.evaluate(PASTE, {"html": WORD, "rtf": r"{\rtf1 text}"})
    expect(editor.get_by_role("status").filter(has_text="Word")).to_contain_text("1 张图片没能")
    assert body(editor) == FROM_WORD + "<p>图下文字</p>"


def test_a_screenshot_is_pasted_as_a_file(editor: Page) -> None:
    editor.keyboard.type("上文")
    editor.evaluate(PASTE, {"files": [base64.b64encode(png("#5f0f40")).decode()]})
    dialog = editor.get_by_role("dialog", name="插入图片")
    expect(dialog.get_by_role("img", name="要上传的图片")).to_be_visible()
    dialog.get_by_label("替代文字（必填）").fill("截图")
    dialog.get_by_role("button", name="插入").click()
    expect(editor.locator(".ProseMirror figure img")).to_be_visible()
    assert body(editor).startswith("<p>上文</p><figure>")


def test_several_pictures_are_asked_for_one_by_one(editor: Page) -> None:
    files = [base64.b64encode(png(colour)).decode() for colour in ("#0a0908", "#22333b")]
    editor.evaluate(PASTE, {"files": files})
    for number in (1, 2):
        dialog = editor.get_by_role("dialog", name=f"插入图片（第 {number} 张，共 2 张）")
        dialog.get_by_label("替代文字（必填）").fill(f"第 {number} 张")
        dialog.get_by_role("button", name="插入").click()
    expect(editor.locator(".ProseMirror figure img")).to_have_count(2)
    assert body(editor).index("第 1 张") < body(editor).index("第 2 张")


def test_pictures_of_other_sites_are_left_out_and_never_fetched(editor: Page) -> None:
    asked: list[str] = []
    editor.on("request", lambda request: asked.append(request.url))
    html = '<p>文字<img src="https://outside.example/a.png"><img src="//outside.example/b.png"></p>'
    editor.evaluate(PASTE, {"html": html})
    expect(editor.get_by_role("status").filter(has_text="别的网站")).to_contain_text("2 张")
    assert body(editor) == "<p>文字</p>"
    # Whatever was asked for before this is known when this has been answered.
    assert editor.evaluate("async () => (await fetch('/healthz')).ok")
    assert [url for url in asked if "outside" in url] == []


CASES = {
    "a web page": (
        '<div style="color:red" class="x" onclick="y()"><p id="a">一<script>alert(1)</script></p></div>',
        "<div><p>一</p></div>",
    ),
    "headings": ("<h1>甲</h1><h2>乙</h2><h4>丙</h4>", "<h2>甲</h2><h3>乙</h3><h3>丙</h3>"),
    "headings without a first": ("<h2>乙</h2><h3>丙</h3>", "<h2>乙</h2><h3>丙</h3>"),
    "Word's title and outline": (
        '<p class="MsoTitle">题</p><p style="mso-outline-level:2">节</p>',
        "<h2>题</h2><h3>节</h3>",
    ),
    "marks": (
        '<p><span style="font-weight:700;font-style:italic">粗斜</span><b style="font-weight:normal">常</b></p>',
        "<p><em><strong>粗斜</strong></em>常</p>",
    ),
    "links": (
        '<p><a href="javascript:x()">坏</a><a href="file:///c:/a">本地</a><a href="#_Toc1">目录</a>'
        '<a href="https://www.example.gov.cn/" target="_blank" style="x:y">好</a></p>',
        '<p>坏本地目录<a href="https://www.example.gov.cn/">好</a></p>',
    ),
    "a list that begins at three": (
        "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>3.</span>三</p>",
        '<ol start="3"><li>三</li></ol>',
    ),
    "two lists with a paragraph between": (
        "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>甲</p><p>间</p>"
        "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>乙</p>",
        "<ul><li>甲</li></ul><p>间</p><ul><li>乙</li></ul>",
    ),
    "a list of another kind right behind": (
        "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>甲</p>"
        "<p style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.</span>乙</p>",
        "<ul><li>甲</li></ul><ol><li>乙</li></ol>",
    ),
    "empty": ("<p>&nbsp;</p><p><br></p><p>　</p><h1> </h1>", ""),
    "copied from an editor": (
        '<p data-pm-slice="1 1 []">原样 <em>x</em></p>',
        '<p data-pm-slice="1 1 []">原样 <em>x</em></p>',
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_pasted_html_becomes_plain(editor: Page, case: str) -> None:
    source, expected = CASES[case]
    assert (
        editor.evaluate("async (html) => (await import('portal/pasted')).cleanPasted(html).html", source)
        == expected
    )


def test_pictures_are_read_out_of_rtf(editor: Page) -> None:
    first, second = png("#000000", 3, 2), png("#ffffff", 2, 3)
    read = """async (rtf) => Promise.all((await import('portal/rtf')).picturesInRtf(rtf).map(async (file) =>
      [file.type, [...new Uint8Array(await file.arrayBuffer())].map((b) => b.toString(16).padStart(2, '0')).join('')]))"""
    assert editor.evaluate(read, word_rtf(first, second)) == [
        ["image/png", first.hex()],
        ["image/png", second.hex()],
    ]
    for nothing in (
        "",
        r"{\rtf1 \pict",
        r"{\pict\wmetafile8 0102}",
        r"{\pict\pngblip }",
        "\\pict\\pngblip {{{{",
    ):
        assert editor.evaluate(read, nothing) == []

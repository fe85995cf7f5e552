/* What is pasted from Word, WPS and web pages, made into plain paragraphs, headings, lists and tables.

   Pure: text in, text out. Pictures of this site stay; pictures that lie on the editor's own computer become
   marker paragraphs, to be replaced once they are uploaded; pictures of other sites are left out. */

const TAG = /<[a-z][^\s/>]*(?:\s+(?:"[^"]*"|'[^']*'|[^'">])*)?>/gi;
const KEPT = { a: ["href", "title"], img: ["src", "alt"], ol: ["start"], td: ["colspan", "rowspan"], th: ["colspan", "rowspan"] };
const INDENT = /^[\s\u3000]+/;
const CHINESE_NUMBER = /^[（(]?[一二三四五六七八九十百]+[）)、.．]/;

export const marker = (number) => `【图片 ${number} 正在等待上传】`;

/* `local` has one entry for each marker: the picture as a File where the text itself carried it, else null. */
export function cleanPasted(source) {
  // Cut out of an editor like this one: clean already.
  if (source.includes("data-pm-slice")) return { html: source, local: [], outside: 0 };
  const body = parse(source);
  const pictures = takePictures(body);
  buildLists(body);
  nameHeadings(body);
  markInline(body);
  tidyParagraphs(body);
  stripAttributes(body);
  return { html: body.innerHTML, ...pictures };
}

export const cleanText = (text) => text.replace(/^\u3000+/gm, "");

/* Attributes that a strict CSP would report get another name before any parser sees them. */
function parse(source) {
  const inert = source
    .replace(/<!--\[if[\s\S]*?<!\[endif\]-->/gi, "")
    .replace(/<!\[[^\]]*\]>/g, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<(script|style|xml|title)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<\/?[a-z]+:[^>]*>/gi, "")
    .replace(TAG, (tag) => tag.replace(/\s(style|on[a-z]+)(\s*=)/gi, " data-$1$2"));
  return new DOMParser().parseFromString(inert, "text/html").body;
}

const styleOf = (element) => element.getAttribute("data-style") || "";
const hasText = (element) => element.textContent.replace(/[\s\u3000]/g, "") !== "";

function rename(element, tag) {
  const renamed = element.ownerDocument.createElement(tag);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
  return renamed;
}

// --- Pictures --------------------------------------------------------------------------------

function takePictures(body) {
  const local = [];
  let outside = 0;
  for (const picture of body.querySelectorAll("img")) {
    const src = picture.getAttribute("src") || "";
    if (isOwn(src)) continue;
    if (/^https?:|^\/\//i.test(src)) {
      outside += 1;
      picture.remove();
    } else {
      local.push(fileOf(src));
      mark(picture, marker(local.length));
    }
  }
  return { local, outside };
}

function isOwn(src) {
  const url = new URL(src, location.href);
  return url.origin === location.origin && /\/files\/p\d+\/[\w.-]+$/.test(url.pathname);
}

/* A picture written into the text itself (WPS, web mail): data:image/png;base64,… */
function fileOf(src) {
  const found = /^data:image\/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s]+)$/.exec(src);
  if (!found) return null;
  const binary = atob(found[2].replace(/\s/g, ""));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return new File([bytes], `pasted.${found[1]}`, { type: `image/${found[1]}` });
}

/* The marker is a paragraph of its own, before the one in which the picture stood. */
function mark(picture, text) {
  const paragraph = picture.ownerDocument.createElement("p");
  paragraph.textContent = text;
  const block = picture.closest("p, h1, h2, h3, h4, h5, h6, li");
  picture.remove();
  if (!block) picture.ownerDocument.body.append(paragraph);
  else if (block.tagName === "LI") block.append(paragraph);
  else block.before(paragraph);
}

// --- Lists of Word: paragraphs that only look like items ---------------------------------------

function buildLists(body) {
  let open = [];
  for (const paragraph of [...body.querySelectorAll("p")]) {
    const level = Number((/mso-list:\s*\S+\s+level(\d)/i.exec(styleOf(paragraph)) || [])[1]);
    if (!level) continue;
    const sign = takeSign(paragraph);
    if (CHINESE_NUMBER.test(sign)) {
      // 一、（一）are numbers that no HTML list prints: they stay as text.
      paragraph.prepend(sign);
      continue;
    }
    if (!open.length || paragraph.previousElementSibling !== open[0]) open = [];
    open = openLists(open, level, sign, paragraph);
    const item = body.ownerDocument.createElement("li");
    item.append(...paragraph.childNodes);
    open[open.length - 1].append(item);
    paragraph.remove();
  }
  for (const sign of body.querySelectorAll("span")) {
    if (/mso-list:\s*ignore/i.test(styleOf(sign))) sign.replaceWith(sign.textContent.trim());
  }
}

function takeSign(paragraph) {
  const span = [...paragraph.querySelectorAll("span")].find((each) => /mso-list:\s*ignore/i.test(styleOf(each)));
  const text = span ? span.textContent.replace(/[\s\u00a0]+/g, "") : "";
  if (span) span.remove();
  return text;
}

/* The lists that stand open after one of `level` was reached, outermost first. */
function openLists(open, level, sign, paragraph) {
  const number = /^[（(]?(\d+|[a-z])[）).、．]/i.exec(sign);
  const tag = number ? "ol" : "ul";
  let lists = open.slice(0, level);
  if (lists.length === level && lists[level - 1].localName !== tag) lists = lists.slice(0, level - 1);
  while (lists.length < level) {
    const list = paragraph.ownerDocument.createElement(tag);
    if (number && Number(number[1]) > 1) list.setAttribute("start", number[1]);
    const parent = lists[lists.length - 1];
    if (parent) (parent.lastElementChild || parent.appendChild(paragraph.ownerDocument.createElement("li"))).append(list);
    else paragraph.before(list);
    lists = [...lists, list];
  }
  return lists;
}

// --- Headings, marks, paragraphs -----------------------------------------------------------------

/* The page's own title is the only h1; an article's headings have two levels. */
function nameHeadings(body) {
  for (const paragraph of [...body.querySelectorAll("p")]) {
    const outline = /mso-outline-level:\s*([1-6])/i.exec(styleOf(paragraph));
    if (paragraph.className === "MsoTitle") rename(paragraph, "h1");
    else if (outline) rename(paragraph, `h${outline[1]}`);
  }
  const highest = body.querySelector("h1") ? 1 : 2;
  for (const heading of [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")]) {
    if (!hasText(heading)) heading.remove();
    else unwrapMarks(rename(heading, Number(heading.localName[1]) <= highest ? "h2" : "h3"));
  }
}

/* A heading is strong already. */
function unwrapMarks(heading) {
  for (const mark of [...heading.querySelectorAll("b, strong, span, font")]) mark.replaceWith(...mark.childNodes);
}

// At the beginning of a declaration: mso-bidi-font-weight says nothing about Chinese text.
const MARKS = [
  ["strong", /(?:^|[;\s])font-weight:\s*(?:bold|[6-9]00)/i],
  ["em", /(?:^|[;\s])font-style:\s*italic/i],
  ["u", /(?:^|[;\s])text-decoration[^;:]*:[^;]*underline/i],
  ["s", /(?:^|[;\s])text-decoration[^;:]*:[^;]*line-through/i],
  ["sup", /(?:^|[;\s])vertical-align:\s*super/i],
  ["sub", /(?:^|[;\s])vertical-align:\s*sub/i],
];
const NOT_BOLD = /(?:^|[;\s])font-weight:\s*normal/i;

function markInline(body) {
  for (const element of [...body.querySelectorAll("span, b, font")]) {
    const style = styleOf(element);
    if (element.localName === "b" && !NOT_BOLD.test(style)) continue;
    let inner = [...element.childNodes];
    // An empty one marks nothing; a node that only keeps words apart stays.
    for (const [tag, pattern] of hasText(element) ? MARKS : []) {
      if (!pattern.test(style)) continue;
      const mark = body.ownerDocument.createElement(tag);
      mark.append(...inner);
      inner = [mark];
    }
    element.replaceWith(...inner);
  }
}

function tidyParagraphs(body) {
  for (const paragraph of [...body.querySelectorAll("p")]) {
    trimStart(paragraph);
    if (!hasText(paragraph) && !paragraph.querySelector("img")) paragraph.remove();
  }
}

/* Two blanks at the beginning are drawn by the page's own style. */
function trimStart(paragraph) {
  const texts = paragraph.ownerDocument.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    text.data = text.data.replace(INDENT, "");
    if (text.data) return;
  }
}

function stripAttributes(body) {
  for (const link of [...body.querySelectorAll("a")]) {
    if (!/^(https?:|mailto:|tel:|\/)/i.test(link.getAttribute("href") || "")) link.replaceWith(...link.childNodes);
  }
  for (const element of body.querySelectorAll("*")) {
    const kept = KEPT[element.localName] || [];
    for (const { name } of [...element.attributes]) if (!kept.includes(name)) element.removeAttribute(name);
  }
}

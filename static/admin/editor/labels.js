/* Chinese names of the toolbar's buttons, which the library has in English only. */

const NAMES = {
  heading2: "标题（文中第一级）",
  heading3: "小标题（文中第二级）",
  paragraph: "正文段落",
  bold: "加粗",
  italic: "斜体",
  underline: "下划线",
  strike: "删除线",
  subscript: "下标",
  superscript: "上标",
  bulletList: "项目符号列表",
  orderedList: "编号列表",
  blockquote: "引用",
  horizontalRule: "分隔线",
  link: "插入链接（先选中文字）",
  unlink: "去掉链接",
  table: "插入表格",
  "table:addColumnAfter": "在右侧加一列",
  "table:deleteColumn": "删除这一列",
  "table:addRowAfter": "在下方加一行",
  "table:deleteRow": "删除这一行",
  "table:mergeCells": "合并单元格",
  "table:splitCell": "拆分单元格",
  "table:toggleHeaderCell": "设为表头或普通单元格",
  "table:deleteTable": "删除整个表格",
  "history:undo": "撤销",
  "history:redo": "重做",
  fullscreen: "全屏编辑",
};

// Words where an icon would have to be guessed.
const WORDS = { heading2: "标题", heading3: "小标题", paragraph: "正文" };

export function label(items) {
  for (const [name, text] of Object.entries(NAMES)) {
    const button = items[name] && items[name].button;
    if (!button) continue;
    button.title = text;
    button.setAttribute("aria-label", text);
    if (!WORDS[name]) continue;
    button.className = "prose-menubar__button";
    button.textContent = WORDS[name];
  }
}

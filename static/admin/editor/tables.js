/* Inserting a table: the library's command, asked for in Chinese. */
import { updateAttrsDialog } from "django-prose-editor/editor";

const ask = updateAttrsDialog(
  {
    rows: { title: "行数", format: "number", min: "1", max: "100" },
    cols: { title: "列数", format: "number", min: "1", max: "20" },
    withHeaderRow: { type: "boolean", title: "第一行是表头" },
  },
  { title: "插入表格", submitText: "插入" },
);

async function insert(editor) {
  const size = await ask(editor, { rows: "3", cols: "3", withHeaderRow: true });
  if (!size) return;
  const { rows, cols, withHeaderRow } = size;
  editor.chain().focus().insertTable({ rows: Number(rows) || 3, cols: Number(cols) || 3, withHeaderRow }).run();
}

export const tableCommands = {
  insertTableWithOptions: () => ({ editor, dispatch }) => {
    if (dispatch) insert(editor);
    return true;
  },
};

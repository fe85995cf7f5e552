/* Pictures in the body: inserting and changing them, and those that come by pasting and dropping. */
import { choosePicture } from "portal/picture-dialog";
import { marker } from "portal/pasted";
import { picturesInRtf } from "portal/rtf";

const textareaOf = (editor) => editor.options.element.querySelector("textarea");

function doors(editor) {
  const { picturesLatest, picturesUpload } = textareaOf(editor).dataset;
  return { latest: picturesLatest, upload: picturesUpload };
}

/* A sentence below the toolbar, also read out. */
function tell(editor, text) {
  const frame = editor.options.element;
  let line = frame.querySelector(".editor-notice");
  if (!line) {
    line = document.createElement("p");
    line.className = "editor-notice";
    line.setAttribute("role", "status");
    editor.view.dom.before(line);
  }
  line.textContent = text;
}

// --- The button --------------------------------------------------------------------------------

export const pictureItem = (buttons) => ({
  name: "picture",
  groups: "pictures",
  button: buttons.text("插入图片", "插入图片，或修改选中的图片"),
  active: (editor) => editor.isActive("figure") || editor.isActive("image"),
  hidden: (editor) => !doors(editor).latest && !doors(editor).upload,
  command: (editor) => editor.commands.editImage(),
});

export const pictureCommands = {
  editImage: () => ({ editor, dispatch }) => {
    if (dispatch) edit(editor);
    return true;
  },
};

async function edit(editor) {
  const present = selectedImage(editor.state);
  const picture = await choosePicture({ doors: doors(editor), present: present && present.node.attrs });
  if (!picture) return;
  if (present) change(editor, present, picture);
  else insert(editor, picture);
}

/* The image that is selected, or that of the figure in which the cursor stands. */
function selectedImage({ selection }) {
  if (selection.node && selection.node.type.name === "image") return { node: selection.node, pos: selection.from };
  if (selection.node && selection.node.type.name === "figure") {
    return { node: selection.node.firstChild, pos: selection.from + 1 };
  }
  for (let depth = selection.$from.depth; depth > 0; depth -= 1) {
    const node = selection.$from.node(depth);
    if (node.type.name === "figure") return { node: node.firstChild, pos: selection.$from.start(depth) };
  }
  return null;
}

function change(editor, { pos }, { src, alt, width, height }) {
  editor.chain().setNodeSelection(pos).updateAttributes("image", { src, alt, width, height }).focus().run();
}

const textOf = ({ caption, credit }) => (caption && credit ? `${caption}（${credit}）` : caption || credit);

function figureOf(picture) {
  const { src, alt, width, height } = picture;
  const content = [{ type: "image", attrs: { src, alt, width, height } }];
  const text = textOf(picture);
  if (text) content.push({ type: "caption", content: [{ type: "text", text }] });
  return { type: "figure", content };
}

function insert(editor, picture, place = null) {
  const chain = editor.chain().focus();
  // The empty paragraph gives the cursor a place behind the figure; the last one is not stored.
  const content = [figureOf(picture), { type: "paragraph" }];
  (place ? chain.insertContentAt(place, figureOf(picture)) : chain.insertContent(content)).run();
}

// --- Pasting and dropping ------------------------------------------------------------------------

const imagesOf = (transfer) => [...transfer.files].filter((file) => file.type.startsWith("image/"));

/* Image files without text: ask for each and insert it. Returns whether there were any. */
function takeFiles(editor, transfer, at) {
  const files = imagesOf(transfer);
  if (!files.length) return false;
  if (at) editor.commands.setTextSelection(at.pos);
  uploadAll(editor, files.map((file) => ({ file, put: (picture) => insert(editor, picture) })));
  return true;
}

/* Called with what `cleanPasted` found; the text itself is inserted by the editor. Returns whether all is done here. */
export function takePasted(editor, transfer, slice, found, at = null) {
  const bare = !found || slice.content.size === 0 || (found.local.length + found.outside > 0 && !hasWords(slice, found));
  if (bare && takeFiles(editor, transfer, at)) return true;
  if (!found) return false;
  if (found.local.length) {
    // The clipboard can be read only now, the markers be replaced only once the text stands.
    const files = filesFor(found.local, picturesInRtf(transfer.getData("text/rtf")));
    setTimeout(() => replaceMarkers(editor, files), 0);
  }
  if (found.outside) {
    tell(editor, `粘贴的内容里有 ${found.outside} 张别的网站的图片，没有带过来。请先存到电脑，再用“插入图片”上传。`);
  }
  return false;
}

function hasWords(slice, found) {
  let text = slice.content.textBetween(0, slice.content.size);
  found.local.forEach((_, index) => (text = text.replace(marker(index + 1), "")));
  return text.trim() !== "";
}

/* Word's text names its pictures, the RTF beside it holds them in the same order. */
function filesFor(local, transferred) {
  const rest = [...transferred];
  return local.map((file) => file || rest.shift() || null);
}

function replaceMarkers(editor, files) {
  const missing = files.filter((file) => !file).length;
  const jobs = [];
  files.forEach((file, index) => {
    const text = marker(index + 1);
    if (file) jobs.push({ file, put: (picture) => replaceMarker(editor, text, picture), drop: () => replaceMarker(editor, text) });
    else replaceMarker(editor, text);
  });
  if (missing) tell(editor, `有 ${missing} 张图片没能从 Word 里带过来。请在 Word 里把图片另存为文件，再用“插入图片”上传。`);
  uploadAll(editor, jobs);
}

/* Put a figure, or nothing, in the place of a marker paragraph. */
function replaceMarker(editor, text, picture = null) {
  let place = null;
  editor.state.doc.descendants((node, pos) => {
    if (node.type.name === "paragraph" && node.textContent === text) place = { from: pos, to: pos + node.nodeSize };
    return !place;
  });
  if (!place) return;
  if (picture) insert(editor, picture, place);
  else editor.chain().deleteRange(place).run();
}

/* One after the other: each picture needs its own alternative text. */
async function uploadAll(editor, jobs) {
  const { upload } = doors(editor);
  if (jobs.length && !upload) tell(editor, "您没有上传图片的权限，图片没有带过来。");
  for (const [index, { file, put, drop }] of jobs.entries()) {
    const place = jobs.length > 1 ? { number: index + 1, total: jobs.length } : null;
    const picture = upload && (await choosePicture({ doors: { upload }, file, place }));
    if (picture) put(picture);
    else if (drop) drop();
  }
}

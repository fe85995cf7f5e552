/* The portal's extension of the body's editor: one place that ties its parts together. */
import { Extension, Plugin } from "django-prose-editor/editor";
import { label } from "portal/labels";
import { cleanPasted, cleanText } from "portal/pasted";
import { pictureCommands, pictureItem, takePasted } from "portal/pictures";
import { tableCommands } from "portal/tables";

function labelOf(editor) {
  const textarea = editor.options.element.querySelector("textarea");
  return document.querySelector(`label[for="${textarea.id}"]`);
}

export const Portal = Extension.create({
  name: "portal",
  // Last of all, so that it finds every other extension's buttons and commands in place.
  priority: 1,

  onBeforeCreate() {
    // The strict CSP allows no <style>; editor.css says the same.
    this.editor.setOptions({ injectCSS: false });
  },

  onCreate() {
    const label = labelOf(this.editor);
    if (label) label.addEventListener("click", () => this.editor.commands.focus());
  },

  addMenuItems({ menu, buttons, _definedItems }) {
    menu.defineItem(pictureItem(buttons));
    delete _definedItems.figure;
    label(_definedItems);
  },

  addCommands() {
    return { ...pictureCommands, ...tableCommands };
  },

  addProseMirrorPlugins() {
    const editor = this.editor;
    let pasted = null;
    const take = (transfer, slice, at = null) => {
      const found = pasted;
      pasted = null;
      return takePasted(editor, transfer, slice, found, at);
    };
    return [
      new Plugin({
        props: {
          // The label belongs to the textarea, which is hidden: screen readers need its name here.
          attributes: { "aria-label": labelOf(editor) ? labelOf(editor).textContent.replace(/[:：\s]+$/, "") : "正文" },
          transformPastedHTML(html) {
            pasted = cleanPasted(html);
            return pasted.html;
          },
          transformPastedText: cleanText,
          handlePaste: (view, event, slice) => take(event.clipboardData, slice),
          handleDrop(view, event, slice, moved) {
            const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
            return !moved && take(event.dataTransfer, slice, at);
          },
        },
      }),
    ];
  },
});

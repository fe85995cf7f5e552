/* The portal's extension of the body's editor: one place that ties its parts together. */
import { Extension, Plugin } from "django-prose-editor/editor";
import { label } from "portal/labels";
import { cleanPasted, cleanText } from "portal/pasted";
import { pictureCommands, pictureItem, takePasted } from "portal/pictures";
import { tableCommands } from "portal/tables";

export const Portal = Extension.create({
  name: "portal",
  // Last of all, so that it finds every other extension's buttons and commands in place.
  priority: 1,

  onBeforeCreate() {
    // The strict CSP allows no <style>; editor.css says the same.
    this.editor.setOptions({ injectCSS: false });
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

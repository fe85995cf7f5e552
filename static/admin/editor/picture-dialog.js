/* The dialog 插入图片: upload a picture or take one of the library, always with an alternative text. */
import { crel } from "django-prose-editor/editor";

let serial = 0;

/* Ask for a picture. `doors` are the addresses that this person may use, `file` a picture that is already at hand,
   `present` the attributes of the one to be changed. Resolves to its facts, or to null when nothing was chosen. */
export function choosePicture({ doors, file = null, present = null, place = null }) {
  return new Promise((resolve) => new PictureDialog(doors, file, present, place, resolve));
}

class PictureDialog {
  constructor(doors, file, present, place, resolve) {
    Object.assign(this, { doors, file, present, resolve, id: `picture-dialog-${(serial += 1)}`, result: null, known: new Map() });
    this.build(place);
    document.body.append(this.dialog);
    this.dialog.addEventListener("close", () => this.finish());
    this.dialog.showModal();
    this.show(this.ways[0].value);
    if (file) this.fields.alt.focus();
  }

  finish() {
    this.forgetPreview();
    this.dialog.remove();
    this.resolve(this.result);
  }

  // --- What it looks like --------------------------------------------------------------------

  build(place) {
    const count = place ? `（第 ${place.number} 张，共 ${place.total} 张）` : "";
    const title = this.present ? "修改图片" : `插入图片${count}`;
    this.error = crel("p", { className: "picture-dialog__error", role: "alert" });
    this.fields = {};
    const form = crel("form", { noValidate: true }, [
      crel("h2", { id: `${this.id}-title`, textContent: title }),
      this.error,
      this.buildWays(),
      this.buildUpload(),
      this.buildLibrary(),
      this.buildPreview(),
      this.field("alt", "替代文字", "必填。用一句话说清图里有什么，读屏软件会念给看不见图的人听。", { maxLength: 200, required: true }),
      // A caption that stands already is edited in the text itself.
      ...(this.present
        ? []
        : [
            this.field("caption", "图片说明", "公开显示在图片下方，可不填。", { maxLength: 200 }),
            this.field("credit", "拍摄或绘制", "公开显示，例如“摄影：某某”，可不填。", { maxLength: 100 }),
          ]),
      crel("div", { className: "picture-dialog__actions" }, [
        (this.submit = crel("button", { type: "submit", className: "default", textContent: this.present ? "确定" : "插入" })),
        (this.cancel = crel("button", { type: "button", textContent: place ? "跳过这张" : "取消" })),
      ]),
    ]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.accept();
    });
    this.cancel.addEventListener("click", () => this.dialog.close());
    this.dialog = crel("dialog", { className: "picture-dialog", "aria-labelledby": `${this.id}-title` }, [form]);
    if (this.present) this.fields.alt.value = this.present.alt || "";
    if (this.file) this.preview(this.file);
  }

  buildWays() {
    const offered = [
      this.present && ["keep", "保留这张图片"],
      this.doors.upload && ["upload", "上传新图片"],
      this.doors.latest && ["library", "从图库选择"],
    ].filter(Boolean);
    this.ways = offered.map(([value], index) =>
      crel("input", { type: "radio", name: `${this.id}-way`, value, id: `${this.id}-${value}`, checked: index === 0 }),
    );
    this.ways.forEach((way) => way.addEventListener("change", () => this.show(way.value)));
    const choices = this.ways.map((way, index) => crel("label", {}, [way, ` ${offered[index][1]}`]));
    const fieldset = crel("fieldset", { className: "picture-dialog__ways" }, [crel("legend", { textContent: "图片从哪里来" }), ...choices]);
    fieldset.hidden = offered.length < 2;
    return fieldset;
  }

  buildUpload() {
    this.upload = this.field("file", "图片文件", "JPG、PNG、WebP 或 GIF，不超过 30 MB。", {
      type: "file",
      accept: "image/jpeg,image/png,image/webp,image/gif",
    });
    this.fields.file.addEventListener("change", () => {
      this.file = this.fields.file.files[0] || null;
      this.preview(this.file);
    });
    return this.upload;
  }

  buildLibrary() {
    this.list = crel("div", { className: "picture-dialog__list" });
    const search = this.field("q", "在图库里找", "按替代文字、说明或拍摄者查找；不填为最近上传的图片。", { type: "search" });
    let waiting = 0;
    this.fields.q.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.loadLatest(), 300);
    });
    this.library = crel("div", {}, [search, crel("fieldset", {}, [crel("legend", { textContent: "图片" }), this.list])]);
    return this.library;
  }

  buildPreview() {
    this.image = crel("img", { className: "picture-dialog__preview", alt: "要上传的图片" });
    this.image.hidden = true;
    return this.image;
  }

  field(name, title, help, attributes) {
    const id = `${this.id}-${name}`;
    const input = crel("input", { type: "text", id, name, "aria-describedby": `${id}-help ${id}-error`, ...attributes });
    this.fields[name] = input;
    return crel("div", { className: "picture-dialog__field" }, [
      crel("label", { htmlFor: id, textContent: attributes.required ? `${title}（必填）` : title }),
      input,
      crel("p", { id: `${id}-help`, className: "help", textContent: help }),
      crel("p", { id: `${id}-error`, className: "picture-dialog__error" }),
    ]);
  }

  show(way) {
    this.way = way;
    this.upload.hidden = way !== "upload" || (this.file !== null && !this.fields.file.files.length);
    this.library.hidden = way !== "library";
    this.image.hidden = way !== "upload" || !this.image.src;
    if (way === "library" && !this.list.childElementCount) this.loadLatest();
    this.complain({});
  }

  preview(file) {
    this.forgetPreview();
    if (file) this.image.src = URL.createObjectURL(file);
    else this.image.removeAttribute("src");
    this.image.hidden = !file;
  }

  forgetPreview() {
    if (this.image.src) URL.revokeObjectURL(this.image.src);
  }

  // --- The library ---------------------------------------------------------------------------

  async loadLatest() {
    const word = this.fields.q.value.trim();
    const answer = await ask(`${this.doors.latest}?${new URLSearchParams({ q: word })}`);
    if (word !== this.fields.q.value.trim()) return;
    if (!answer.pictures) {
      this.complain(answer.errors);
      return;
    }
    answer.pictures.forEach((picture) => this.known.set(String(picture.id), picture));
    this.list.textContent = answer.pictures.length ? "" : "没有找到图片。";
    this.list.append(...answer.pictures.map((picture) => this.choice(picture)));
  }

  choice(picture) {
    const radio = crel("input", { type: "radio", name: `${this.id}-picture`, value: String(picture.id) });
    radio.addEventListener("change", () => {
      this.fields.alt.value = picture.alt;
      if (this.present) return;
      this.fields.caption.value = picture.caption;
      this.fields.credit.value = picture.credit;
    });
    const thumbnail = crel("img", { src: picture.thumbnail, alt: "", loading: "lazy" });
    return crel("label", {}, [radio, thumbnail, crel("span", { textContent: picture.alt })]);
  }

  chosen() {
    const radio = this.list.querySelector("input:checked");
    return radio && this.known.get(radio.value);
  }

  // --- What it gives back ----------------------------------------------------------------------

  async accept() {
    const missing = this.missing();
    this.complain(missing);
    if (Object.keys(missing).length) return;
    const picture = await this.picture();
    if (!picture) return;
    this.result = { ...picture, ...this.texts() };
    this.dialog.close();
  }

  missing() {
    const errors = {};
    if (this.way === "upload" && !this.file) errors.file = ["请选择图片文件。"];
    if (this.way === "library" && !this.chosen()) errors.q = ["请在下面选一张图片。"];
    if (!this.fields.alt.value.trim()) errors.alt = ["请填写替代文字：用一句话说清图里有什么。"];
    return errors;
  }

  async picture() {
    if (this.way === "keep") return this.present;
    if (this.way === "library") return this.chosen();
    const data = new FormData();
    data.append("file", this.file);
    for (const [name, text] of Object.entries(this.texts())) data.append(name, text);
    this.submit.disabled = true;
    this.submit.textContent = "正在上传…";
    const answer = await ask(this.doors.upload, data);
    this.submit.disabled = false;
    this.submit.textContent = this.present ? "确定" : "插入";
    if (answer.id) return answer;
    this.complain(answer.errors);
    return null;
  }

  texts() {
    const names = this.present ? ["alt"] : ["alt", "caption", "credit"];
    return Object.fromEntries(names.map((name) => [name, this.fields[name].value.trim()]));
  }

  /* Show each error beside its field, the others on top, and lead to the first. */
  complain(errors) {
    const general = [];
    for (const input of Object.values(this.fields)) {
      input.removeAttribute("aria-invalid");
      input.parentElement.querySelector(".picture-dialog__error").textContent = "";
    }
    for (const [name, sentences] of Object.entries(errors)) {
      const input = this.fields[name];
      if (!input || input.closest("[hidden]")) {
        general.push(...sentences);
        continue;
      }
      input.setAttribute("aria-invalid", "true");
      input.parentElement.querySelector(".picture-dialog__error").textContent = sentences.join("");
    }
    this.error.textContent = general.join("");
    const first = this.dialog && this.dialog.querySelector("[aria-invalid]");
    if (first) first.focus();
  }
}

/* Send a request to the admin; whatever goes wrong comes back as sentences under `errors`. */
async function ask(address, data = null) {
  try {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    const response = await fetch(address, data ? { method: "POST", body: data, headers: { "X-CSRFToken": token } } : {});
    if (response.redirected) return failure("登录已经过期。请在另一个窗口重新登录，再回到这里继续，已写的内容还在。");
    if (response.status === 403) return failure("您没有这项权限，或登录已经过期。请在另一个窗口重新登录后再试。");
    if (response.status === 413) return failure("文件太大，服务器没有接收。请缩小后再上传。");
    return await response.json();
  } catch {
    return failure("没有连上服务器。请检查网络后再试，已写的内容还在。");
  }
}

const failure = (sentence) => ({ errors: { "": [sentence] } });

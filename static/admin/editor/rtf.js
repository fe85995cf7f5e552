/* Pictures that Word puts on the clipboard: hexadecimal text inside its RTF, in the order of the document. */

const KINDS = { pngblip: "png", jpegblip: "jpeg" };

/* Every PNG and JPEG of a piece of RTF as a File; other kinds (WMF, EMF) cannot be shown and are left out. */
export function picturesInRtf(rtf) {
  const files = [];
  const start = /\\pict(?![a-z])/g;
  for (let found = start.exec(rtf); found; found = start.exec(rtf)) {
    const before = rtf.slice(Math.max(0, found.index - 40), found.index);
    // A second copy for old programs, or the dot of a list: neither is a picture of the text.
    if (/\\nonshppict\s*\{?\s*$|\\listpicture/.test(before)) continue;
    const picture = readPicture(rtf, start.lastIndex);
    if (picture) files.push(toFile(picture, files.length + 1));
  }
  return files;
}

/* The kind and hexadecimal digits of the group that goes on at `at`, or null. */
function readPicture(rtf, at) {
  let kind = null;
  const digits = [];
  while (at < rtf.length && rtf[at] !== "}") {
    if (rtf[at] === "{") {
      at = endOfGroup(rtf, at);
    } else if (rtf[at] === "\\") {
      const [word, name] = /^\\(?:([a-z]+)-?\d* ?|[^a-z])/i.exec(rtf.slice(at, at + 64));
      kind = KINDS[name] || kind;
      at += word.length;
    } else {
      const run = /[^{}\\]*/y;
      run.lastIndex = at;
      const text = run.exec(rtf)[0];
      digits.push(text.replace(/[^0-9a-f]/gi, ""));
      at += text.length;
    }
  }
  const hex = digits.join("");
  return kind && hex ? { kind, hex } : null;
}

function endOfGroup(rtf, at) {
  let depth = 0;
  for (; at < rtf.length; at += 1) {
    if (rtf[at] === "\\") at += 1;
    else if (rtf[at] === "{") depth += 1;
    else if (rtf[at] === "}" && (depth -= 1) === 0) return at + 1;
  }
  return at;
}

function toFile({ kind, hex }, number) {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = parseInt(hex.substr(2 * i, 2), 16);
  return new File([bytes], `word-${number}.${kind}`, { type: `image/${kind}` });
}

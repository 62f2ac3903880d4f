/**
 * A caption from a file and to a file: choose one, drop one, save one. Nothing is uploaded.
 *
 * What it is not: a judge of what is in the file; the text goes to the editor as it is.
 */

import { h } from "../document/dom.js";

const KNOWN = /\.(json|txt)$/i;
const NAME = "caption.json";

/**
 * @param {object} options `take(text, name)`: the text of a file; `refuse(words)`: why there is
 *   none; `limit`: the most bytes of a caption
 * @returns the hidden field that belongs into the page; `choose()` opens the browser's window
 */
export function captionFiles({ take, refuse, limit }) {
  const input = h("input", {
    type: "file",
    accept: ".json,.txt,application/json,text/plain",
    hidden: true,
    "aria-label": "Open a caption",
    onchange: () => {
      const [file] = input.files;
      // So that the same file can be chosen again; the list empties with the value.
      if (file) void read(file);
      input.value = "";
    },
  });

  async function read(file) {
    if (!KNOWN.test(file.name)) return refuse("A caption is a .json or .txt file.");
    if (file.size > limit) return refuse(`This file is larger than a caption can be (${limit / 1024} KB).`);
    try {
      take(decode(await file.arrayBuffer()), file.name);
    } catch {
      refuse("The file could not be read.");
    }
  }

  return { input, read, choose: () => input.click() };
}

/** Let files be dropped anywhere on `area`, before CodeMirror would paste them where they fall. */
export function takeDrops(area, read) {
  const over = (on) => area.classList.toggle("is-over", on);
  const withFile = (listener) => (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    listener(event);
  };
  area.addEventListener("dragover", withFile(() => over(true)), true);
  area.addEventListener("dragleave", withFile(() => over(false)), true);
  const drop = ({ dataTransfer }) => {
    over(false);
    if (dataTransfer.files[0]) void read(dataTransfer.files[0]);
  };
  area.addEventListener("drop", withFile(drop), true);
}

export function saveCaption(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  h("a", { href: address, download: NAME }).click();
  // The download has its own hold on the data once it has begun.
  setTimeout(() => URL.revokeObjectURL(address));
}

/** Windows' editors still save UTF-16; the byte order mark tells. */
function decode(buffer) {
  const [first, second] = new Uint8Array(buffer, 0, Math.min(2, buffer.byteLength));
  const little = first === 0xff && second === 0xfe;
  const big = first === 0xfe && second === 0xff;
  return new TextDecoder(little ? "utf-16le" : big ? "utf-16be" : "utf-8").decode(buffer);
}

/**
 * A picture dropped anywhere on the page brings its caption: ours, or of another tool that kept it.
 *
 * Only the picture's texts are sent to be read; the pixels stay here. What it is not: the editor's
 * own drops of .json and .txt, nor the canvas's pictures to trace.
 */

import { h } from "../document/dom.js";
import { withoutPixels } from "../document/pngcut.js";

const IS_PNG = /\.png$/i;

/**
 * @param options `root`: the panel, for as long as it is on the page; `read(base64)`: Python's
 *   answer; `take(answer)`; `refuse(words)`
 * @returns the hidden field and `choose()`, which opens the browser's window
 */
export function takePictures({ root, read, take, refuse }) {
  const input = h("input", {
    type: "file",
    accept: ".png,image/png",
    hidden: true,
    "aria-label": "Open a picture",
    onchange: () => {
      const [file] = input.files;
      if (file) void open(file);
      input.value = "";
    },
  });

  async function open(file) {
    try {
      const answer = await read(await base64(await withoutPixels(file)));
      if (answer.error) refuse(answer.error);
      else take(answer, file.name);
    } catch (error) {
      if (error instanceof TypeError) return refuse(error.message);
      console.warn(error);
      refuse("The picture could not be read.");
    }
  }

  const over = (event) => {
    if (!root.isConnected) return leave();
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
  };
  const drop = (event) => {
    const file = [...(event.dataTransfer?.files ?? [])].find(isPng);
    // Whoever wanted it has taken it: the editor its texts, the backdrop its pictures.
    if (!root.isConnected || !file || event.defaultPrevented) return;
    event.preventDefault();
    void open(file);
  };
  const leave = () => {
    document.removeEventListener("dragover", over);
    document.removeEventListener("drop", drop);
  };
  document.addEventListener("dragover", over);
  document.addEventListener("drop", drop);
  return { input, choose: () => input.click() };
}

function isPng({ name, type }) {
  return type === "image/png" || IS_PNG.test(name);
}

async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let letters = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    letters += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(letters);
}

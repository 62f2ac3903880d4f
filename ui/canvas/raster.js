/**
 * What only a browser can do for a wireframe: measure letters and make pixels of an SVG.
 *
 * What it is not: a drawing; that is `document/wireframe.js`.
 */

import { h } from "../document/dom.js";

const EM = 100;
let pen = null;

/** The width of words in ems, in this browser's fonts. */
export function measureHere(words, { family, weight = 400, style = "normal" }) {
  pen ??= h("canvas").getContext("2d");
  pen.font = `${style} ${weight} ${EM}px ${family}`;
  return pen.measureText(words).width / EM;
}

/** An SVG file of `width` by `height` pixels as the bytes of a PNG. Asks the network for nothing. */
export async function pngOf(svg, width, height) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const picture = new Image(width, height);
    picture.src = address;
    await picture.decode();
    const canvas = h("canvas", { width, height });
    canvas.getContext("2d").drawImage(picture, 0, 0, width, height);
    const file = await new Promise((done) => canvas.toBlob(done, "image/png"));
    // A page larger than the browser's canvases makes no file.
    if (file === null) throw new RangeError("The picture is too large for this browser");
    return new Uint8Array(await file.arrayBuffer());
  } finally {
    URL.revokeObjectURL(address);
  }
}

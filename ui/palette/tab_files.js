/**
 * The menu's tab of palette files: open .ase, .gpl and .json, and save as one of them.
 *
 * What it is not: the formats (`document/palettefile.js`).
 */

import { isColour } from "../document/colour.js";
import { h } from "../document/dom.js";
import { saveFile } from "../document/download.js";
import { KINDS, readPaletteFile, sizeProblem, writePaletteFile } from "../document/palettefile.js";
import { offers, paletteCard } from "./card.js";
import { fileDrop } from "./filedrop.js";

const WHO = { ase: "Adobe", gpl: "GIMP, Inkscape, Krita", json: "everything else" };

export function filesTab({ title, read, take, tell }) {
  const found = offers("In the file");
  const saves = KINDS.map((kind) => {
    const button = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", onclick: () => save(kind) },
      `.${kind}`,
    );
    button.setAttribute("aria-label", `Save as .${kind}`);
    button.title = `For ${WHO[kind]}`;
    return button;
  });
  const node = h(
    "div",
    { class: "ig-menu-tab" },
    fileDrop({
      label: "Open a palette file",
      hint: ".ase, .gpl or .json; or drop it here.",
      accept: ".ase,.gpl,.json,.txt,.hex",
      take: open,
    }),
    found.node,
    h("div", { class: "ig-row", role: "group", "aria-label": "Save the palette" }, h("span", {}, "Save as"), saves),
  );

  async function open(file) {
    const answer = await readFile(file);
    found.show(answer.ok ? answer.palettes.map((palette) => paletteCard(palette, take)) : []);
    if (!answer.ok) tell(answer.message);
    else tell(["Read: take all, or press one colour.", ...answer.notes].join(" "));
  }

  function save(kind) {
    const { bytes, type, filename } = writePaletteFile({ name: title, colours: read().filter(isColour) }, kind);
    saveFile(filename, bytes, type);
    tell(`${filename} is saved.`);
  }

  function paint() {
    const empty = !read().some(isColour);
    for (const button of saves) button.disabled = empty;
  }
  return { node, paint };
}

async function readFile(file) {
  const tooLarge = sizeProblem(file.size);
  if (tooLarge) return { ok: false, message: tooLarge };
  try {
    return readPaletteFile(new Uint8Array(await file.arrayBuffer()), file.name);
  } catch {
    return { ok: false, message: "The file cannot be read; it may have been moved." };
  }
}

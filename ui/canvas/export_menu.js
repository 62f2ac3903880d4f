/**
 * The "Export…" menu: the layout as a wireframe, a handover sheet or JSON, without any model.
 *
 * What it is not: the drawing (`document/wireframe.js`, `document/handover.js`) or a way to save
 * generated pictures.
 */

import { textOf } from "../document/caption.js";
import { h, setAttribute } from "../document/dom.js";
import { saveFile } from "../document/download.js";
import { filename } from "../document/filename.js";
import { handover } from "../document/handover.js";
import { format } from "../document/jsonpatch.js";
import { withText } from "../document/pngtext.js";
import { store } from "../document/shared.js";
import { wireframe } from "../document/wireframe.js";
import { command, Menu } from "./menu.js";
import { measureHere, pngOf } from "./raster.js";

const SVG = "image/svg+xml";
const WHY = "Not now: the caption’s JSON has a mistake. Put it right in the editor first.";

export function exportMenu(canvas) {
  const named = (kind, of = store.page) => filename(textOf(store.value?.high_level_description), of, kind);
  const save = (name, content, type) => {
    saveFile(name, content, type);
    canvas.say(`${name} is saved`);
  };
  // Taken at once: the caption may change while the picture is being made.
  const png = async (scale) => {
    const [width, height] = [store.page.width * scale, store.page.height * scale];
    const name = named("wireframe.png", { width, height });
    const caption = captionText();
    const svg = wireframe(store.value, { ...store.page, scale, measure: measureHere });
    try {
      const picture = await pngOf(svg, width, height);
      save(name, withText(picture, { caption, width: String(width), height: String(height) }), "image/png");
    } catch (error) {
      console.warn(error);
      canvas.say("This browser could not make the picture. The wireframe as SVG works without it.");
    }
  };
  const drawing = (draw) => draw(store.value, { ...store.page, measure: measureHere });
  const why = h("p", { class: "ig-pop-head", id: "ig-export-why", role: "presentation" }, WHY);
  // Out of reach is not out of sight: the entries keep the focus, so that the reason is read.
  const item = (glyph, label, run) =>
    command({
      glyph,
      label,
      run: (event) => {
        if (!store.problem) return run();
        event.stopPropagation();
        return canvas.say(WHY);
      },
    });
  const items = [
    item("picture", "Wireframe PNG", () => png(1)),
    item("picture", "Wireframe PNG, twice the size", () => png(2)),
    item("obj", "Wireframe SVG", () => save(named("wireframe.svg"), drawing(wireframe), SVG)),
    item("tidy", "Handover sheet (SVG)", () => save(named("handover.svg"), drawing(handover), SVG)),
    item("code", "Caption JSON", () => save(named("caption.json"), captionText(), "application/json")),
  ];
  const paint = () => {
    const broken = store.problem !== null;
    why.hidden = !broken;
    for (const node of items) {
      setAttribute(node, "aria-disabled", broken);
      setAttribute(node, "aria-describedby", broken ? why.id : null);
    }
  };
  return new Menu({ glyph: "export", label: "Export…", parts: [why, ...items], paint });
}

/** The caption as it was typed; an empty editor is an empty caption. */
function captionText() {
  return store.text.trim() === "" ? format(store.value) : store.text;
}

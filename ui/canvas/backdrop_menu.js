/**
 * The "Backdrop" menu: what lies behind the boxes, and how strongly it shows.
 *
 * What it is not: the picture; that is `backdrop.js`.
 */

import { h, setAttribute, setText } from "../document/dom.js";
import { command, heading, Menu, toggle } from "./menu.js";

const LABELS = {
  blank: "Blank",
  last: "The last picture",
  live: "The picture in the making",
  reference: "A picture to trace…",
};
const LEAST = 10;

export function backdropMenu(canvas) {
  const { backdrop } = canvas;
  const choose = (kind) => {
    if (kind === "reference" && !backdrop.has(kind)) input.click();
    else canvas.change({ backdrop: kind });
  };
  const take = async (file) => {
    const words = await backdrop.setReference(file);
    if (backdrop.has("reference")) canvas.change({ backdrop: "reference" });
    canvas.say(words);
  };
  const input = h("input", {
    type: "file",
    accept: "image/*",
    hidden: true,
    "aria-label": "A picture to trace",
    onchange: () => {
      const [file] = input.files;
      input.value = "";
      if (file) take(file);
    },
  });
  const kinds = Object.entries(LABELS).map(([kind, label]) => {
    const node = toggle({ label, run: () => choose(kind) });
    node.setAttribute("role", "menuitemradio");
    return [kind, node];
  });
  const other = command({ label: "Choose another picture…", run: () => input.click() });
  const away = command({
    label: "Take the picture away",
    run: () => {
      backdrop.clearReference();
      canvas.change({ backdrop: "blank" });
    },
  });
  const strength = h("input", {
    type: "range",
    class: "ig-pop-range",
    min: LEAST,
    max: 100,
    step: 5,
    "aria-label": "How strongly it shows, in percent",
    oninput: () => {
      const { opacity, backdrop: kind } = canvas.settings;
      canvas.change({ opacity: { ...opacity, [kind]: Number(strength.value) } });
    },
  });
  const room = h("div", { class: "ig-pop-slide" }, heading("How strongly it shows"), strength);
  const paint = () => {
    const { backdrop: kind, opacity } = canvas.settings;
    for (const [name, node] of kinds) {
      setAttribute(node, "aria-checked", String(name === kind));
      // Nothing to show yet; a picture to trace can be chosen at any time.
      node.disabled = name !== "reference" && !backdrop.has(name);
    }
    const traced = backdrop.has("reference");
    other.hidden = away.hidden = !traced;
    const [, reference] = kinds.at(-1);
    setText(reference.querySelector(".ig-pop-name"), traced ? backdrop.name : LABELS.reference);
    room.hidden = kind === "blank";
    strength.value = String(opacity[kind] ?? 100);
  };
  const nodes = kinds.map(([, node]) => node);
  const parts = [heading("Behind the boxes"), ...nodes, other, away, room, input];
  const menu = new Menu({ glyph: "picture", label: "Backdrop", parts, paint });
  listenForDrops(canvas.root, take);
  return menu;
}

/** A picture that is dropped on the canvas is one to trace. */
function listenForDrops(root, take) {
  const files = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  root.addEventListener("dragover", (event) => files(event) && event.preventDefault());
  root.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    take(file);
  });
}

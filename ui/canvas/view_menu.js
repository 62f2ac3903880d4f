/**
 * The "View" menu: snapping and overlays as switches, and the way to the list of keys.
 *
 * What it is not: the settings' keeper; that is `view_settings.js`.
 */

import { setAttribute } from "../document/dom.js";
import { command, heading, Menu, toggle } from "./menu.js";
import { keysOf } from "./shortcuts.js";

const SWITCHES = {
  snap: "Snap to boxes and page",
  shapes: "Boxes keep their shapes on a new size",
  thirds: "Thirds",
  columns: "Twelve columns",
  margins: "Margins",
  safe: "Safe area",
};

export function viewMenu(canvas, mac) {
  const switches = Object.entries(SWITCHES).map(([name, label]) => {
    const keys = name === "snap" ? keysOf("snap", mac) : "";
    return [name, toggle({ label, keys, run: () => canvas.toggleSetting(name) })];
  });
  const nodes = Object.fromEntries(switches);
  const { snap, shapes, ...overlays } = nodes;
  const keys = command({
    label: "Keys and gestures",
    glyph: "hint",
    keys: keysOf("help", mac),
    run: () => canvas.help.open(),
  });
  const parts = [snap, shapes, heading("Show on the page"), ...Object.values(overlays), heading("Help"), keys];
  const paint = () => {
    for (const [name, node] of switches) setAttribute(node, "aria-checked", String(canvas.settings[name]));
  };
  return new Menu({ glyph: "view", label: "View", parts, paint });
}

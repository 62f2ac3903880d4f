/**
 * Small helpers to build the page: elements, icons, announcements.
 *
 * Why: user text must reach the page as text. `h` sets text nodes and attributes only; there is no
 * way to hand it markup. What it is not: a framework.
 */

import { SVG } from "./markup.js";

/** Icons on a 16 x 16 grid, drawn as 1.5 px lines. */
const ICONS = {
  select: ["M4 2.5 12.5 8 8.6 8.9 6.6 13 4 2.5Z"],
  obj: ["M3 3h10v10H3z"],
  text: ["M3.5 5V3.5h9V5", "M8 3.5v9", "M6 12.5h4"],
  undo: ["M3.5 6.5h6a3.25 3.25 0 0 1 0 6.5H6", "M6 4 3.5 6.5 6 9"],
  redo: ["M12.5 6.5h-6a3.25 3.25 0 0 0 0 6.5H10", "M10 4l2.5 2.5L10 9"],
  duplicate: ["M5.5 5.5h7.5v7.5H5.5z", "M3 10.5V3h7.5"],
  delete: ["M3 4.5h10", "M6.5 4.5V3h3v1.5", "M4.5 4.5l.6 8.5h5.8l.6-8.5"],
  picture: ["M2.5 3h11v10h-11z", "M2.5 11 6 7.5l2.5 2.5L10.5 8l3 3", "M10.5 5.75h.01"],
  up: ["M8 12.5v-9", "M4.5 7 8 3.5 11.5 7"],
  down: ["M8 3.5v9", "M4.5 9 8 12.5 11.5 9"],
  left: ["M12.5 8h-9", "M7 4.5 3.5 8 7 11.5"],
  right: ["M3.5 8h9", "M9 4.5 12.5 8 9 11.5"],
  plus: ["M8 3.5v9", "M3.5 8h9"],
  dropper: ["M9.5 4.5l2 2-6 6-2.5.5.5-2.5 6-6Z", "M8.5 3.5l4 4", "M10.5 5.5l1.75-1.75"],
  close: ["M4.5 4.5l7 7", "M11.5 4.5l-7 7"],
  code: ["M6 4.5 2.5 8 6 11.5", "M10 4.5 13.5 8 10 11.5"],
  file: ["M4 2.5h5l3 3v8H4z", "M9 2.5v3h3"],
  copy: ["M5.5 5.5h7.5v7.5H5.5z", "M3 10.5V3h7.5"],
  tidy: ["M3 4h10", "M5.5 8h7.5", "M5.5 12h7.5"],
  error: ["M8 4.5v4", "M8 11.25h.01", "M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5Z"],
  warning: ["M8 6v3.25", "M8 11.5h.01", "M8 2.25 14.25 13.5H1.75L8 2.25Z"],
  hint: ["M8 7.5v4", "M8 4.75h.01", "M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5Z"],
  grip: ["M6 4h.01", "M10 4h.01", "M6 8h.01", "M10 8h.01", "M6 12h.01", "M10 12h.01"],
  minus: ["M3.5 8h9"],
  lock: ["M4 7.5h8v6H4z", "M5.75 7.5V5.25a2.25 2.25 0 0 1 4.5 0V7.5"],
  unlock: ["M4 7.5h8v6H4z", "M5.75 7.5V5.25a2.25 2.25 0 0 1 4.4-.6"],
  check: ["M3.5 8.5 6.5 11.5 12.5 4.5"],
  view: ["M1.75 8C3.5 5 5.6 3.5 8 3.5S12.5 5 14.25 8C12.5 11 10.4 12.5 8 12.5S3.5 11 1.75 8Z", "M8 6.25a1.75 1.75 0 1 1 0 3.5 1.75 1.75 0 0 1 0-3.5Z"],
  layout: ["M2.5 2.5h11v11h-11z", "M2.5 6.5h11", "M7 6.5v7"],
  hide: ["M1.75 8C3.5 5 5.6 3.5 8 3.5S12.5 5 14.25 8C12.5 11 10.4 12.5 8 12.5S3.5 11 1.75 8Z", "M3 13 13 3"],
  sweep: ["M2.5 5V2.5H5", "M7 2.5h2", "M11 2.5h2.5V5", "M13.5 7v2", "M13.5 11v2.5H11", "M9 13.5H7", "M5 13.5H2.5V11", "M2.5 9V7"],
  export: ["M8 10V2.5", "M5 5.5 8 2.5 11 5.5", "M3 9.5v4h10v-4"],
  cut: ["M5.5 6 12.5 13", "M5.5 10 12.5 3", "M4.25 3a1.75 1.75 0 1 1 0 3.5 1.75 1.75 0 0 1 0-3.5Z", "M4.25 9.5a1.75 1.75 0 1 1 0 3.5 1.75 1.75 0 0 1 0-3.5Z"],
  paste: ["M5.5 3.5H3.5v10h9v-10h-2", "M5.5 2.5h5V5h-5z"],
  "align-left": ["M2.5 2.5v11", "M5 4.5h8v2.5H5z", "M5 9.5h5V12H5z"],
  "align-centre": ["M8 2.5v11", "M3.5 4.5h9v2.5h-9z", "M5.5 9.5h5V12h-5z"],
  "align-right": ["M13.5 2.5v11", "M3 4.5h8v2.5H3z", "M6 9.5h5V12H6z"],
  "align-top": ["M2.5 2.5h11", "M4.5 5v8H7V5z", "M9.5 5v5H12V5z"],
  "align-middle": ["M2.5 8h11", "M4.5 3.5v9H7v-9z", "M9.5 5.5v5H12v-5z"],
  "align-bottom": ["M2.5 13.5h11", "M4.5 3v8H7V3z", "M9.5 6v5H12V6z"],
  "space-x": ["M2.5 2.5v11", "M13.5 2.5v11", "M6.5 4.5h3v7h-3z"],
  star: ["M8 2.25 9.75 5.9l4 .5-2.95 2.8.75 4L8 11.25 4.45 13.2l.75-4L2.25 6.4l4-.5L8 2.25Z"],
  sheet: ["M2.5 2.5h4.5v4.5H2.5z", "M9 2.5h4.5v4.5H9z", "M2.5 9h4.5v4.5H2.5z", "M9 9h4.5v4.5H9z"],
  search: ["M7 2.75a4.25 4.25 0 1 1 0 8.5 4.25 4.25 0 0 1 0-8.5Z", "M10.25 10.25 13.5 13.5"],
  compare: ["M2.5 3h11v10h-11z", "M8 1.5v13", "M10 8h2", "M4 8h2"],
  download: ["M8 2.5V10", "M5 7.5 8 10.5l3-3", "M3 13.5h10"],
  tree: ["M4.5 2.5v11", "M4.5 8h4.5", "M9 6.25h3.5v3.5H9z", "M2.75 2h3.5v3h-3.5z"],
  "space-y": ["M2.5 2.5h11", "M2.5 13.5h11", "M4.5 6.5h7v3h-7z"],
};

/**
 * An element: `h("button", {class: "x", onclick, dataset: {part: "y"}, hidden: true}, "text", node)`.
 * `false`, `null` and `undefined` leave an attribute or a child out.
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "ig-icon");
  for (const line of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}

/** Page elements of a tree from `markup.js`; its strings become text. */
export function drawn({ tag, attributes, children }) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.map((child) => (typeof child === "string" ? child : drawn(child))));
  return element;
}

/** A button with an icon; `label` is its name, shown beside the icon when `wide`. */
export function iconButton(name, label, onclick, { wide = false, ...attributes } = {}) {
  return h(
    "button",
    {
      type: "button",
      class: wide ? "ig-button ig-button-wide" : "ig-button",
      title: label,
      ...(wide ? {} : { "aria-label": label }),
      onclick,
      ...attributes,
    },
    icon(name),
    wide && h("span", {}, label),
  );
}

/** Set an attribute only when it differs: fewer style recalculations, no lost transitions. */
export function setAttribute(node, name, value) {
  // A state that is off must be said, or a switch is taken for a plain button.
  const off = value === false && !name.startsWith("aria-");
  const text = value === null || off ? null : String(value);
  if (text === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A polite live region; say the same twice and it is read twice. */
export function announcer() {
  const node = h("div", { class: "ig-sr", role: "status", "aria-live": "polite" });
  const say = (text) => {
    node.textContent = node.textContent === text ? `${text}\u00a0` : text;
  };
  return { node, say };
}

/** Whether a key press belongs to somebody who is typing. */
export function isTyping(target) {
  return (
    target instanceof Element &&
    target.closest("input:not([type=color]):not([type=checkbox]), textarea, select, [contenteditable=true]") !== null
  );
}

/** Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y (Cmd on a Mac): "undo", "redo" or null. */
export function historyKey(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" && !event.shiftKey ? "redo" : null;
}

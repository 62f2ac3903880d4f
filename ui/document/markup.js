/**
 * SVG as a tree of plain objects, and the tree as XML text that any reader takes.
 *
 * Why a tree: a string among the children is always somebody's words and is escaped when the tree
 * is written, so no caption can become markup. `dom.js` makes page elements of the same tree.
 * What it is not: a template; there is no way to hand it ready markup.
 */

export const SVG = "http://www.w3.org/2000/svg";

const ESCAPES = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
  // As they are, a reader would make spaces of them.
  ...{ "\t": "&#9;", "\n": "&#10;", "\r": "&#13;" },
};
// What XML 1.0 has no place for: most control characters and the two non-characters.
const FORBIDDEN = /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g;
const HALF_PAIR = /\p{Cs}/gu;

/** `{tag, attributes, children}`; children that are `null` or `false` are left out, lists opened. */
export function node(tag, attributes = {}, ...children) {
  const kept = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  return { tag, attributes, children: kept };
}

/** Words as XML can hold them; half of a surrogate pair becomes the sign for an unknown letter. */
export function cleanWords(words) {
  return String(words).replace(FORBIDDEN, "").replace(HALF_PAIR, "\uFFFD");
}

/** A whole file: the declaration and the tree. */
export function toXml(tree) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written(tree)}\n`;
}

function written({ tag, attributes, children }) {
  const members = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ` ${name}="${escaped(typeof value === "number" ? short(value) : value)}"`)
    .join("");
  if (children.length === 0) return `<${tag}${members}/>`;
  const inside = children.map((child) => (typeof child === "string" ? escaped(child) : written(child)));
  return `<${tag}${members}>${inside.join("")}</${tag}>`;
}

function escaped(words) {
  return cleanWords(words).replace(/[&<>"'\t\n\r]/g, (mark) => ESCAPES[mark]);
}

/** Two decimals are a hundredth of a pixel. */
function short(number) {
  return String(Math.round(number * 100) / 100);
}

/**
 * The handover sheet: the wireframe with numbered boxes and, below it, a table of what each one is,
 * where it stands in pixels and which colours it has.
 *
 * Elements without a box stand in the table too. What it is not: a second drawing of the layout.
 */

import { layoutOf } from "./layout.js";
import { estimate, gaugeOf, LINE, PLAIN, spread, wrap } from "./lettering.js";
import { node, toXml } from "./markup.js";
import { swatch } from "./tags.js";
import { descOf, pageNodes, sheet, titleOf } from "./wireframe.js";

const INK = "#1F2328";
const SOFT = "#57606A";
const RULE = "#D0D7DE";
/** Letters of the sheet in pixels of the picture, on a picture of 1000; larger ones scale. */
const LETTERS = 13;
const BOLD = { ...PLAIN, weight: 700 };
/** Shares of the table's width: number, what it is, where it stands, colours. */
const COLUMNS = [0.05, 0.5, 0.23, 0.22];
const HEADS = ["#", "What it is", "Place in pixels", "Colours"];

/** An SVG file; `width` and `height` are the picture's, the sheet is larger. */
export function handover(caption, { width, height, measure = estimate }) {
  const layout = layoutOf(caption, { width, height });
  const table = Math.max(width, 720);
  const size = (LETTERS * Math.max(table, 1000)) / 1000;
  const margin = size * 3;
  const pen = new Pen({ left: margin, top: margin, width: table, size, measure });
  heading(pen, layout);
  const picture = { x: margin, y: pen.y, width, height, viewBox: `0 0 ${width} ${height}` };
  const frame = { x: margin, y: pen.y, width, height, fill: "none", stroke: RULE, "stroke-width": 1 };
  pen.add(node("svg", picture, ...pageNodes(layout, { measure, numbered: true })), node("rect", frame));
  pen.y += height + size * 2;
  tableOf(pen, layout);
  const whole = { width: Math.ceil(table + 2 * margin), height: Math.ceil(pen.y + margin) };
  return toXml(
    sheet(
      { ...whole, viewBox: `0 0 ${whole.width} ${whole.height}` },
      titleOf(layout),
      descOf(layout),
      node("rect", { ...whole, fill: "#FFFFFF" }),
      node("g", { fill: INK, "font-family": PLAIN.family, "font-size": size }, ...pen.nodes),
    ),
  );
}

/** Writes lines and rules downwards; `y` is how far it has come. */
class Pen {
  nodes = [];

  constructor({ left, top, width, size, measure }) {
    Object.assign(this, { left, y: top, width, size, measure });
  }

  add(...nodes) {
    this.nodes.push(...nodes);
  }

  /** Paragraphs in a column from `y` on; the height they take. `colour` stands before its line. */
  write(paragraphs, x, y, width) {
    let at = y;
    for (const { words, size = this.size, weight = 400, fill = null, colour = null } of paragraphs) {
      const gauge = gaugeOf(this.measure, weight > 400 ? BOLD : PLAIN);
      const indent = colour ? size * 1.5 : 0;
      for (const line of wrap(words, (width - indent) / size, gauge)) {
        if (colour) this.add(swatch(colour, x, at + size * 0.15, size));
        this.add(
          node(
            "text",
            {
              x: x + indent, y: at + size * 0.97, "font-size": size === this.size ? null : size,
              "font-weight": weight > 400 ? weight : null, fill,
              ...spread(gauge(line) * size),
            },
            line,
          ),
        );
        at += size * LINE * 1.12;
      }
    }
    return at - y;
  }

  rule(stroke = RULE) {
    this.add(node("path", { d: `M${this.left} ${this.y}h${this.width}`, stroke, "stroke-width": this.size / 13 }));
  }
}

function heading(pen, { title, width, height, background, style, palette }) {
  const parts = [{ words: title || "Layout", size: pen.size * 1.5, weight: 700 }];
  parts.push({ words: `${width} × ${height} pixels`, fill: SOFT });
  if (style) parts.push({ words: `Style: ${style}`, fill: SOFT });
  if (background) parts.push({ words: `Background: ${background}`, fill: SOFT });
  pen.y += pen.write(parts, pen.left, pen.y, pen.width);
  if (palette.length > 0) pen.y += paletteRow(pen, palette);
  pen.y += pen.size;
}

/** The picture's palette in one row, or in as many as it takes. */
function paletteRow(pen, palette) {
  const step = pen.size * 6.6;
  const across = Math.max(1, Math.floor(pen.width / step));
  const tall = pen.size * 1.7;
  palette.forEach((colour, index) => {
    const x = pen.left + (index % across) * step;
    pen.write([{ words: colour, colour }], x, pen.y + pen.size * 0.4 + Math.floor(index / across) * tall, step);
  });
  return Math.ceil(palette.length / across) * tall + pen.size * 0.2;
}

function tableOf(pen, { items }) {
  row(pen, HEADS.map((words) => [{ words, weight: 700 }]));
  pen.rule(SOFT);
  for (const item of items) {
    row(pen, [
      [{ words: String(item.number), weight: 700 }],
      whatItIs(item),
      item.box ? placeOf(item.box) : [{ words: "no box", fill: SOFT }],
      coloursOf(item),
    ]);
    pen.rule();
  }
  if (items.length === 0) row(pen, [[], [{ words: "No elements yet.", fill: SOFT }], [], []]);
}

function row(pen, cells) {
  const pad = pen.size * 0.55;
  const gap = pen.size;
  let x = pen.left;
  const heights = cells.map((cell, index) => {
    const width = pen.width * COLUMNS[index];
    const tall = pen.write(cell, x, pen.y + pad, width - gap);
    x += width;
    return tall;
  });
  pen.y += Math.max(pen.size, ...heights) + 2 * pad;
}

function whatItIs({ type, words, desc }) {
  const lines = words.split("\n").filter((line) => line.trim());
  const said = lines.map((line, index) => ({
    words: `${index === 0 ? "“" : ""}${line}${index === lines.length - 1 ? "”" : ""}`,
    weight: 700,
  }));
  if (desc) said.push({ words: desc });
  if (said.length === 0) said.push({ words: "no description", fill: SOFT });
  return [{ words: type === "text" ? "Text" : "Object", fill: SOFT }, ...said];
}

function placeOf([top, left, bottom, right]) {
  return [{ words: `x ${left}, y ${top}` }, { words: `${right - left} × ${bottom - top}` }];
}

function coloursOf({ colours }) {
  if (colours.length === 0) return [{ words: "none named", fill: SOFT }];
  return colours.map((colour) => ({ words: colour, colour }));
}

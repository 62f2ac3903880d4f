/**
 * What is asked for: the form's switches and the document, as one plain object for Python.
 *
 * The caption goes along only where it is needed: what a service need not know is not sent. Pure;
 * node runs its tests. What it is not: a check; Python makes it.
 */

import { elementsOf, textOf } from "../document/caption.js";

/**
 * @param form `{provider, missing, keepBoxes, keepPalette, boxes}`
 * @param document `{text, page: {width, height}}`
 */
export function wishForIdea(idea, form, document) {
  const { missing, keepBoxes, keepPalette } = form;
  const needed = missing || keepBoxes || keepPalette;
  return { ...base(form, document), task: missing ? "fill" : "expand", idea, caption: needed ? document.text : "" };
}

/** One element anew. Its place and its letters stay; so does all the rest. */
export function wishForElement(index, wish, form, document) {
  const asked = { ...base(form, document), task: "element", idea: wish, caption: document.text, element: index };
  return { ...asked, keep_boxes: false, keep_palette: false, boxes: true };
}

/** Places for lettering. */
export function wishForLayout(texts, idea, form, document) {
  const asked = { ...base(form, document), task: "layout", idea, caption: document.text, texts };
  return { ...asked, keep_boxes: false, boxes: true };
}

/** The texts to be laid out: the lines that were typed, or else those that the caption has. */
export function textsToPlace(typed, value) {
  const lines = typed.split("\n").map((line) => line.trim()).filter(Boolean);
  if (lines.length > 0) return lines;
  return elementsOf(value)
    .filter((element) => element?.type === "text" && textOf(element.text).trim() !== "")
    .map((element) => element.text);
}

function base({ provider, keepBoxes, keepPalette, boxes }, { page }) {
  const { width, height } = page;
  return { provider, width, height, keep_boxes: keepBoxes, keep_palette: keepPalette, boxes };
}

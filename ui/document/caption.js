/**
 * The caption as the page edits it: where elements, boxes, palettes and style live in the JSON.
 *
 * Functions named like verbs change the draft they are given (the store hands out copies); the
 * others only read and take anything, however broken: a person may be half-way through typing.
 *
 * What it is not: validation. The rules are Python's; the two limits here only keep the pickers
 * from offering what a caption cannot hold, and a test compares them with the schema.
 */

import { clamp } from "./geometry.js";
import { isObject, put } from "./jsonvalue.js";

export const PALETTE_LIMIT = 16;
export const ELEMENT_PALETTE_LIMIT = 5;
export const TYPES = ["obj", "text"];
export const MEDIA = ["photograph", "illustration", "3d_render", "painting", "graphic_design"];

/** Trained order of names; a name that is added goes to its place, others stay where they are. */
export const ORDER = {
  root: ["high_level_description", "style_description", "compositional_deconstruction"],
  photo: ["aesthetics", "lighting", "photo", "medium", "colour_palette"],
  art_style: ["aesthetics", "lighting", "medium", "art_style", "colour_palette"],
  composition: ["background", "elements"],
  element: ["type", "bbox", "text", "desc", "colour_palette", "hidden"],
};

/** What a style starts from when the person has not said anything: plain, and easy to change. */
export const STYLE_DEFAULTS = {
  photo: {
    aesthetics: "balanced, uncluttered composition",
    lighting: "soft natural light",
    photo: "sharp focus, natural colour",
    medium: "photograph",
  },
  art_style: {
    aesthetics: "balanced, uncluttered composition",
    lighting: "soft even light",
    medium: "illustration",
    art_style: "clean shapes with gentle shading",
  },
};

const SPELLINGS = ["colour_palette", "color_palette"];

export function emptyCaption() {
  return { compositional_deconstruction: { background: "", elements: [] } };
}

/** Why boxes cannot be edited although the text is JSON, or null. */
export function structureProblem(value) {
  if (!isObject(value)) return { pointer: "", message: "The caption must be an object in { }" };
  const parts = value.compositional_deconstruction;
  if (parts === undefined) return null;
  const pointer = "/compositional_deconstruction";
  if (!isObject(parts)) return { pointer, message: `"compositional_deconstruction" must be an object` };
  if (parts.elements !== undefined && !Array.isArray(parts.elements)) {
    return { pointer: `${pointer}/elements`, message: `"elements" must be a list in [ ]` };
  }
  return null;
}

export function elementsOf(value) {
  const elements = value?.compositional_deconstruction?.elements;
  return Array.isArray(elements) ? elements : [];
}

export function elementPointer(index) {
  return `/compositional_deconstruction/elements/${index}`;
}

/** The element that a pointer leads into, or null. */
export function elementAt(pointer) {
  const found = /^\/compositional_deconstruction\/elements\/(\d+)(?:\/|$)/.exec(pointer);
  return found ? Number(found[1]) : null;
}

/** The element's box as it can be drawn, or null: absent, malformed or without area. */
export function boxOf(element) {
  const box = isObject(element) ? element.bbox : null;
  if (!Array.isArray(box) || box.length !== 4) return null;
  if (!box.every((edge) => typeof edge === "number" && Number.isFinite(edge))) return null;
  if (box[0] >= box[2] || box[1] >= box[3]) return null;
  return clamp(box);
}

/** Whether an element is kept in the file and out of the picture. */
export function isHidden(element) {
  return isObject(element) && element.hidden === true;
}

export function textOf(value) {
  return typeof value === "string" ? value : "";
}

/** The palette of a style or an element: the list, whatever is in it. */
export function paletteOf(holder) {
  if (!isObject(holder)) return [];
  const name = SPELLINGS.find((spelling) => Array.isArray(holder[spelling]));
  return name ? holder[name] : [];
}

export function styleOf(value) {
  const style = value?.style_description;
  return isObject(style) ? style : null;
}

/** "photo", "art_style", or null when the style says neither. */
export function styleKind(style) {
  if (!isObject(style)) return null;
  return ["photo", "art_style"].find((kind) => Object.hasOwn(style, kind)) ?? null;
}

/** A short name for lists and screen readers. */
export function nameOf(element, index) {
  if (!isObject(element)) return `Entry ${index + 1} is not an element`;
  const words = element.type === "text" ? textOf(element.text) : textOf(element.desc);
  const short = words.replace(/\s+/g, " ").trim();
  if (short) return short.length > 60 ? `${short.slice(0, 59).trimEnd()}…` : short;
  return `${element.type === "text" ? "Text" : "Object"} ${index + 1}`;
}

/** Set a member, at its place in `order` when it is new. */
export function setMember(object, name, value, order) {
  if (Object.hasOwn(object, name)) {
    object[name] = value;
    return;
  }
  const later = new Set(order.slice(order.indexOf(name) + 1));
  const members = Object.entries(object);
  const before = members.findIndex(([other]) => later.has(other));
  members.splice(before < 0 ? members.length : before, 0, [name, value]);
  for (const [other] of members) delete object[other];
  for (const [other, kept] of members) put(object, other, kept);
}

/** The draft's list of elements, made if it is not there. */
export function ensureElements(draft) {
  if (!isObject(draft.compositional_deconstruction)) {
    setMember(draft, "compositional_deconstruction", { background: "", elements: [] }, ORDER.root);
  }
  const parts = draft.compositional_deconstruction;
  if (!Object.hasOwn(parts, "background")) setMember(parts, "background", "", ORDER.composition);
  if (!Array.isArray(parts.elements)) setMember(parts, "elements", [], ORDER.composition);
  return parts.elements;
}

/** Put a new element in front of all others; its index. */
export function addElement(draft, type, bbox) {
  const element = type === "text" ? { type, bbox, text: "", desc: "" } : { type, bbox, desc: "" };
  return ensureElements(draft).push(element) - 1;
}

export function setBox(draft, index, bbox) {
  const element = elementsOf(draft)[index];
  if (isObject(element)) setMember(element, "bbox", bbox, ORDER.element);
}

/** Hide an element, or show it; one that is shown says nothing about it. */
export function setHidden(draft, index, on) {
  const element = elementsOf(draft)[index];
  if (!isObject(element)) return;
  if (on) setMember(element, "hidden", true, ORDER.element);
  else delete element.hidden;
}

/** Change `type`; a text gets a `text`, an object keeps none unless words were written in it. */
export function setType(draft, index, type) {
  const element = elementsOf(draft)[index];
  if (!isObject(element)) return;
  setMember(element, "type", type, ORDER.element);
  if (type === "text" && !Object.hasOwn(element, "text")) {
    setMember(element, "text", "", ORDER.element);
  }
  if (type === "obj" && Object.hasOwn(element, "text")) {
    const words = textOf(element.text).trim();
    const desc = textOf(element.desc);
    if (words && !desc.includes(words)) {
      setMember(element, "desc", desc ? `${desc} (“${words}”)` : words, ORDER.element);
    }
    delete element.text;
  }
}

/** Write a palette under the studio's spelling; an empty one is left out, as the model wants it. */
export function setPalette(holder, colours, order) {
  const spelling = SPELLINGS.find((name) => Object.hasOwn(holder, name)) ?? SPELLINGS[0];
  if (colours.length === 0) {
    delete holder[spelling];
    return;
  }
  if (spelling !== SPELLINGS[0]) delete holder[spelling];
  setMember(holder, SPELLINGS[0], colours, order);
}

/** The draft's style, made whole (a photo) if there is none. */
export function ensureStyle(draft, kind = "photo") {
  if (!isObject(draft.style_description)) {
    delete draft.style_description;
    setMember(draft, "style_description", { ...STYLE_DEFAULTS[kind] }, ORDER.root);
  }
  return draft.style_description;
}

/** The whole picture's palette; adding a first colour to a caption without style makes the style. */
export function setPicturePalette(draft, colours) {
  if (colours.length === 0 && !isObject(draft.style_description)) return;
  const style = ensureStyle(draft);
  setPalette(style, colours, ORDER[styleKind(style) ?? "photo"]);
}

/**
 * Turn a style into a photo or a drawing: exactly one of `photo` / `art_style`, in trained order.
 * `words` is what the new member says.
 */
export function setStyleKind(draft, kind, words) {
  const style = ensureStyle(draft, kind);
  const other = kind === "photo" ? "art_style" : "photo";
  const defaults = STYLE_DEFAULTS[kind];
  const media = { photo: "illustration", art_style: "photograph" };
  if (style.medium === media[kind]) style.medium = defaults.medium;
  const rest = Object.entries(style).filter(([name]) => name !== other && name !== kind);
  for (const name of Object.keys(style)) delete style[name];
  const members = { ...defaults, ...Object.fromEntries(rest), [kind]: words || defaults[kind] };
  const known = ORDER[kind].filter((name) => Object.hasOwn(members, name));
  const unknown = Object.keys(members).filter((name) => !ORDER[kind].includes(name));
  for (const name of [...known, ...unknown]) put(style, name, members[name]);
}

/** Set one of the picture's own texts; an empty optional text is left out. */
export function setPictureText(draft, name, words) {
  if (name === "background") {
    ensureElements(draft);
    draft.compositional_deconstruction.background = words;
  } else if (words === "") {
    delete draft.high_level_description;
  } else {
    setMember(draft, "high_level_description", words, ORDER.root);
  }
}

/**
 * The form of the picture as a whole: what it shows, its background, its style.
 *
 * What it is not: the palette, which has a panel of its own.
 */

import {
  MEDIA,
  ORDER,
  STYLE_DEFAULTS,
  setMember,
  setPictureText,
  setStyleKind,
  styleKind,
  styleOf,
  textOf,
} from "../document/caption.js";
import { h } from "../document/dom.js";
import { store } from "../document/shared.js";
import { group } from "./element_form.js";
import { choiceField, textField, wordCounter } from "./fields.js";

const STYLE_FIELDS = [
  { name: "aesthetics", label: "Aesthetics", placeholder: "calm, editorial, lots of space" },
  { name: "lighting", label: "Lighting", placeholder: "soft window light from the left" },
  { name: "photo", label: "Photo", placeholder: "35mm, shallow depth of field" },
  { name: "medium", label: "Medium", options: MEDIA },
  { name: "art_style", label: "Art style", placeholder: "flat vector shapes, thick outlines" },
];

export class PictureForm {
  /** Words of the kind of style that is not chosen, so that trying the other loses nothing. */
  #setAside = {};

  constructor({ origin }) {
    this.origin = origin;
    this.command = `${origin}:command`;
    this.summary = textField({
      label: "The picture in a sentence or two",
      multiline: true,
      rows: 3,
      placeholder: "What a friend would say it shows",
      onInput: (words) => this.#setText("high_level_description", words),
    }).count(wordCounter({ most: 50 }));
    this.background = textField({
      label: "Background",
      multiline: true,
      rows: 2,
      placeholder: "What is behind everything else",
      onInput: (words) => this.#setText("background", words),
    });
    this.kind = choiceField({
      label: "Style",
      choices: [
        { value: "none", name: "Open", title: "No style: the model chooses" },
        { value: "photo", name: "Photo", title: "A photograph" },
        { value: "art_style", name: "Art", title: "A drawing, a painting, a design" },
      ],
      onChoose: (kind) => this.#setKind(kind),
    });
    this.style = STYLE_FIELDS.map(({ name, ...field }) => ({
      name,
      ...textField({ ...field, onInput: (words) => this.#setStyle(name, words) }),
    }));
    this.styleFields = h("div", { class: "ig-style" }, this.style.map((field) => field.node));
    this.node = h(
      "div",
      { class: "ig-form" },
      this.summary.node,
      this.background.node,
      group("Style", null, this.kind.node, this.styleFields),
    );
  }

  focus() {
    this.summary.control.focus();
  }

  paint() {
    const locked = store.problem !== null;
    const value = store.value;
    const style = styleOf(value);
    const kind = styleKind(style);
    this.summary.show(textOf(value.high_level_description));
    this.background.show(textOf(value.compositional_deconstruction?.background));
    this.kind.show(style ? (kind ?? "") : "none");
    this.styleFields.hidden = style === null;
    for (const field of this.style) {
      const other = { photo: "art_style", art_style: "photo" }[kind];
      field.node.hidden = field.name === other || (kind === null && field.name in STYLE_DEFAULTS);
      field.show(textOf(style?.[field.name]));
    }
    for (const part of [this.summary, this.background, this.kind, ...this.style]) part.lock(locked);
  }

  #setText(name, words) {
    store.edit((draft) => setPictureText(draft, name, words), this.origin, { merge: name });
  }

  #setStyle(name, words) {
    const order = ORDER[styleKind(styleOf(store.value)) ?? "photo"];
    store.edit(
      (draft) => {
        setMember(draft.style_description, name, words, order);
      },
      this.origin,
      { merge: `style:${name}` },
    );
  }

  #setKind(kind) {
    const style = styleOf(store.value);
    const now = styleKind(style);
    if (now) this.#setAside[now] = textOf(style[now]);
    if (kind === "none") {
      if (style) this.#setAside.style = style;
      store.edit((draft) => void delete draft.style_description, this.command);
    } else if (kind !== now) {
      const kept = style ? null : this.#setAside.style;
      store.edit((draft) => {
        if (kept) setMember(draft, "style_description", structuredClone(kept), ORDER.root);
        if (styleKind(draft.style_description) !== kind) {
          setStyleKind(draft, kind, this.#setAside[kind]);
        }
      }, this.command);
    }
  }
}

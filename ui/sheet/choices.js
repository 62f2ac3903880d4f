/**
 * What a contact sheet varies: how many seeds, which palettes, which presets.
 *
 * What it is not: the rules; Python checks the plan again.
 */

import { h } from "../document/dom.js";

const AS_IT_IS = "As it is";

export class Choices {
  #palettes = new Map();
  #presets = new Map();
  #changed;

  /** @param props `palettes`, `presets`, `most_seeds`; @param changed called after each choice */
  constructor(props, changed) {
    this.#changed = changed;
    this.props = props;
    this.seeds = h(
      "select",
      { class: "ig-input ig-sheet-seeds", "aria-label": "Seeds", onchange: changed },
      Array.from({ length: props.most_seeds }, (_, i) => h("option", { value: i + 1 }, String(i + 1))),
    );
    this.seeds.value = "4";
    this.palettes = h("div", { class: "ig-sheet-options" });
    this.presets = h("div", { class: "ig-sheet-options" });
    for (const name of props.presets) {
      const { node, box } = option(name, null, changed);
      this.#presets.set(name, box);
      this.presets.append(node);
    }
    this.node = h(
      "div",
      { class: "ig-sheet-choices" },
      group("Seeds", "Counted on from the seed in the bar", this.seeds),
      group("Presets", "None: the one in the bar", this.presets),
      group("Palettes", "In place of the picture’s palette", this.palettes),
    );
    this.offer([]);
  }

  /** @param saved the person's own palettes, offered first */
  offer(saved) {
    const chosen = new Set([...this.#palettes].filter(([, { box }]) => box.checked).map(([key]) => key));
    const first = this.#palettes.size === 0;
    this.#palettes.clear();
    const all = [{ name: AS_IT_IS, colours: null }, ...saved, ...this.props.palettes];
    this.palettes.replaceChildren(
      ...all.map(({ name, colours }) => {
        const key = `${name} ${colours ?? ""}`;
        const { node, box } = option(name, colours, this.#changed);
        box.checked = first ? colours === null : chosen.has(key);
        this.#palettes.set(key, { box, name, colours });
        return node;
      }),
    );
  }

  get plan() {
    const palettes = [...this.#palettes.values()].filter(({ box }) => box.checked);
    return {
      seeds: Number(this.seeds.value),
      palettes: palettes.map(({ name, colours }) => ({ name, colours })),
      presets: [...this.#presets].filter(([, box]) => box.checked).map(([name]) => name),
    };
  }

  get count() {
    const { seeds, palettes, presets } = this.plan;
    return seeds * Math.max(1, palettes.length) * Math.max(1, presets.length);
  }
}

function option(name, colours, changed) {
  const box = h("input", { type: "checkbox", onchange: changed });
  const swatches = (colours ?? []).slice(0, 8).map((colour) => {
    const swatch = h("i", {});
    swatch.style.backgroundColor = colour;
    return swatch;
  });
  const strip = h("span", { class: "ig-sheet-swatches", "aria-hidden": "true" }, swatches);
  return { box, node: h("label", { class: "ig-sheet-option" }, box, h("span", {}, name), strip) };
}

function group(title, help, control) {
  return h(
    "fieldset",
    { class: "ig-sheet-group" },
    h("legend", {}, title),
    h("p", { class: "ig-quiet" }, help),
    control,
  );
}

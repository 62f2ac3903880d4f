/**
 * The LoRAs of the studio's folder: which are used, how strongly, and on which branch.
 *
 * Not on the page at all while the folder has none. A LoRA that does not fit says why and cannot be
 * switched on; one that a recalled picture names and that is gone stays in sight, to be taken out.
 */

import { BRANCHES, MOST_LORA } from "../document/sampling.js";
import { h, setText } from "../document/dom.js";

const WORDS = { conditional: "Caption", unconditional: "No caption", both: "Both" };

export class Loras {
  #rows = new Map();
  #names;
  #used = [];

  /** @param change called with a name and `{weight, branch}`, or null to leave it out */
  constructor(server, names, change) {
    Object.assign(this, { server, change });
    this.#names = names;
    this.list = h("ul", { class: "ig-loras-list" });
    this.node = h(
      "section",
      { class: "ig-loras", "aria-label": "LoRAs" },
      h("p", { class: "ig-sampling-name" }, "LoRAs"),
      this.list,
    );
    this.#draw();
  }

  /** The panel was opened: the folder may hold others by now. */
  async look() {
    const names = await this.server.lora_names().catch(() => null);
    if (!Array.isArray(names) || names.join("\n") === this.#names.join("\n")) return;
    this.#names = names;
    this.#draw();
  }

  /** @param used the wishes in force, `[{name, weight, branch}]` */
  paint(used) {
    this.#used = used;
    if (used.some(({ name }) => !this.#rows.has(name))) this.#draw();
    for (const [name, row] of this.#rows) {
      const wish = used.find((lora) => lora.name === name);
      row.box.checked = Boolean(wish);
      row.more.hidden = !wish;
      if (!wish) continue;
      for (const field of [row.number, row.slider]) {
        if (field !== document.activeElement) field.value = String(wish.weight);
      }
      row.branch.value = wish.branch;
      if (!row.asked) this.#check(name, row);
    }
  }

  #draw() {
    const names = [...new Set([...this.#names, ...this.#used.map(({ name }) => name)])];
    this.#rows = new Map(names.map((name) => [name, this.#row(name)]));
    this.list.replaceChildren(...[...this.#rows.values()].map(({ node }) => node));
    this.node.hidden = names.length === 0;
    if (this.#used.length) this.paint(this.#used);
  }

  #row(name) {
    const title = name.replace(/\.safetensors$/, "");
    const weigh = ({ target }) => {
      if (target.value.trim() !== "") this.change(name, { weight: Number(target.value) });
    };
    const strength = (type, label) =>
      h("input", {
        type,
        class: type === "number" ? "ig-input ig-sampling-input ig-loras-number" : "ig-loras-slider",
        min: -MOST_LORA,
        max: MOST_LORA,
        step: 0.05,
        "aria-label": `${label} of ${title}`,
        oninput: weigh,
      });
    const row = { asked: false };
    row.box = h("input", { type: "checkbox", onchange: () => this.#toggle(name, row) });
    row.slider = strength("range", "Strength");
    row.number = strength("number", "Strength as a number");
    row.branch = h(
      "select",
      {
        class: "ig-input ig-sampling-input ig-loras-branch",
        "aria-label": `Branch of ${title}`,
        title: "Which transformer it acts on: the one that reads the caption, the other, or both",
        onchange: ({ target }) => this.change(name, { branch: target.value }),
      },
      BRANCHES.map((branch) => h("option", { value: branch }, WORDS[branch])),
    );
    row.said = h("span", { class: "ig-quiet ig-loras-said", role: "status" });
    row.more = h("div", { class: "ig-loras-more", hidden: true }, row.slider, row.number, row.branch);
    row.node = h(
      "li",
      { class: "ig-loras-row" },
      h("label", { class: "ig-loras-name" }, row.box, h("span", {}, title)),
      row.more,
      row.said,
    );
    return row;
  }

  async #toggle(name, row) {
    if (!row.box.checked) {
      this.change(name, null);
      return;
    }
    if (await this.#check(name, row)) this.change(name, {});
    else row.box.checked = false;
  }

  /** Ask whether it fits; what comes back is said beside it. */
  async #check(name, row) {
    row.asked = true;
    const { fits, text } = await this.server.lora_check(name).catch(() => {
      row.asked = false;
      return { fits: false, text: "The studio did not answer. Try again." };
    });
    setText(row.said, text);
    row.said.classList.toggle("ig-loras-wrong", !fits);
    return fits;
  }
}

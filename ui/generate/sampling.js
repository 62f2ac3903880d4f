/**
 * Sampling beside the preset: steps, the guidance schedule, the timesteps, LoRAs; and a size by its
 * ratio.
 *
 * Closed by default, with a line that says whether anything is set. Its value is what was set
 * (`document/sampling.js`), null for the preset's. What it is not: the preset, which is in the bar.
 */

import { follow } from "../document/boot.js";
import { announcer, h, setAttribute, setText } from "../document/dom.js";
import {
  inForce,
  isNothing,
  NOTHING,
  ratioOf,
  sizeOf,
  stretched,
  summary,
  wishes,
  withLora,
  withSteps,
  withWeight,
  withWeights,
} from "../document/sampling.js";
import { store } from "../document/shared.js";
import { Loras } from "./loras.js";
import { Plot } from "./plot.js";

const ORIGIN = "sampling";

export function mount(host) {
  const panel = new Sampling(host);
  host.watch(["value", "preset"], () => panel.fromPython());
}

class Sampling {
  #set = { ...NOTHING };
  #asked = null;

  constructor({ root, props, trigger, server }) {
    Object.assign(this, { root, props, trigger });
    this.live = announcer();
    this.plot = new Plot({
      set: (step, weight) => this.#change(withWeight(this.preset, this.#set, step, weight)),
      reset: (step) => this.#change(withWeight(this.preset, this.#set, step, this.#plain()[step])),
      choose: () => this.#paintWeight(),
    });
    this.loras = new Loras(server, props.loras ?? [], (name, wish) =>
      this.#change(withLora(this.#set, name, wish)),
    );
    this.#build();
    follow(root, ORIGIN, ({ page }) => page && this.#paintSize());
    this.fromPython();
    this.#paintSize();
  }

  /** The preset's numbers, its guidance lowered to what the weights bear. */
  get preset() {
    const { presets, preset } = this.props;
    return presets[preset] ?? Object.values(presets)[0];
  }

  fromPython() {
    this.#set = wishes(this.props.value);
    const steps = this.#set.num_steps ?? this.preset.num_steps;
    const own = this.#set.guidance_schedule;
    if (own && own.length !== steps) {
      this.#set = withSteps(this.preset, this.#set, this.#set.num_steps);
      this.live.say(`The edited guidance is spread over ${steps} steps`);
      this.#tell();
    }
    this.paint();
  }

  paint() {
    const now = inForce(this.preset, this.#set);
    setText(this.line, summary(this.#set));
    for (const [name, field] of Object.entries(this.fields)) {
      const value = this.#set[name] === null ? "" : String(this.#set[name]);
      if (field !== document.activeElement && field.value !== value) field.value = value;
      field.placeholder = String(this.preset[name]);
    }
    this.plot.paint(now.guidance_schedule);
    this.reset.disabled = isNothing(this.#set);
    this.loras.paint(this.#set.loras);
    this.#paintWeight();
  }

  #build() {
    const number = (name, label, options) =>
      h("input", {
        type: "number",
        class: "ig-input ig-sampling-input",
        id: `ig-sampling-${name}`,
        "aria-label": label,
        ...options,
        oninput: (event) => this.#typed(name, event.target.value),
      });
    this.fields = {
      num_steps: number("num_steps", "Steps", { min: 1, max: 200, step: 1 }),
      mu: number("mu", "mu", { step: 0.1 }),
      std: number("std", "std", { min: 0.01, step: 0.1 }),
    };
    this.weight = h("input", {
      type: "number",
      class: "ig-input ig-sampling-input",
      min: 0,
      max: 100,
      step: 0.1,
      oninput: ({ target }) => this.#weigh(target.value, this.plot.chosen),
    });
    this.weightName = h("span", {});
    const all = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", onclick: () => this.#level() },
      "Same for all steps",
    );
    this.reset = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", onclick: () => this.#change({ ...NOTHING }) },
      "Reset to preset",
    );
    this.line = h("span", { class: "ig-quiet" });
    const labelled = (words, field) => h("label", { class: "ig-sampling-field" }, h("span", {}, words), field);
    const size = this.#sizes();
    this.root.classList.add("ig-sampling");
    this.root.append(
      h(
        "details",
        { class: "ig-card", ontoggle: ({ target }) => target.open && this.loras.look() },
        h("summary", {}, h("span", { class: "ig-title" }, "Advanced"), this.line),
        h(
          "div",
          { class: "ig-sampling-body" },
          size,
          h(
            "div",
            { class: "ig-sampling-row" },
            labelled("Steps", this.fields.num_steps),
            labelled("mu", this.fields.mu),
            labelled("std", this.fields.std),
          ),
          h("p", { class: "ig-sampling-name" }, "Guidance"),
          this.plot.node,
          h(
            "div",
            { class: "ig-sampling-row" },
            h("label", { class: "ig-sampling-field" }, this.weightName, this.weight),
            all,
            this.reset,
          ),
          this.loras.node,
        ),
      ),
      this.live.node,
    );
  }

  #sizes() {
    const options = (names) => names.map((name) => h("option", { value: name }, name));
    const { ratios, megapixels } = this.props;
    const changed = () => this.#resize();
    this.ratio = h("select", { class: "ig-input ig-sampling-input", onchange: changed }, options(["", ...Object.keys(ratios)]));
    this.area = h("select", { class: "ig-input ig-sampling-input", onchange: changed }, [
      h("option", { value: "" }, ""),
      ...megapixels.map((number) => h("option", { value: number }, `${number} MP`)),
    ]);
    return h(
      "div",
      { class: "ig-sampling-row" },
      h("label", { class: "ig-sampling-field" }, h("span", {}, "Ratio"), this.ratio),
      h("label", { class: "ig-sampling-field" }, h("span", {}, "Pixels"), this.area),
    );
  }

  /** The page's size as ratio and pixels, as near as there are names for it. */
  #paintSize() {
    const { width, height } = store.page;
    // A small size has its ratio only nearly; what was asked for stays in sight.
    if (this.#asked?.width === width && this.#asked.height === height) return;
    this.ratio.value = ratioOf(store.page, this.props.ratios);
    const near = this.props.megapixels.find((number) => Math.abs((width * height) / 1e6 / number - 1) < 0.08);
    this.area.value = near === undefined ? "" : String(near);
  }

  #resize() {
    const { width, height } = store.page;
    const ratio = this.props.ratios[this.ratio.value] ?? [width, height];
    const size = sizeOf(ratio, Number(this.area.value) || (width * height) / 1e6, this.props.limits);
    this.#asked = size;
    if (size) this.trigger("apply", size);
    else {
      this.live.say("These weights draw no size of that ratio");
      this.#paintSize();
    }
  }

  #plain() {
    return stretched(this.preset.guidance_schedule, inForce(this.preset, this.#set).num_steps);
  }

  #typed(name, text) {
    const value = text.trim() === "" ? null : Number(text);
    if (value !== null && !Number.isFinite(value)) return;
    if (name !== "num_steps") this.#change({ ...this.#set, [name]: value });
    else if (value === null || (Number.isInteger(value) && value >= 1 && value <= 200)) {
      this.#change(withSteps(this.preset, this.#set, value));
    }
  }

  #weigh(text, step) {
    if (text.trim() !== "") this.#change(withWeight(this.preset, this.#set, step, Number(text)));
  }

  #level() {
    const { guidance_schedule } = inForce(this.preset, this.#set);
    const weight = guidance_schedule[this.plot.chosen];
    this.#change(withWeights(this.preset, this.#set, guidance_schedule.map(() => weight)));
    this.live.say(`Guidance ${weight} at every step`);
  }

  #change(set) {
    this.#set = set;
    this.#tell();
    this.paint();
  }

  #tell() {
    this.props.value = { ...this.#set };
    this.trigger("input");
  }

  #paintWeight() {
    const { guidance_schedule } = inForce(this.preset, this.#set);
    const step = Math.min(this.plot.chosen, guidance_schedule.length - 1);
    setText(this.weightName, `Step ${step + 1} of ${guidance_schedule.length}`);
    setAttribute(this.weight, "aria-label", `Guidance of step ${step + 1}`);
    if (this.weight !== document.activeElement) this.weight.value = String(guidance_schedule[step]);
  }
}

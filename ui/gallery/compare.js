/**
 * Two pictures side by side, or one over the other with a slider, and what their captions differ in.
 *
 * A real dialog: it keeps the focus until it is closed. What it is not: the comparison of captions,
 * which is Python's.
 */

import { within } from "../document/address.js";
import { h, iconButton, setAttribute, setText } from "../document/dom.js";

const VIEWS = { slider: "Slider", sides: "Side by side" };
const SAME = "Both captions are the same.";

export class Compare {
  constructor() {
    this.slider = h("input", {
      type: "range",
      class: "ig-compare-slider",
      min: 0,
      max: 100,
      step: 1,
      value: 50,
      "aria-label": "How much of the first picture is seen",
      oninput: () => this.#cut(),
    });
    this.line = h("span", { class: "ig-compare-line", "aria-hidden": "true" });
    this.stage = h(
      "div",
      { class: "ig-compare-stage" },
      this.line,
      this.slider,
    );
    this.views = Object.entries(VIEWS).map(([name, label]) =>
      h("button", { type: "button", class: "ig-button", onclick: () => this.#show(name) }, label),
    );
    this.names = [h("p", { class: "ig-compare-name" }), h("p", { class: "ig-compare-name" })];
    this.list = h("ul", { class: "ig-compare-list" });
    this.none = h("p", { class: "ig-quiet" });
    this.node = h(
      "dialog",
      { class: "ig-dialog ig-compare", "aria-labelledby": "ig-compare-title" },
      h(
        "div",
        { class: "ig-head" },
        h("h2", { class: "ig-title", id: "ig-compare-title" }, "Compare"),
        h("div", { class: "ig-compare-views", role: "group", "aria-label": "View" }, this.views),
        h("span", { class: "ig-spacer" }),
        iconButton("close", "Close", () => this.node.close()),
      ),
      h(
        "div",
        { class: "ig-compare-body" },
        this.stage,
        h("div", { class: "ig-compare-names" }, this.names),
        h("h3", { class: "ig-title" }, "What changed in the caption"),
        this.none,
        this.list,
      ),
    );
    this.node.addEventListener("close", () => this.#clear());
    this.node.addEventListener("click", (event) => event.target === this.node && this.node.close());
    // The keys of the page behind are not for this.
    this.node.addEventListener("keydown", (event) => event.stopPropagation());
    this.#show("slider");
  }

  /** @param answer of Python: `{first, second, changes, more}`; a side is `{src, facts, width, height}` */
  open({ first, second, changes, more }) {
    this.#clear();
    this.stage.prepend(
      picture(first, "First", "ig-compare-before"),
      picture(second, "Second", "ig-compare-after"),
    );
    setText(this.names[0], `First: ${first.facts}`);
    setText(this.names[1], `Second: ${second.facts}`);
    // The slider needs one frame; pictures of other ratios are fitted into the first one's.
    this.stage.style.setProperty("--ratio", `${first.width} / ${first.height}`);
    this.list.replaceChildren(...changes.map(entry));
    const rest = more ? `And ${more} more.` : "";
    setText(this.none, changes.length ? rest : SAME);
    this.none.hidden = changes.length > 0 && !more;
    this.slider.value = 50;
    this.#cut();
    this.node.showModal();
    this.slider.focus();
  }

  /** A sheet that is closed holds no pictures. */
  #clear() {
    for (const image of this.stage.querySelectorAll("img")) image.remove();
  }

  #show(view) {
    this.node.dataset.view = view;
    Object.keys(VIEWS).forEach((name, i) => setAttribute(this.views[i], "aria-pressed", name === view));
    this.slider.hidden = this.line.hidden = view !== "slider";
    this.#cut();
  }

  #cut() {
    const { value } = this.slider;
    this.stage.style.setProperty("--cut", `${value}%`);
    setAttribute(this.slider, "aria-valuetext", `${value} percent of the first picture`);
  }
}

function picture({ src, facts }, place, name) {
  const image = h("img", { class: name, alt: `${place} picture: ${facts}`, draggable: "false" });
  image.src = within(src);
  return image;
}

function entry({ subject, what, before, after }) {
  return h(
    "li",
    {},
    h("span", { class: "ig-compare-what" }, `${subject}: ${what}`),
    before && h("del", {}, before),
    " ",
    after && h("ins", {}, after),
  );
}

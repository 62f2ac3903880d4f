/**
 * Asked and found colours of the picture in sight: a line, and a table for whoever opens it; below
 * it what somebody reads in the picture (`readback.js`).
 *
 * An element's row selects the element, as long as the page still has the picture's caption.
 * What it is not: the measuring, which is Python's.
 */

import { follow } from "../document/boot.js";
import { h, setText } from "../document/dom.js";
import { parseJson } from "../document/jsontext.js";
import { equal } from "../document/jsonvalue.js";
import { preview, store } from "../document/shared.js";
import { ReadBack } from "./readback.js";

export function mount({ root, props, server }) {
  const panel = new Report(root, props.facts ?? {}, server);
  preview.subscribe(root, () => panel.look());
  // Whether a row leads to its element depends on the caption in the page.
  follow(root, "report", ({ text, live }) => text && !live && panel.relate());
  panel.look();
}

class Report {
  #id = "";
  #shown = "";
  #answer = null;

  constructor(root, facts, server) {
    Object.assign(this, { root, server });
    this.readback = new ReadBack({ facts, server, select: (index) => this.#isSame() && select(index) });
    this.line = h("span", { class: "ig-quiet ig-report-line" });
    this.body = h("div", { class: "ig-report-body" });
    this.node = h(
      "details",
      { class: "ig-card", ontoggle: () => this.#ask() },
      h("summary", {}, h("span", { class: "ig-title" }, "Palette report"), this.line),
      this.body,
    );
    root.classList.add("ig-report");
    root.append(this.node);
  }

  /** Another picture may be in sight. */
  look() {
    this.#id = preview.id;
    this.readback.look(this.#id);
    this.root.hidden = this.#id === "";
    if (this.#id !== this.#shown) {
      this.#answer = null;
      this.#shown = "";
      setText(this.line, "");
      this.body.replaceChildren();
    }
    void this.#ask();
  }

  relate() {
    const same = this.#isSame();
    for (const button of this.body.querySelectorAll("button")) button.disabled = !same;
  }

  async #ask() {
    if (!this.node.open || !this.#id || this.#shown === this.#id) return;
    const id = this.#id;
    this.#shown = id;
    setText(this.line, "Measuring…");
    const answer = await this.server.report({ id }).catch(() => ({ error: "The report did not come. Please try again." }));
    if (id !== this.#id) return;
    this.#answer = answer;
    if (answer.error) this.#shown = "";
    this.#paint(answer);
  }

  #paint({ error, summary, regions = [] }) {
    setText(this.line, error ?? summary);
    this.body.replaceChildren(...regions.map((region) => this.#region(region)), this.readback.node);
    this.relate();
  }

  #region({ index, name, matches, note }) {
    const head =
      index === null
        ? h("h3", { class: "ig-report-name" }, "The whole picture")
        : h(
            "h3",
            { class: "ig-report-name" },
            h("button", { type: "button", class: "ig-button", title: "Select it on the page", onclick: () => select(index) }, name),
          );
    return h(
      "section",
      {},
      head,
      note && h("p", { class: "ig-quiet" }, note),
      h("ul", { class: "ig-report-list" }, matches.map(row)),
    );
  }

  #isSame() {
    if (!this.#answer?.caption || store.problem) return false;
    const parsed = parseJson(this.#answer.caption);
    return parsed.ok && equal(parsed.value, store.value);
  }
}

function select(index) {
  store.select([index], "report:command");
}

function row({ asked, found, difference, share, verdict }) {
  const percent = share > 0 && share < 0.01 ? "under 1" : String(Math.round(share * 100));
  return h(
    "li",
    { class: `ig-report-row is-${verdict}` },
    swatch(asked),
    h("span", { class: "ig-report-hex" }, asked),
    h("span", { class: "ig-report-arrow" }, "found"),
    swatch(found),
    h("span", { class: "ig-report-hex" }, found),
    h("span", { class: "ig-report-verdict" }, `${verdict}, ${difference} off`),
    h("span", { class: "ig-quiet" }, `${percent} % of it`),
  );
}

function swatch(colour) {
  const node = h("i", { class: "ig-report-swatch", "aria-hidden": "true" });
  node.style.backgroundColor = colour;
  return node;
}

/**
 * Three steps to the real weights, with what the hub says of each; closed until somebody opens it.
 *
 * The hub is asked when the panel is opened and when a button says so. A download belongs to the
 * server: the panel only looks at it, and shows it again after a reload. What it is not: a place
 * for a token; `hf auth login` is.
 */

import { announcer, h, icon, setText } from "../document/dom.js";
import { store } from "../document/shared.js";

const ORIGIN = "weights";
const EVERY = 1000; // milliseconds between two looks at a download
const UNDER_WAY = new Set(["running", "stopping"]);
const STILL = { phase: "idle", fraction: 0, words: "", problem: "" };
const MARKS = {
  done: "done",
  missing: "to do",
  todo: "to do",
  running: "under way",
  waiting: "waiting",
  refused: "not accepted",
  unknown: "not known yet",
};

export async function mount({ root, server }) {
  const panel = new Weights(root, server);
  await panel.begin();
}

class Weights {
  #told = { download: STILL };
  #looked = null;
  #timer = 0;
  #busy = false;

  constructor(root, server) {
    Object.assign(this, { root, server });
    this.live = announcer();
    this.line = h("span", { class: "ig-quiet" });
    this.body = h("div", { class: "ig-weights-body" });
    this.node = h(
      "details",
      { class: "ig-card", ontoggle: () => this.node.open && !this.#looked && this.#look() },
      h("summary", {}, h("span", { class: "ig-title" }, "The real weights"), this.line),
      this.body,
    );
    root.classList.add("ig-weights");
    root.append(this.node, this.live.node);
  }

  /** How things stand on the server; the hub is not asked. */
  async begin() {
    this.#hear(await this.#ask("weights_state"));
  }

  async #ask(name, asked = {}) {
    return this.server[name](asked).catch(() => ({ problem: "The studio did not answer. Is it still running?" }));
  }

  #hear(told) {
    if (told.error) {
      // Not this machine: nothing here is for whoever looks.
      this.root.hidden = true;
      return;
    }
    const before = this.#told.download.phase;
    this.#told = { ...this.#told, problem: "", ...told };
    const { phase } = this.#told.download;
    if (before !== phase && before !== "idle") this.live.say(this.#sentence());
    window.clearTimeout(this.#timer);
    if (UNDER_WAY.has(phase)) this.#timer = window.setTimeout(() => this.#follow(), EVERY);
    else if (UNDER_WAY.has(before) && this.node.open) this.#look();
    this.#paint();
  }

  async #follow() {
    if (this.root.isConnected) this.#hear(await this.#ask("weights_state"));
  }

  async #look() {
    if (this.#busy) return;
    this.#busy = true;
    this.#paint();
    const told = await this.#ask("weights_look");
    this.#busy = false;
    this.#looked = told;
    this.#hear(told);
  }

  async #do(name) {
    this.#hear(await this.#ask(name));
  }

  /** The page belongs to a model (sizes, presets, words), so it is loaded again for the new one. */
  async #use(demo) {
    const { width, height } = store.page;
    const told = await this.#ask("weights_use", { demo, width, height });
    this.#hear(told);
    if (told.problem || told.error) return;
    store.setPage({ width: told.width, height: told.height }, ORIGIN);
    window.location.reload();
  }

  /** One sentence beside the title. */
  #sentence() {
    const { used, here, download } = this.#told;
    if (used) return "They are in use.";
    if (UNDER_WAY.has(download.phase)) return `Downloading: ${Math.floor(download.fraction * 100)} %.`;
    if (here) return "They are on this computer; use them when you like.";
    if (download.phase === "failed") return "The download stopped; what has arrived is kept.";
    if (download.phase === "stopped") return "Stopped; what has arrived is kept.";
    return "Photographs, illustrations, lettering: three steps, when you want more than the demo.";
  }

  #paint() {
    setText(this.line, this.#sentence());
    const { used, here, problem } = this.#told;
    const focused = document.activeElement?.dataset?.part;
    this.body.replaceChildren(
      ...[
        problem && h("p", { class: "ig-weights-problem", role: "alert" }, problem),
        this.#busy && h("p", { class: "ig-quiet" }, "Asking the hub…"),
        this.#card(),
        used || (here && !this.#looked?.plan) ? null : this.#steps(),
        this.#actions(),
      ].filter(Boolean),
    );
    if (focused) this.body.querySelector(`[data-part="${focused}"]`)?.focus();
  }

  #card() {
    if (this.#looked?.card !== false || this.#told.used) return null;
    return h(
      "p",
      {},
      "This machine has no NVIDIA card (CUDA). The weights can be fetched here, but a picture would take very long.",
    );
  }

  #steps() {
    const { licence = "unknown", token = "unknown", gate = "", plan = null } = this.#looked ?? {};
    const { here, repo, licence_page, tokens_page, download } = this.#told;
    return h(
      "ol",
      { class: "ig-weights-steps" },
      step(1, here ? "done" : licence, "Accept the licence", [
        h("span", {}, "Open ", link(licence_page, repo ?? "the model's page"), " and agree there. It applies to you."),
      ]),
      step(2, here ? "done" : token, "Log in on this machine", [
        h(
          "span",
          {},
          "Make a token of type Read at ",
          link(tokens_page, "huggingface.co"),
          ", then run ",
          h("code", {}, "hf auth login"),
          " in a terminal. The studio finds it; it is never typed in here.",
        ),
        gate && h("span", { class: "ig-quiet" }, `${gate[0].toUpperCase()}${gate.slice(1)}.`),
      ]),
      step(3, here ? "done" : UNDER_WAY.has(download.phase) ? "running" : "todo", "Download", [plan && h("span", {}, wordsOf(plan)), this.#progress()]),
    );
  }

  #progress() {
    const { phase, fraction, words, problem } = this.#told.download;
    if (phase === "idle" || phase === "done") return null;
    return h(
      "div",
      {},
      UNDER_WAY.has(phase) && h("progress", { max: 1, value: fraction, "aria-label": "Download" }),
      h("p", { class: "ig-quiet" }, phase === "stopping" ? "Stopping…" : words),
      problem && h("p", { class: "ig-weights-problem" }, problem),
    );
  }

  #actions() {
    const { used, here, download } = this.#told;
    const looked = this.#looked;
    const running = UNDER_WAY.has(download.phase);
    const open = looked?.licence === "done" && looked?.token === "done" && looked?.plan?.fits;
    const again = ["failed", "stopped"].includes(download.phase) || looked?.plan?.here;
    const words = again ? "Go on with the download" : "Download";
    return h(
      "div",
      { class: "ig-weights-actions" },
      used && button("back", "Back to the demo", () => this.#use(true)),
      !used && here && button("use", "Use it now", () => this.#use(false)),
      !here && !running && open && button("download", words, () => this.#do("weights_download")),
      running &&
        button("cancel", "Cancel", () => this.#do("weights_cancel"), { disabled: download.phase === "stopping" }),
      !used && !here && !running && button("look", "Check again", () => this.#look(), { disabled: this.#busy }),
    );
  }
}

function step(number, state, name, lines) {
  return h(
    "li",
    { class: `ig-weights-step is-${state}` },
    h("span", { class: "ig-weights-mark", "aria-hidden": "true" }, state === "done" ? icon("check") : String(number)),
    h("span", { class: "ig-weights-name" }, name, h("span", { class: "ig-sr" }, ` (${MARKS[state] ?? state})`)),
    lines,
  );
}

function wordsOf(plan) {
  if (plan.whole) return `All ${plan.size} are here, in ${plan.folder}.`;
  const part = plan.here ? `${plan.left} of ${plan.size}, the rest is here` : plan.size;
  const room = plan.free ? `, where ${plan.free} are free` : "";
  const lack = plan.fits ? "" : " That is too little: free some space, or set HF_HOME to a larger disk.";
  return `${part} in ${plan.files} files, to ${plan.folder}${room}.${lack}`;
}

function link(address, words) {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words);
}

function button(part, words, onclick, attributes = {}) {
  return h(
    "button",
    { type: "button", class: "ig-button ig-button-line", dataset: { part }, onclick, ...attributes },
    words,
  );
}

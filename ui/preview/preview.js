/**
 * The live preview: progress while a picture is made, then the picture, large.
 *
 * It only shows; `props.value` comes from Python (ui/preview/state.py) and nothing goes back. Every
 * word is set as text, because messages can quote what a person typed.
 */

import { within } from "../document/address.js";
import { announcer, h, setText } from "../document/dom.js";
import { preview } from "../document/shared.js";
import { Overlay } from "./overlay.js";

const BUSY = new Set(["queued", "screening", "waiting", "loading", "step", "finishing", "live"]);
// A redraw that comes and goes by itself must not move what stands below the picture.
const LIVE = new Set(["live", "live-done"]);
export function mount({ root, props, watch }) {
  const view = build(root);
  const state = { chosen: 0, pictures: "" };
  const show = () => render(view, props.value || { phase: "idle" }, state);
  watch("value", show);
  show();
}

function build(root) {
  const view = {
    root,
    image: h("img", { class: "preview-image", decoding: "async" }),
    title: h("p", { class: "preview-title" }),
    text: h("p", { class: "preview-text" }),
    fill: h("div", { class: "preview-fill" }),
    status: h("p", { class: "preview-status" }),
    said: h("span", { class: "preview-said" }),
    save: h("a", { class: "ig-button ig-button-line preview-save" }, "Download PNG"),
    strip: h("div", { class: "preview-strip", role: "group", "aria-label": "Pictures of this run" }),
    // Changes of phase are announced; steps are not, or a reader would never stop.
    live: announcer(),
  };
  view.link = h("a", { class: "preview-link", target: "_blank", rel: "noopener" }, view.image);
  view.note = h("div", { class: "preview-note" }, view.title, view.text);
  view.bar = h(
    "div",
    { class: "preview-bar", role: "progressbar", "aria-label": "Steps", "aria-valuemin": 0 },
    view.fill,
  );
  view.overlay = new Overlay(view.image);
  view.facts = h("div", { class: "preview-facts" }, view.said, h("span", { class: "preview-acts" }, view.overlay.button, view.save));
  const stage = h("div", { class: "preview-stage" }, view.link, view.overlay.node, view.note);
  root.classList.add("preview");
  root.append(stage, view.bar, view.status, view.strip, view.facts, view.live.node);
  return view;
}

function render(view, value, state) {
  const { root } = view;
  const pictures = value.pictures || [];
  const names = pictures.map((picture) => picture.src).join("\n");
  if (names !== state.pictures) Object.assign(state, { pictures: names, chosen: 0 });
  const before = root.dataset.phase;
  root.dataset.phase = value.phase;
  root.dataset.step = value.step || 0;
  root.dataset.total = value.total || 0;
  root.dataset.busy = BUSY.has(value.phase) ? "1" : "0";
  showPicture(view, value, pictures[state.chosen]);
  setText(view.title, value.message || "");
  setText(view.text, value.hint || "");
  setText(view.said, pictures[state.chosen]?.facts || value.facts || "");
  progress(view, value);
  thumbnails(view, pictures, state, () => render(view, value, state));
  if (!before || before === value.phase) return;
  const words = announced(value);
  if (words) view.live.say(words);
  if (value.phase === "queued") reveal(root);
}

/** On a small screen Generate is far from the picture it makes. */
function reveal(root) {
  const narrow = window.matchMedia("(max-width: 759px)").matches;
  root.scrollIntoView({ block: narrow ? "start" : "nearest", behavior: "smooth" });
}

/** The chosen picture, else this step's preview; a new job keeps the last one until it has its own. */
function showPicture(view, value, shown) {
  const src = shown ? within(shown.src) : value.src || "";
  if (src) view.image.src = src;
  else if (!BUSY.has(value.phase)) view.image.removeAttribute("src");
  preview.set(view.image.getAttribute("src") ?? "", shown?.id ?? "");
  view.root.dataset.picture = view.image.hasAttribute("src") ? "1" : "0";
  const unkept = value.phase === "live-done" ? "The live picture, not stored" : "The picture so far";
  view.image.alt = shown ? "The finished picture" : unkept;
  if (shown) view.link.href = src;
  else view.link.removeAttribute("href");
  view.facts.hidden = !value.facts;
  view.save.hidden = !shown;
  view.overlay.show(shown?.boxes ?? null);
  if (shown) Object.assign(view.save, { href: src, download: shown.file });
}

function progress(view, value) {
  const busy = BUSY.has(value.phase);
  view.bar.hidden = !busy && !LIVE.has(value.phase);
  view.status.hidden = !busy || LIVE.has(value.phase);
  const counted = busy && value.total > 0;
  view.bar.classList.toggle("is-unknown", busy && !counted);
  if (counted) {
    view.bar.setAttribute("aria-valuemax", value.total);
    view.bar.setAttribute("aria-valuenow", value.step);
  } else {
    view.bar.removeAttribute("aria-valuenow");
  }
  view.fill.style.width = counted ? `${(100 * value.step) / value.total}%` : "";
  setText(view.status, busy ? line(value) : "");
}

function line(value) {
  const cell = value.cells > 1 ? `Picture ${value.cell} of ${value.cells} · ` : "";
  if (value.phase === "finishing") return `${cell}Finishing the picture`;
  if (value.phase !== "step") return cell + (value.message || "Starting");
  return `${cell}Step ${value.step} of ${value.total}${left(value)}`;
}

function left(value) {
  const seconds = value.seconds_left;
  if (seconds === null || seconds === undefined) return "";
  // The last step of a cell is not the end of its sheet.
  if (value.step >= value.total && value.cell === value.cells) return "";
  if (seconds < 1) return " · less than a second left";
  if (seconds < 90) return ` · about ${Math.round(seconds)} s left`;
  return ` · about ${Math.round(seconds / 60)} min left`;
}

function announced(value) {
  if (value.phase === "step") return "Drawing";
  if (LIVE.has(value.phase)) return value.phase === "live" ? "" : "Drawn again";
  if (value.phase === "done") return `Picture finished. ${value.facts || ""}`;
  return value.message || "";
}

function thumbnails(view, pictures, state, again) {
  view.strip.hidden = pictures.length < 2;
  if (pictures.length < 2) return view.strip.replaceChildren();
  view.strip.replaceChildren(
    ...pictures.map((picture, index) =>
      h(
        "button",
        {
          type: "button",
          class: "preview-thumb",
          "aria-label": `Picture ${index + 1} of ${pictures.length}`,
          "aria-pressed": index === state.chosen ? "true" : "false",
          onclick: () => {
            state.chosen = index;
            again();
            view.strip.children[index].focus();
          },
        },
        h("img", { src: within(picture.src), alt: "" }),
      ),
    ),
  );
}

/**
 * The live demo's switch: draws by itself after a pause in editing, in whichever panel.
 *
 * It joins the document and Python to the conductor, which decides.
 * What it is not: the picture; that is in the preview.
 */

import { follow } from "../document/boot.js";
import { h, setAttribute, setText } from "../document/dom.js";
import { store } from "../document/shared.js";
import { Conductor } from "./conductor.js";

const ORIGIN = "live";
/** Fired on the window when a person changes how pictures are made; see `ui/studio.py`. */
const WISHED = "ideogram4-wished";
const REMEMBERED = "ideogram4-live";
const WORDS = {
  off: "off",
  on: "on",
  drawing: "drawing",
  turn: "waits its turn",
  caption: "waits for the caption",
  refused: "waits",
  failed: "did not work",
};
const HELP =
  "After a pause in editing the demo draws by itself, always with the same seed. " +
  "Nothing of it is stored; Generate makes a picture that is.";

export function mount({ root, props, watch, trigger }) {
  const view = build(root);
  const conductor = new Conductor({
    read: () => ({
      value: store.value,
      size: { ...store.page },
      broken: store.problem !== null || store.text.trim() === "",
      inGesture: store.inGesture,
    }),
    ask: (number) => trigger("input", { number }),
    draw: (number) => trigger("submit", { number }),
    stop: (number) => trigger("stop", { number }),
    show: (state, message = "") => {
      root.dataset.state = state;
      setText(view.state, WORDS[state]);
      setAttribute(view.state, "title", message || null);
    },
    after: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  });
  // The caption that the page opens with may come before this panel or after it.
  let opened = store.version > 0;
  if (opened) conductor.open();
  follow(root, ORIGIN, (change) => {
    if (!change.text) {
      if (change.page && opened) conductor.resized();
      return;
    }
    if (opened) return conductor.edited();
    opened = true;
    return conductor.open();
  });
  window.addEventListener(WISHED, () => conductor.wished());
  // Gradio's text field tells of keys and not of what is pasted.
  document.querySelector("#seed")?.addEventListener("input", () => conductor.wished());
  watch("value", () => conductor.told(props.value || {}));
  view.box.addEventListener("change", () => {
    remember(view.box.checked);
    conductor.switchTo(view.box.checked);
  });
  view.box.checked = remembered() ?? props.started === true;
  conductor.switchTo(view.box.checked);
}

function build(root) {
  const view = {
    box: h("input", {
      type: "checkbox",
      role: "switch",
      class: "ig-live-box",
      "aria-labelledby": "ig-live-name",
      "aria-describedby": "ig-live-state ig-live-help",
    }),
    state: h("span", { class: "ig-live-state", id: "ig-live-state" }),
  };
  root.classList.add("ig-live");
  root.title = HELP;
  root.append(
    h(
      "label",
      { class: "ig-live-label" },
      view.box,
      h("span", { class: "ig-live-name", id: "ig-live-name" }, "Live demo"),
      view.state,
    ),
    h("p", { class: "ig-sr", id: "ig-live-help" }, HELP),
  );
  return view;
}

/** The person's last choice in this browser, or null. Some browsers forbid storage. */
function remembered() {
  try {
    const kept = localStorage.getItem(REMEMBERED);
    return kept === null ? null : kept === "on";
  } catch {
    return null;
  }
}

function remember(on) {
  try {
    localStorage.setItem(REMEMBERED, on ? "on" : "off");
  } catch {
    // It will be asked again, which is all that is lost.
  }
}

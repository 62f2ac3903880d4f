/**
 * An empty gallery: what the model can do in a few words, and captions to try.
 *
 * A press loads the caption as a new document that can be undone; the live demo then draws it.
 * What it is not: the gallery.
 */

import { announcer, h } from "../document/dom.js";
import { parseJson } from "../document/jsontext.js";
import { pictures, store } from "../document/shared.js";
import { thumbnail } from "./thumbnail.js";

const ORIGIN = "first-captions";

export function mount({ root, props }) {
  const live = announcer();
  root.classList.add("ig-first");
  const list = h(
    "div",
    { class: "ig-first-list", role: "group", "aria-label": "Captions to try" },
    props.captions.map((caption) => button(caption, live)),
  );
  const words = h("p", { class: "ig-first-words" }, props.words);
  const lead = h("p", { class: "ig-first-lead" }, "Captions to try:");
  root.append(words, lead, list);
  // Beside the panel, because a hidden region says nothing.
  root.after(live.node);
  pictures.subscribe(root, ({ empty }) => {
    root.hidden = empty !== true;
  });
}

function button({ title, text }, live) {
  const parsed = parseJson(text);
  return h(
    "button",
    {
      type: "button",
      class: "ig-first-caption",
      onclick: () => {
        store.load(text, ORIGIN);
        live.say(`${title} is loaded. Undo brings your caption back.`);
        reveal();
      },
    },
    thumbnail(parsed.ok ? parsed.value : null, { class: "ig-first-picture" }),
    h("span", {}, title),
  );
}

/** The picture stands far above the gallery, out of sight. */
function reveal() {
  const narrow = window.matchMedia("(max-width: 759px)").matches;
  const preview = document.querySelector("#preview .ig-root");
  preview?.scrollIntoView({ block: narrow ? "start" : "nearest", behavior: "smooth" });
}

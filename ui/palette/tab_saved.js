/**
 * The menu's first tab: the person's own palettes, and those that come with the studio.
 *
 * What it is not: the storage (`document/savedpalettes.js`).
 */

import { h, iconButton } from "../document/dom.js";
import { freeName, tidyName } from "../document/savedpalettes.js";
import { offers, paletteCard } from "./card.js";
import { library, onLibrary } from "./library.js";

export function savedTab({ read, take, tell }) {
  const name = h("input", {
    type: "text",
    class: "ig-input ig-line",
    "aria-label": "Name to keep the palette under",
    autocomplete: "off",
    maxlength: 60,
    onkeydown: (event) => {
      if (event.key === "Enter") keep();
    },
  });
  const button = h(
    "button",
    { type: "button", class: "ig-button ig-button-line", onclick: () => keep() },
    "Keep",
  );
  button.title = "Keep the palette as it is now, in this browser";
  const own = offers("Your palettes");
  const presets = offers("Presets");
  const none = h("p", { class: "ig-quiet" }, "Palettes you keep are listed here.");
  const node = h(
    "div",
    { class: "ig-menu-tab" },
    h("div", { class: "ig-row" }, name, button),
    none,
    own.node,
    presets.node,
  );

  function keep() {
    const wish = tidyName(name.value) || name.placeholder;
    const problem = library.keep(wish, read().map(String));
    if (!problem) name.value = "";
    tell(problem || `“${wish}” is kept in this browser.`);
  }

  function drop(palette) {
    const putBack = library.remove(palette.name);
    name.focus();
    tell(`“${palette.name}” is deleted.`, { label: "Undo", run: putBack });
  }

  let shown = null;
  function paint() {
    button.disabled = read().length === 0;
    const saved = library.saved;
    // What did not change stays, and so does the focus in it.
    const now = JSON.stringify([saved, library.presets]);
    if (shown === now) return;
    shown = now;
    name.placeholder = freeName(saved);
    own.show(
      saved.map((palette) => {
        const remove = iconButton("delete", `Delete ${palette.name}`, () => drop(palette));
        remove.classList.add("ig-danger");
        return paletteCard(palette, take, remove);
      }),
    );
    presets.show(library.presets.map((palette) => paletteCard(palette, take)));
    none.hidden = saved.length > 0 || library.presets.length > 0;
  }
  onLibrary(node, paint);
  return { node, paint };
}

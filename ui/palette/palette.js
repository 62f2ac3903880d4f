/**
 * The picture's palette as a panel of its own.
 *
 * Writes `colour_palette` of `style_description`, and makes a whole style when there is none: the
 * model takes a palette only inside one. What it is not: an element's palette (see the inspector).
 */

import { follow } from "../document/boot.js";
import { PALETTE_LIMIT, paletteOf, setPicturePalette, styleOf } from "../document/caption.js";
import { announcer, h, setText } from "../document/dom.js";
import { store } from "../document/shared.js";
import { library } from "./library.js";
import { PaletteMenu } from "./menu.js";
import { Swatches } from "./swatches.js";

const ORIGIN = "palette";

export function mount({ root, props }) {
  library.setPresets(props.presets);
  const live = announcer();
  const count = h("span", { class: "ig-count" });
  const write = (colours, options) =>
    store.edit((draft) => setPicturePalette(draft, colours), ORIGIN, options);
  const swatches = new Swatches({
    label: "palette",
    limit: PALETTE_LIMIT,
    write,
    commit: () => store.commit(ORIGIN),
    cancel: () => store.cancel(ORIGIN),
    say: live.say,
  });
  const menu = new PaletteMenu({
    owner: "the picture",
    title: "Palette",
    limit: PALETTE_LIMIT,
    read: () => paletteOf(styleOf(store.value)),
    write,
  });
  root.classList.add("ig-palette", "ig-card");
  root.append(
    h(
      "div",
      { class: "ig-head" },
      h("h2", { class: "ig-title" }, "Palette"),
      count,
      h("span", { class: "ig-spacer" }),
      menu.node,
    ),
    swatches.node,
    live.node,
  );
  const paint = () => {
    const colours = paletteOf(styleOf(store.value));
    const locked = store.problem !== null;
    swatches.render(colours, { locked });
    menu.render({ locked });
    setText(count, `${colours.length} of ${PALETTE_LIMIT}`);
  };
  follow(root, ORIGIN, paint, { own: true });
  paint();
}

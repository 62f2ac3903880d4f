/**
 * The inspector: the selected element's form, that of several, or the picture's when none is.
 *
 * A view of the shared document; it ignores its own edits, so the caret stays where it is typed.
 * What it is not: a second copy of the caption.
 */

import { follow } from "../document/boot.js";
import { announcer, h, icon, setText } from "../document/dom.js";
import { isObject } from "../document/jsonvalue.js";
import { onRequest, store } from "../document/shared.js";
import { ElementForm } from "./element_form.js";
import { GroupForm } from "./group_form.js";
import { PictureForm } from "./picture_form.js";

const ORIGIN = "inspector";

export function mount({ root }) {
  const live = announcer();
  const element = new ElementForm({ origin: ORIGIN, say: live.say });
  const several = new GroupForm({ origin: ORIGIN, say: live.say });
  const picture = new PictureForm({ origin: ORIGIN });
  const glyph = h("span", { class: "ig-layer-icon" });
  const title = h("h2", { class: "ig-title" });
  const back = h(
    "button",
    { type: "button", class: "ig-button", onclick: () => store.select([], "inspector:command") },
    "Picture",
  );
  back.title = "Let go of the element and show the whole picture’s fields";
  root.classList.add("ig-inspector", "ig-card");
  root.append(
    h(
      "div",
      { class: "ig-head" },
      glyph,
      title,
      h("span", { class: "ig-spacer" }),
      back,
      element.actions,
      several.actions,
    ),
    element.node,
    several.node,
    picture.node,
    live.node,
  );
  const paint = () => {
    const index = store.selected;
    const many = store.selection.length > 1;
    const one = !many && index !== null && isObject(store.elements[index]);
    const type = store.elements[index]?.type === "text" ? "text" : "obj";
    element.node.hidden = element.actions.hidden = !one;
    several.node.hidden = several.actions.hidden = !many;
    picture.node.hidden = one || many;
    back.hidden = !one && !many;
    const words = one ? `${type === "text" ? "Text" : "Object"} ${index + 1}` : "Picture";
    glyph.replaceChildren(icon(many ? "sweep" : one ? type : "picture"));
    setText(title, many ? `${store.selection.length} selected` : words);
    (many ? several : one ? element : picture).paint();
  };
  follow(root, ORIGIN, paint);
  onRequest("describe", () => {
    if (!root.isConnected || store.selected === null) return;
    (store.selection.length > 1 ? several : element).focus();
  });
  paint();
}

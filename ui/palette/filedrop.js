/**
 * A place for one file: a button that opens the file chooser, around it an area to drop on.
 *
 * What it is not: an upload; the file stays in the browser and goes to `take`.
 */

import { h } from "../document/dom.js";

/** @param {{label: string, hint: string, accept: string, take: (file: File) => void}} options */
export function fileDrop({ label, hint, accept, take }) {
  const input = h("input", {
    type: "file",
    accept,
    hidden: true,
    "aria-label": label,
    onchange: () => {
      const [file] = input.files;
      // So that the same file can be chosen again.
      input.value = "";
      if (file) take(file);
    },
  });
  const node = h(
    "div",
    { class: "ig-drop" },
    h(
      "button",
      { type: "button", class: "ig-button ig-button-line", onclick: () => input.click() },
      label,
    ),
    h("span", { class: "ig-quiet" }, hint),
    input,
  );
  const lit = (on) => node.classList.toggle("is-over", on);
  node.addEventListener("dragover", (event) => {
    event.preventDefault();
    lit(true);
  });
  node.addEventListener("dragleave", () => lit(false));
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    lit(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file) take(file);
  });
  return node;
}

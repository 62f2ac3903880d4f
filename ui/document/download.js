/**
 * Saves bytes or text as a file of the person's, as a link with `download` does.
 *
 * What it is not: an upload; nothing leaves the browser.
 */

import { h } from "./dom.js";

export function saveFile(name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}

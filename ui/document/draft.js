/**
 * A document as a browser keeps it: the text as it stands, the page's size, what is locked.
 *
 * What it is not: the keeping, which is `keeping.js`'s; node runs the tests of this file.
 */

import { isObject } from "./jsonvalue.js";

/** @returns {string} what `draftFrom` reads back */
export function draftOf(store) {
  const locked = store.elements.map((_, index) => index).filter((index) => store.isPinned(index));
  return JSON.stringify({ text: store.text, page: store.page, locked });
}

/** @returns `{text, page, locked}`, or null for anything that is no draft */
export function draftFrom(kept) {
  let found = null;
  try {
    found = JSON.parse(kept);
  } catch {
    return null;
  }
  if (!isObject(found) || typeof found.text !== "string" || !isObject(found.page)) return null;
  const { width, height } = found.page;
  if (!isSide(width) || !isSide(height)) return null;
  const locked = Array.isArray(found.locked) ? found.locked.filter(Number.isInteger) : [];
  return { text: found.text, page: { width, height }, locked };
}

function isSide(value) {
  return Number.isInteger(value) && value > 0;
}

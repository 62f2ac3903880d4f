/**
 * Nothing that was made is lost with the page: a reload brings the document back as it was.
 *
 * Each tab keeps its own, for as long as the tab lives; a tab that is closed leaves its document
 * as the browser's last one, which "Start from" offers. Nothing leaves the browser.
 * What it is not: a history; undo starts anew.
 */

import { draftFrom, draftOf } from "./draft.js";
import { store } from "./shared.js";

const ORIGIN = "draft";
const HERE = "ideogram4-draft";
const LAST = "ideogram4-last-draft";
/** Typing does not write with every letter. */
const AFTER = 400;

// Read before anything can be written.
const kept = draftFrom(read(() => window.sessionStorage, HERE));
const last = draftFrom(read(() => window.localStorage, LAST));
let timer = 0;
let touched = false;

/** Once the text is there: the draft's takes its place, and from now on changes are kept. */
export function restoreText() {
  if (kept) {
    store.load(kept.text, ORIGIN);
    store.pin(kept.locked, true, ORIGIN);
  }
  store.subscribe(`${ORIGIN}:keep`, ({ live, text, page, selection }) => {
    // Locks are the news that are none of these.
    if (live || (selection && !text && !page)) return;
    touched = true;
    timer ||= window.setTimeout(keep, AFTER);
  });
  window.addEventListener("pagehide", () => {
    if (!touched) return;
    keep();
    write(() => window.localStorage, LAST);
  });
}

/** Once the page has its size from Python: the draft's takes its place. */
export function restorePage() {
  if (kept) store.setPage(kept.page, ORIGIN);
}

/** The document of the tab that was closed last, if it is another one than this; or null. */
export function lastDraft() {
  return last && last.text !== store.text && last.text !== kept?.text ? last : null;
}

function keep() {
  window.clearTimeout(timer);
  timer = 0;
  write(() => window.sessionStorage, HERE);
}

// Some browsers forbid storage, and it may be full; then a reload forgets, which is all.
function read(storage, key) {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

function write(storage, key) {
  try {
    storage().setItem(key, draftOf(store));
  } catch {
    // See above.
  }
}

/**
 * Copy, cut and paste of elements, within a caption and across captions, tabs and browsers.
 *
 * The browser's own events carry the text, which needs no permission and works without https. The
 * menu has no such event: it asks the system's clipboard where it may, and has a copy in the page
 * where it may not. What it is not: the reader of clipboard text (`document/clipping.js`).
 */

import { fromClipboard, MOST_ELEMENTS, toClipboard } from "../document/clipping.js";
import { isTyping } from "../document/dom.js";
import { insertElements } from "../document/group.js";
import { store } from "../document/shared.js";
import { namesOf, remove } from "./commands.js";

const NOTHING = "There is nothing on the clipboard that fits the page";

/** What was last copied in this page. */
let copied = "";

/**
 * Answer the browser's copy, cut and paste while the focus is below `root`; `done(words)` after each.
 *
 * Words marked in the editor stay marked when the focus goes to a box, and Chromium then sends the
 * event there: so we listen above all, go by the focus, and keep the event from the editor.
 */
export function listenForClipboard(root, origin, done) {
  const handle = (name, answer) => {
    const heard = (event) => {
      if (!root.isConnected) {
        document.removeEventListener(name, heard, true);
        return;
      }
      const focus = document.activeElement;
      if (!root.contains(focus) || isTyping(focus) || marksText(root)) return;
      event.stopPropagation();
      const words = answer(event.clipboardData);
      if (words === null) return;
      event.preventDefault();
      done(words);
    };
    document.addEventListener(name, heard, true);
  };
  handle("copy", (data) => taken(origin, { cut: false }, (text) => data.setData("text/plain", text)));
  handle("cut", (data) => taken(origin, { cut: true }, (text) => data.setData("text/plain", text)));
  handle("paste", (data) => put(data.getData("text/plain"), origin));
}

/** The same for a menu: no event, so the system's clipboard is asked. Resolves to the words. */
export async function copyByMenu(origin, { cut = false } = {}) {
  const words = taken(origin, { cut }, () => {});
  if (words === null) return "";
  try {
    await navigator.clipboard.writeText(copied);
  } catch {
    // Not allowed here: it can still be pasted in this page.
  }
  return words;
}

export async function pasteByMenu(origin) {
  let text = "";
  try {
    text = await navigator.clipboard.readText();
  } catch {
    // Not allowed here: what was copied in this page will do.
  }
  const fits = fromClipboard(text).length > 0;
  return put(fits ? text : copied, origin);
}

/** Copy what is selected, and remove it if it is cut; null when there is nothing to do. */
function taken(origin, { cut }, write) {
  if (store.selected === null || (cut && store.problem)) return null;
  const order = [...store.selection].sort((a, b) => a - b);
  const gone = cut ? order.filter((index) => !store.isPinned(index)) : order;
  if (gone.length === 0) return remove(order, origin);
  copied = toClipboard(gone.map((index) => store.elements[index]));
  write(copied);
  if (!cut) return `${namesOf(gone)} copied`;
  const words = `${namesOf(gone)} cut`;
  remove(gone, origin);
  return words;
}

function put(text, origin) {
  if (store.problem) return null;
  const elements = fromClipboard(text);
  if (elements.length === 0) return NOTHING;
  if (store.elements.length + elements.length > MOST_ELEMENTS) {
    return `A caption holds ${MOST_ELEMENTS} elements at most`;
  }
  store.edit((draft) => insertElements(draft, elements), origin, { select: (added) => added });
  return `${namesOf(store.selection)} pasted`;
}

/** Somebody copies words of this panel, not boxes. (Words marked elsewhere stay marked, unseen.) */
function marksText(root) {
  const marked = window.getSelection();
  return marked !== null && !marked.isCollapsed && root.contains(marked.anchorNode);
}

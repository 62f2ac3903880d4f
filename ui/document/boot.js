/**
 * Starts one panel: its styles, its module, then the flag that it works.
 *
 * Gradio runs one line per component (`ui/components.py`), which lands here.
 * What it is not: specific to any panel.
 */

import { historyKey, isTyping } from "./dom.js";
import { store } from "./shared.js";

const sheets = new Map();

/** @param host what Gradio hands to a component: element, trigger, props, server, upload, watch */
export async function boot(host) {
  const { element, props } = host;
  const here = (path) => new URL(`../${path}`, import.meta.url).href;
  const [panel] = await Promise.all([
    import(here(props.module)),
    ...props.styles.map((path) => addStyle(here(path))),
  ]);
  const root = element.querySelector(".ig-root");
  root.replaceChildren();
  await panel.mount({ ...host, root });
  // The flag stands on the element itself and on Gradio's block around it, which has the elem_id.
  element.dataset.ready = "1";
  const block = element.parentElement?.closest("[id].ig-panel");
  if (block) block.dataset.ready = "1";
}

/** Tie a subscription to a panel: it ends when Gradio takes the panel off the page. */
export function follow(root, origin, listener, options) {
  const stop = store.subscribe(
    origin,
    (change) => (root.isConnected ? listener(change) : stop()),
    options,
  );
}

function addStyle(address) {
  if (!sheets.has(address)) {
    sheets.set(
      address,
      new Promise((done) => {
        const link = document.createElement("link");
        link.rel = "stylesheet";
        link.href = address;
        // A missing sheet makes a panel ugly, not useless.
        link.onload = link.onerror = done;
        document.head.append(link);
      }),
    );
  }
  return sheets.get(address);
}

/** One history for the page: undo works wherever nobody is typing into something else. */
document.addEventListener("keydown", (event) => {
  const step = historyKey(event);
  if (!step || event.defaultPrevented) return;
  const ours = event.target instanceof Element && event.target.closest(".ig-panel");
  if (!ours && isTyping(event.target)) return;
  event.preventDefault();
  if (step === "undo") store.undo();
  else store.redo();
});

/**
 * The page's size between Python and the document: a new one re-flows the boxes, undo brings the old
 * one back and tells Python.
 *
 * What it is not: the ratio as it is seen; the canvas draws that.
 */

import { follow } from "../document/boot.js";
import { reflowElements } from "../document/group.js";
import { restorePage } from "../document/keeping.js";
import { store } from "../document/shared.js";

/** Where a size that Python set comes from: nothing has to be told back. */
const FROM_PYTHON = "python:page";

/**
 * @param host the canvas component's `{root, props, trigger}`
 * @param keepsShapes whether boxes keep their shapes (or else are stretched with the page)
 */
export function followSize({ root, props, trigger }, keepsShapes) {
  store.setPage(sizeOf(props), FROM_PYTHON);
  follow(root, FROM_PYTHON, ({ page }) => page && tell(props, trigger));
  restorePage();
  return () => fromPython(props, keepsShapes());
}

/** @returns {string} what to say about it */
function fromPython(props, keepsShapes) {
  const [page, old] = [sizeOf(props), store.page];
  if (page.width === old.width && page.height === old.height) return "";
  // A size that comes with a document fits its boxes already.
  if (props.fit === "keep" || store.problem) {
    store.setPage(page, FROM_PYTHON);
    return "";
  }
  const ratios = [old.width / old.height, page.width / page.height];
  const flow = (draft) => void (keepsShapes && reflowElements(draft, ...ratios));
  const had = store.text;
  store.edit(flow, FROM_PYTHON, { page });
  return had === store.text ? "" : "The boxes keep their shapes on the new page";
}

function tell(props, trigger) {
  const { width, height } = store.page;
  Object.assign(props, { width, height, value: `${width} × ${height}` });
  trigger("input");
}

function sizeOf({ width, height }) {
  return { width: positive(width), height: positive(height) };
}

function positive(number) {
  return Number.isFinite(number) && number > 0 ? number : 1024;
}

/**
 * Drag the items of a list to other places; mouse, touch and pen alike.
 *
 * The list captures the pointer, so its items may be repainted under way. `dragItems` follows the
 * pointer and says where it is; `reorderByDrag` makes of it an order that changes under way.
 * What it is not: the order itself; whoever asked changes that.
 */

/** Pixels a pointer may tremble before a click becomes a drag. */
const SLACK = 6;

/**
 * @param list its children hold one element each that `item` finds
 * @param {object} answers `item`: a selector of what may be dragged, its number in `numberOf(node)`;
 *   `allowed()`: may items be dragged now; `over(index, x, y)`: the pointer is there with item
 *   `index`; `drop(index)`: it lifted; `cancel(index)`: the drag was given up, by Escape or by the
 *   browser; `click(index)`: the pointer lifted where it came down
 */
export function dragItems(list, { item, numberOf, allowed, over, drop, cancel, click = () => {} }) {
  let drag = null;

  list.addEventListener("pointerdown", (event) => {
    const found = event.target.closest(item);
    if (!found || event.button !== 0 || drag || !allowed()) return;
    list.setPointerCapture(event.pointerId);
    const at = [event.clientX, event.clientY];
    drag = { id: event.pointerId, index: numberOf(found), at, moving: false };
    document.addEventListener("keydown", key, true);
  });

  list.addEventListener("pointermove", (event) => {
    if (drag?.id !== event.pointerId) return;
    const far = Math.hypot(event.clientX - drag.at[0], event.clientY - drag.at[1]) > SLACK;
    if (!drag.moving && !far) return;
    drag.moving = true;
    over(drag.index, event.clientX, event.clientY);
  });

  const end = (answer) => {
    const { id, index, moving } = drag;
    drag = null;
    document.removeEventListener("keydown", key, true);
    if (list.hasPointerCapture(id)) list.releasePointerCapture(id);
    if (moving) answer(index);
    return { index, moving };
  };
  const key = (event) => {
    if (event.key !== "Escape" || !drag) return;
    event.preventDefault();
    event.stopPropagation();
    end(cancel);
  };
  list.addEventListener("pointerup", (event) => {
    if (drag?.id !== event.pointerId) return;
    const { index, moving } = end(drop);
    if (!moving) click(index);
  });
  list.addEventListener("pointercancel", (event) => {
    if (drag?.id === event.pointerId) end(cancel);
  });
}

/**
 * @param list its children hold one element with `data-index` each
 * @param {object} answers `allowed()`: may items be dragged now; `move(from, to)`: at each change;
 *   `drop()`: at the end of a drag, `cancel()`: it was given up; `click(index)`: the pointer lifted
 *   where it came down
 */
export function reorderByDrag(list, { allowed, move, drop, cancel, click }) {
  let at = null;
  const then = (answer) => () => {
    at = null;
    for (const item of list.children) item.classList.remove("is-dragged");
    answer();
  };
  dragItems(list, {
    item: "[data-index]",
    numberOf: (node) => Number(node.dataset.index),
    allowed,
    over: (index, x, y) => {
      const from = at ?? index;
      at = nearest(list, x, y);
      if (at !== from) move(from, at);
      [...list.children].forEach((item, i) => item.classList.toggle("is-dragged", i === at));
    },
    drop: then(drop),
    cancel: then(cancel),
    click,
  });

  // Screen readers click without a pointer.
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[data-index]");
    if (item && event.detail === 0 && allowed()) click(Number(item.dataset.index));
  });
}

function nearest(list, x, y) {
  let best = 0;
  let least = Infinity;
  [...list.children].forEach((item, index) => {
    const box = item.getBoundingClientRect();
    const away = Math.hypot(x - (box.left + box.right) / 2, y - (box.top + box.bottom) / 2);
    if (away < least) [best, least] = [index, away];
  });
  return best;
}

/**
 * Put the items of a list in another order by dragging them; mouse, touch and pen alike.
 *
 * The list captures the pointer, so its items may be repainted under way. What it is not: the order
 * itself; `move` is asked to change that, and the list is expected to follow at once.
 */

/** Pixels a pointer may tremble before a click becomes a drag. */
const SLACK = 6;

/**
 * @param list its children hold one element with `data-index` each
 * @param {object} answers `allowed()`: may items be dragged now; `move(from, to)`: at each change;
 *   `drop(index)`: at the end of a drag; `click(index)`: the pointer lifted where it came down
 */
export function reorderByDrag(list, { allowed, move, drop, click }) {
  let drag = null;

  list.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("[data-index]");
    if (!item || event.button !== 0 || drag || !allowed()) return;
    list.setPointerCapture(event.pointerId);
    const at = [event.clientX, event.clientY];
    drag = { id: event.pointerId, index: Number(item.dataset.index), at, moving: false };
  });

  list.addEventListener("pointermove", (event) => {
    if (drag?.id !== event.pointerId) return;
    const far = Math.hypot(event.clientX - drag.at[0], event.clientY - drag.at[1]) > SLACK;
    if (!drag.moving && !far) return;
    drag.moving = true;
    const to = nearest(list, event.clientX, event.clientY);
    if (to !== drag.index) move(drag.index, to);
    drag.index = to;
    [...list.children].forEach((item, i) => item.classList.toggle("is-dragged", i === to));
  });

  const end = (event) => {
    if (drag?.id !== event.pointerId) return;
    const { index, moving } = drag;
    drag = null;
    for (const item of list.children) item.classList.remove("is-dragged");
    if (moving) drop(index);
    else if (event.type === "pointerup") click(index);
  };
  list.addEventListener("pointerup", end);
  list.addEventListener("pointercancel", end);

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

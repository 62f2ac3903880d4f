/**
 * Which element is which after a change, so that a selection or a lock stays with its element.
 *
 * The caption has no names for elements, only places in a list. What it is not: a diff of text;
 * it compares elements, by being the same object or by saying the same.
 */

/**
 * For each element of `after` its index in `before`, or null for a new one.
 *
 * Equal heads and tails first (what typing and inserting leave alone), then elements that moved;
 * if as many are left on both sides, they are the same ones, edited.
 */
export function traced(before, after, same = Object.is) {
  const found = new Array(after.length).fill(null);
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && same(before[head], after[head])) {
    found[head] = head;
    head += 1;
  }
  let tail = 0;
  while (tail < shorter - head && same(before.at(-1 - tail), after.at(-1 - tail))) {
    found[after.length - 1 - tail] = before.length - 1 - tail;
    tail += 1;
  }
  const left = range(head, before.length - tail);
  const fresh = [];
  for (const index of range(head, after.length - tail)) {
    const place = left.findIndex((old) => same(before[old], after[index]));
    if (place < 0) fresh.push(index);
    else [found[index]] = left.splice(place, 1);
  }
  if (fresh.length === left.length) fresh.forEach((index, i) => (found[index] = left[i]));
  return found;
}

/** Indices into `before` as indices into what it became; those that are gone are left out. */
export function followed(indices, trace) {
  return indices.map((index) => trace.indexOf(index)).filter((index) => index >= 0);
}

function range(from, to) {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

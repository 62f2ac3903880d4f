/**
 * The versions of a caption as rows of a tree: what came from what, and how deep each is drawn.
 *
 * A line of versions goes straight down; only where it forks do the earlier branches step aside,
 * and the newest goes on. What it is not: the drawing (`gallery/versions.js`).
 */

/**
 * @param nodes `[{run, parent, created}]` in any order; a parent that is not there is none
 * @returns `[{node, level, fork}]`, newest tree first; `fork`: the first row of a branch
 */
export function rowsOf(nodes) {
  const known = new Map(nodes.map((node) => [node.run, node]));
  const children = new Map();
  const roots = [];
  for (const node of known.values()) {
    const parent = node.parent !== node.run && known.has(node.parent) ? node.parent : null;
    if (parent === null) roots.push(node);
    else children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  // A ring can only come from a forged file; whatever hangs in one begins a tree.
  const seen = new Set();
  const mark = (root) => {
    const todo = [root];
    while (todo.length) {
      const node = todo.pop();
      if (seen.has(node.run)) continue;
      seen.add(node.run);
      todo.push(...(children.get(node.run) ?? []));
    }
  };
  roots.forEach(mark);
  for (const node of known.values()) {
    if (seen.has(node.run)) continue;
    roots.push(node);
    mark(node);
  }
  const drawn = new Set();
  const newest = (node) => newestIn(node, children);
  return roots
    .toSorted((a, b) => later(newest(a), newest(b)))
    .flatMap((root) => rowsFrom(root, children, drawn));
}

function rowsFrom(root, children, drawn) {
  const rows = [];
  // A stack and not recursion: a line of versions may be thousands long.
  const todo = [{ node: root, level: 0, fork: false }];
  while (todo.length) {
    const row = todo.pop();
    if (drawn.has(row.node.run)) continue;
    drawn.add(row.node.run);
    rows.push(row);
    const next = (children.get(row.node.run) ?? []).toSorted((a, b) => later(b.created, a.created));
    const [main] = next.splice(-1);
    if (main) todo.push({ node: main, level: row.level, fork: false });
    for (const node of next.toReversed()) todo.push({ node, level: row.level + 1, fork: true });
  }
  return rows;
}

function newestIn(root, children) {
  let newest = root.created;
  const todo = [root];
  const seen = new Set();
  while (todo.length) {
    const node = todo.pop();
    if (seen.has(node.run)) continue;
    seen.add(node.run);
    if (later(node.created, newest) < 0) newest = node.created;
    todo.push(...(children.get(node.run) ?? []));
  }
  return newest;
}

/** For sorting: the later date first. Dates are texts that sort. */
function later(a, b) {
  return a === b ? 0 : a > b ? -1 : 1;
}

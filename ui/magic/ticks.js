/**
 * Which parts of a proposal are ticked after it was compared anew with an edited caption.
 *
 * What a person has seen keeps its tick. What is new since then, or says something else, comes
 * without one: taking it could undo what they have just done. Pure; node runs its tests.
 */

/**
 * @param seen what was shown last, `[{id, lines}]`, or null the first time: then all are ticked
 * @param taken the ids that were ticked then
 * @param parts what is shown now
 * @returns {(id: string) => boolean}
 */
export function keptTicks(seen, taken, parts) {
  if (seen === null) return () => true;
  const said = new Map(seen.map(({ id, lines }) => [id, JSON.stringify(lines)]));
  const now = new Map(parts.map(({ id, lines }) => [id, JSON.stringify(lines)]));
  return (id) => taken.includes(id) && said.get(id) === now.get(id);
}

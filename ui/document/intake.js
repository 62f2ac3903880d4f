/**
 * Colours that come into a palette: what fits, what is there already, what is left out, in words.
 *
 * What it is not: the palette; the caller writes the list it is given here.
 */

/**
 * @param {string[]} present the palette as it is
 * @param {string[]} offered `#RRGGBB`
 * @param {object} how `limit`: the most a palette may hold; `replace`: the offer takes the place of
 *   what is there instead of following it
 * @returns {{colours: string[], added: number, doubles: number, leftOut: number}}
 */
export function takeIn(present, offered, { limit, replace = false }) {
  const kept = replace ? [] : present;
  const known = new Set(kept.map((colour) => String(colour).toUpperCase()));
  const wanted = [...new Set(offered.map((colour) => colour.toUpperCase()))];
  const fresh = wanted.filter((colour) => !known.has(colour));
  const added = fresh.slice(0, Math.max(0, limit - kept.length));
  return {
    colours: [...kept, ...added],
    added: added.length,
    doubles: wanted.length - fresh.length,
    leftOut: fresh.length - added.length,
  };
}

/** What did not go in, for a person: parts of a sentence, none when all did. */
export function whyNot({ doubles, leftOut }, limit) {
  const parts = [];
  if (doubles > 0) parts.push(doubles === 1 ? "one is already here" : `${doubles} are already here`);
  if (leftOut > 0) parts.push(`${leftOut} left out: ${limit} colours is the most`);
  return parts;
}

/** "3 colours". */
export function countOf(colours) {
  return colours === 1 ? "one colour" : `${colours} colours`;
}

/** Words with a capital in front and a full stop behind. */
export function sentence(words) {
  return `${words[0].toUpperCase()}${words.slice(1)}.`;
}

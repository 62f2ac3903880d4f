/**
 * Names of saved files: what the picture is of, its size, what the file is.
 *
 * What it is not: a path; nothing that a file system gives a meaning to is left in a name.
 */

const LONGEST = 40;

/** `a-red-cup-1024x768-wireframe.png`, or `layout-...` where the caption says nothing. */
export function filename(description, { width, height }, kind) {
  return `${slug(description) || "layout"}-${width}x${height}-${kind}`;
}

/** Letters and digits of any script, joined by hyphens, cut between words; "" when there are none. */
export function slug(words) {
  const joined = words.normalize("NFC").toLowerCase().replace(/['’]/g, "").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-");
  const letters = [...joined.replace(/^[-\p{M}]+|-+$/gu, "")];
  if (letters.length <= LONGEST) return letters.join("");
  const short = letters.slice(0, LONGEST).join("");
  const end = letters[LONGEST] === "-" ? short.length : short.lastIndexOf("-");
  return (end > 0 ? short.slice(0, end) : short).replace(/-+$/, "");
}

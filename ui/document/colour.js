/**
 * Colours as people write them and as the caption wants them: uppercase `#RRGGBB`.
 *
 * What it is not: a colour space library.
 */

// Without # three or four letters need a digit among them: "bed" and "face" are words.
const HEX =
  /^(?:#?([0-9a-f]{8}|[0-9a-f]{6})|#([0-9a-f]{3,4})|(?=[a-f]*[0-9])([0-9a-f]{3,4}))$/i;

/** `#0f0`, `0F0`, `#00ff00`, `00FF00` -> `#00FF00`, opacity dropped; anything else -> null. */
export function parseColour(text) {
  const found = HEX.exec(String(text).trim());
  if (!found) return null;
  const digits = found[1] ?? found[2] ?? found[3];
  const long = digits.length > 4 ? digits : [...digits].map((digit) => digit + digit).join("");
  return `#${long.slice(0, 6).toUpperCase()}`;
}

/**
 * Every colour in a pasted list, in order, doubles dropped: commas, spaces, lines, quotes, brackets
 * and JSON all pass.
 * @returns {{colours: string[], rejected: string[]}}
 */
export function parseColours(text) {
  const colours = new Set();
  const rejected = [];
  for (const word of String(text).split(/[\s,;|/"'`[\](){}]+/)) {
    if (word === "") continue;
    const colour = parseColour(word);
    if (colour) colours.add(colour);
    else rejected.push(word);
  }
  return { colours: [...colours], rejected };
}

export function isColour(value) {
  return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value);
}

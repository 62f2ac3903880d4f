/**
 * Words set to fit: which letters a description asks for, how large, and where lines break.
 *
 * `measure(words, font)` gives a width in ems; the page measures with its own fonts, `estimate`
 * is for everywhere else. What it is not: typography; generic families only, no hyphenation.
 */

export const LINE = 1.18;
export const PLAIN = { family: "sans-serif", weight: 400, style: "normal" };

const SMALLEST = 4;
const SEGMENTER = new Intl.Segmenter();
/** No line of a picture shows more letters than this. */
const LONGEST_LINE = 4000;
const NARROW = /[ijltfrI.,:;'|!()[\]]/;
const WIDE = /[mwMW@%]/;
const FULL = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]|\p{Extended_Pictographic}/u;

/** Generous: words that are narrower than said still fit. */
export function estimate(words, { family = "sans-serif", weight = 400 } = {}) {
  let width = 0;
  for (const letter of words) {
    if (/\p{M}|\p{Cf}/u.test(letter)) continue;
    if (FULL.test(letter)) width += 1.15;
    else if (family === "monospace") width += 0.61;
    else if (NARROW.test(letter)) width += 0.36;
    else if (WIDE.test(letter)) width += 0.92;
    else width += /\p{Lu}|\d/u.test(letter) ? 0.69 : 0.58;
  }
  return weight > 500 ? width * 1.08 : width;
}

/** The generic font that comes nearest to what a description says, and where its lines stand. */
export function letteringOf(desc) {
  const says = (pattern) => pattern.test(desc);
  let family = "sans-serif";
  if (says(/\b(mono-?spaced?|typewriter)\b/i)) family = "monospace";
  else if (says(/\b(script|cursive|handwritten|calligraph\w*|brush)\b/i)) family = "cursive";
  else if (says(/(?<!sans[- ])\bserif\b/i)) family = "serif";
  let anchor = "middle";
  if (says(/\b(left[- ]aligned|flush left|aligned left)\b/i)) anchor = "start";
  else if (says(/\b(right[- ]aligned|flush right|aligned right)\b/i)) anchor = "end";
  return {
    family,
    weight: says(/\b(bold|heavy|black weight|extrabold|thick)\b/i) ? 700 : 400,
    style: says(/\bitalics?\b/i) ? "italic" : "normal",
    anchor,
  };
}

/**
 * The largest size at which the words fit a box, broken into lines: at their own line breaks, and
 * between words where that makes them clearly larger.
 * @returns {{size: number, lines: {words: string, width: number}[]}} widths in pixels
 */
export function fit(words, width, height, { font = PLAIN, measure = estimate } = {}) {
  const paragraphs = words.split("\n").map(tidy).filter(Boolean);
  const gauge = gaugeOf(measure, font);
  const kept = largest(() => paragraphs, gauge, width, height);
  const broken = (size) => paragraphs.flatMap((each) => wrap(each, width / size, gauge, { whole: true }));
  const wrapped = largest(broken, gauge, width, height);
  const best = kept.size * 1.5 >= wrapped.size ? kept : wrapped;
  const room = Math.max(1, Math.floor(height / (best.size * LINE) + 1e-6));
  const lines = best.lines.slice(0, room).map((line) => shorten(line, width / best.size, gauge));
  if (best.lines.length > room) lines.push(shorten(`${lines.pop()} …`, width / best.size, gauge));
  return { size: best.size, lines: lines.map((line) => ({ words: line, width: gauge(line) * best.size })) };
}

/** Holds a line to the width it was measured at, whatever font the reader's machine has. */
export function spread(width) {
  return width > 0 ? { textLength: width, lengthAdjust: "spacingAndGlyphs" } : {};
}

/** Lines no wider than `width` ems, broken between words; a longer word is cut unless kept `whole`. */
export function wrap(words, width, gauge, { whole = false } = {}) {
  const lines = [];
  let line = "";
  let used = 0;
  const space = gauge(" ");
  for (const word of tidy(words).split(" ")) {
    const long = gauge(word);
    if (line !== "" && used + space + long <= width) {
      line += ` ${word}`;
      used += space + long;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = whole || long <= width ? [word] : cut(word, width, gauge);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1);
    used = gauge(line);
  }
  return [...lines, line].filter(Boolean);
}

/** Words cut to a width in ems, with an ellipsis where something is missing. */
export function shorten(words, width, gauge) {
  if (gauge(words) <= width) return words;
  const letters = lettersOf(words.slice(0, LONGEST_LINE));
  let [low, high] = [0, letters.length];
  const tried = (count) => `${letters.slice(0, count).join("").trimEnd()}…`;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (gauge(tried(middle)) <= width) low = middle;
    else high = middle - 1;
  }
  return low > 0 ? tried(low) : "";
}

/** A measure of one font that remembers the words it has seen. */
export function gaugeOf(measure = estimate, font = PLAIN) {
  const seen = new Map();
  return (words) => {
    if (!seen.has(words)) seen.set(words, measure(words, font));
    return seen.get(words);
  };
}

/** By halves: sizes that fit are below those that do not. */
function largest(broken, gauge, width, height) {
  const fits = (size) => {
    const lines = broken(size);
    return lines.length * size * LINE <= height && lines.every((line) => gauge(line) * size <= width);
  };
  let [low, high] = [SMALLEST, Math.max(SMALLEST, height / LINE)];
  if (fits(high)) return { size: high, lines: broken(high) };
  for (let step = 0; step < 16; step += 1) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return { size: low, lines: broken(low) };
}

function cut(word, width, gauge) {
  const pieces = [];
  let piece = "";
  for (const letter of lettersOf(word)) {
    if (piece !== "" && gauge(piece + letter) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += letter;
  }
  return [...pieces, piece];
}

/**
 * What a person takes for one letter: a family of emoji is one. In blocks, because browsers take
 * time with the square of the length.
 */
function lettersOf(words) {
  const blocks = words.match(/[^]{1,1000}/gu) ?? [];
  return blocks.flatMap((block) => Array.from(SEGMENTER.segment(block), ({ segment }) => segment));
}

function tidy(words) {
  return words.replace(/\s+/g, " ").trim();
}

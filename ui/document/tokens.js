/**
 * A count of tokens in words, and how near to the limit it is.
 *
 * What it is not: a count; that is the checkpoint's tokenizer's, asked through Python.
 */

const NEAR = 0.9;

/** "" while there is no count, else "412 of 2048 tokens", "about" where the count is not exact. */
export function tokenWords(count) {
  if (!count || count.tokens === null || count.tokens === undefined) return "";
  return `${count.exact ? "" : "about "}${count.tokens} of ${count.limit} tokens`;
}

/** "" where no element is selected, else "61 for this element". */
export function elementWords(count) {
  return tokenWords(count) && typeof count.element === "number" ? `${count.element} for this element` : "";
}

/** "calm", "near" from nine tenths of the limit, "over" above it. */
export function tokenLevel(count) {
  if (!tokenWords(count) || count.tokens < NEAR * count.limit) return "calm";
  return count.tokens > count.limit ? "over" : "near";
}

/** What the count means, for whoever wonders. */
export function tokenHelp(count) {
  if (!tokenWords(count)) return "";
  const parts = {
    calm: ["The model reads the caption as tokens, pieces of words."],
    near: ["The caption is almost as long as the model can read."],
    over: ["The caption is longer than the model can read: shorten descriptions or take elements out."],
  }[tokenLevel(count)];
  if (!count.exact) {
    parts.push("Counted by the demo's tokenizer, since the chosen weights are not downloaded yet.");
  }
  return parts.join(" ");
}

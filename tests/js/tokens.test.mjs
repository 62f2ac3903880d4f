import assert from "node:assert/strict";
import { test } from "node:test";
import { elementWords, tokenHelp, tokenLevel, tokenWords } from "../../ui/document/tokens.js";

const count = (tokens, more = {}) => ({ tokens, limit: 2000, exact: true, element: null, ...more });

test("a count says of how many, and whether it is another tokenizer's", () => {
  assert.equal(tokenWords(count(412)), "412 of 2000 tokens");
  assert.equal(tokenWords(count(412, { exact: false })), "about 412 of 2000 tokens");
  assert.match(tokenHelp(count(412, { exact: false })), /demo/);
  assert.doesNotMatch(tokenHelp(count(412)), /demo/);
});

test("without a count nothing is said", () => {
  for (const none of [null, undefined, {}, count(null)]) {
    assert.equal(tokenWords(none), "");
    assert.equal(elementWords(none), "");
    assert.equal(tokenHelp(none), "");
    assert.equal(tokenLevel(none), "calm");
  }
});

test("the warning begins at nine tenths, the error above the limit", () => {
  const levels = [1799, 1800, 2000, 2001].map((tokens) => tokenLevel(count(tokens)));
  assert.deepEqual(levels, ["calm", "near", "near", "over"]);
});

test("the selected element has its own count, even when it is none", () => {
  assert.equal(elementWords(count(412, { element: 61 })), "61 for this element");
  assert.equal(elementWords(count(412, { element: 0 })), "0 for this element");
  assert.equal(elementWords(count(412)), "");
});

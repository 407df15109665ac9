import assert from "node:assert/strict";
import { test } from "node:test";
import { certainty, tokensOf } from "../../../demo/inspector/tokens.js";

test("tokens get their text from the completion and a step by their probability", () => {
  const tokens = tokensOf({ text: "ab😀c", logprobs: [0, Math.log(0.5), -5, -0.2], token_characters: [2, 0, 1, 1] });
  assert.deepEqual(tokens.map((t) => t.text), ["ab", "", "😀", "c"]);
  assert.deepEqual(tokens.map((t) => t.step), [0, 3, 4, 2]);
});

test("without log-probabilities, or without their texts, there is nothing to tint", () => {
  assert.equal(tokensOf({ text: "ab", logprobs: null, token_characters: null }), null);
  assert.equal(tokensOf({ text: "ab", logprobs: [-1], token_characters: null }), null);
  assert.equal(tokensOf({ text: "ab", logprobs: [-1], token_characters: [1, 1] }), null);
});

test("perplexity is that of the mean log-probability", () => {
  assert.deepEqual(certainty([Math.log(0.5), Math.log(0.5)]), { perplexity: 2, unsure: 2 });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { certainty, learning, tokensOf } from "../../../demo/inspector/tokens.js";

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

test("what is trained is what the trainer takes: plans, unreadable ones too, but none that was cut; never the analysis", () => {
  const [whole, cut] = [{ finish_reason: "stop" }, { finish_reason: "length" }];
  assert.equal(learning({ type: "planned", turn: 1 }, whole), "trained");
  assert.equal(learning({ type: "parse_failed", phase: "plan" }, whole), "trained");
  assert.equal(learning({ type: "planned", turn: 1 }, cut), "cut");
  assert.equal(learning({ type: "parse_failed", phase: "plan" }, cut), "cut");
  assert.equal(learning({ type: "analyzed" }, whole), "analysis");
  assert.equal(learning({ type: "parse_failed", phase: "analyze" }, whole), "analysis");
  for (const type of ["commanded", "verified", "answered", "tool_returned"]) assert.equal(learning({ type }, whole), "frozen");
  assert.equal(learning({ type: "parse_failed", phase: "command" }, whole), "frozen");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyFlow } from "../../../demo/inspector/fold.js";
import { summary } from "../../../demo/inspector/voice.js";

test("a flow that was over before it was shown is one sentence, also without an answer", () => {
  const flow = { ...emptyFlow(), question: "How {high}?", turns: [{}, {}], status: "answered", answer: { value: { text: "It is 3 m." } } };
  assert.equal(summary(flow), "A finished flow of 2 turns is shown: How {high}? Answer: It is 3 m.");
  const stopped = { ...flow, turns: [{}], answer: null, status: "cancelled", reason: "Stopped by hand." };
  assert.equal(summary(stopped), "A finished flow of 1 turn is shown: How {high}? The flow ended: Stopped by hand.");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { replayMoment, replayPlan } from "../../../demo/inspector/replay_plan.js";
import { cut, fileName } from "../../../demo/inspector/share.js";

const call = (text) => ({ completion: { text } });
const events = [
  { seq: 0, time: 100, type: "flow_started" },
  { seq: 1, time: 100, type: "phase_started", turn: 1, phase: "plan" },
  { seq: 2, time: 102, type: "planned", turn: 1, call: call("abcdefghij") },
  { seq: 3, time: 3700, type: "tool_returned", turn: 1 },
  { seq: 4, time: 3701, type: "verified", turn: 1, call: call("stop") },
];

test("times are the log's, divided by the speed; a long wait is shortened", () => {
  assert.deepEqual(replayPlan(events, "1").map((step) => step.at), [0, 0, 2000, 6000, 7000]);
  assert.deepEqual(replayPlan(events, "4").map((step) => step.at), [0, 0, 500, 1500, 1750]);
  assert.deepEqual(replayPlan(events, "16").map((step) => step.at), [0, 0, 125, 375, 437.5]);
});

test("a text is written while its module works, and whole when the event is there", () => {
  const plan = replayPlan(events, "1");
  assert.deepEqual(replayMoment(plan, 1000), { seq: 1, live: { turn: 1, phase: "plan", text: "abcde" }, done: false });
  assert.deepEqual(replayMoment(plan, 2000), { seq: 2, live: null, done: false });
  assert.equal(replayMoment(plan, 7000).done, true);
  assert.equal(replayMoment(plan, 7000).seq, 4);
});

test("the reading pace gives every text the time to be read, however fast the model was", () => {
  const quick = events.map((event) => ({ ...event, time: 100 }));
  const plan = replayPlan(quick, "read");
  assert.ok(plan.every((step, i) => i === 0 || step.at > plan[i - 1].at));
  assert.ok(plan.at(-1).at < 6000);
});

test("a file is cut without cutting a character, and joins to itself", () => {
  const text = "ab😀cd😀";
  for (let size = 1; size < 9; size += 1) {
    const pieces = cut(text, size);
    assert.equal(pieces.join(""), text);
    assert.ok(pieces.every((piece) => piece.isWellFormed()));
  }
  assert.deepEqual(cut(""), [""]);
});

test("a file's name holds letters and digits only", () => {
  assert.equal(fileName("How high is 富士山?/../x"), "How-high-is-富士山-x");
  assert.equal(fileName("???"), "run");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "../../../demo/inspector/fold.js";
import { bars, ticks } from "../../../demo/inspector/lanes.js";

const at = (events) => events.map((event, seq) => ({ seq, time: 100 + seq, ...event }));
const call = { completion: { prompt_tokens: 1, completion_tokens: 1 } };
const events = at([
  { type: "flow_started", question: "Q?", models: {}, tools: [], budget: { turns: 3 } },
  { type: "phase_started", turn: 1, phase: "plan" },
  { type: "planned", turn: 1, call, plan: { context: "", sub_goal: "g", tool: "wiki" } },
  { type: "phase_started", turn: 1, phase: "command" },
]);

test("a bar lasts from its start to its end on the flow's clock; a running one to now", () => {
  const [plan, command] = bars(fold(events), 110);
  assert.deepEqual([plan.role, plan.from, plan.to], ["planner", 1, 2]);
  assert.deepEqual([command.role, command.from, command.to], ["executor", 3, 10]);
});

test("with equal steps bars follow one another at one distance", () => {
  assert.deepEqual(bars(fold(events), 110, true).map((bar) => bar.from), [0, 1]);
});

test("the scale has round marks, about as many as wanted", () => {
  assert.deepEqual(ticks(10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(0, 5), []);
  assert.ok(ticks(0.037, 8).length <= 9);
});

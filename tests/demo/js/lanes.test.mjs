import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "../../../demo/inspector/fold.js";
import { bars, ticks, totals } from "../../../demo/inspector/lanes_plan.js";

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

test("each module's time and tokens are summed, attempts that failed and a tool's own calls too", () => {
  const used = (read, written, time) => ({ completion: { prompt_tokens: read, completion_tokens: written, seconds: time } });
  const sums = totals(fold(at([
    events[0],
    { type: "analyzed", call: used(10, 4, 1), analysis: "a" },
    { type: "parse_failed", turn: 1, phase: "plan", call: used(10, 6, 1), field: "tool", problem: "p" },
    { type: "planned", turn: 1, call: used(20, 10, 2), plan: { context: "", sub_goal: "g", tool: "t" } },
    { type: "tool_returned", turn: 1, tool: "t", arguments: {}, result: { text: "r" }, calls: [used(5, 8, 0.5)], seconds: 3 },
  ])));
  assert.deepEqual(sums.get("planner"), { seconds: 4, read: 40, written: 20, generating: 4, rate: 5 });
  assert.deepEqual(sums.get("tool"), { seconds: 3, read: 5, written: 8, generating: 0.5, rate: 16 });
  assert.equal(sums.get("verifier"), undefined);
});

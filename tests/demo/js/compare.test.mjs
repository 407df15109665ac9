import assert from "node:assert/strict";
import { test } from "node:test";
import { alignedTurns, bars, costs, repeated } from "../../../demo/inspector/compare_align.js";
import { fold } from "../../../demo/inspector/fold.js";

const call = { completion: { text: "t", prompt_tokens: 10, completion_tokens: 4 } };
const at = (events) => events.map((event, seq) => ({ seq, time: 100 + seq, ...event }));
const turn = (number, { goal = `goal ${number}`, query = "q", text = `found ${number}`, stop = false } = {}) => [
  { type: "phase_started", turn: number, phase: "plan" },
  { type: "planned", turn: number, call, plan: { context: "c", sub_goal: goal, tool: "wiki" } },
  { type: "commanded", turn: number, call, command: { arguments: { query } } },
  { type: "tool_returned", turn: number, tool: "wiki", arguments: { query }, result: { text }, seconds: 0.1 },
  { type: "verified", turn: number, call, verdict: { stop, reason: "because" } },
];
const start = { type: "flow_started", question: "Q?", models: {}, tools: [], budget: { turns: 3 } };
const flow = (...turns) => fold(at([start, ...turns.flat()]));

test("equal flows have no difference", () => {
  const one = flow(turn(1), turn(2, { stop: true }));
  assert.deepEqual(alignedTurns(one, one).map((row) => row.differs), [null, null]);
});

test("the first difference is marked, and only the first", () => {
  const rows = alignedTurns(flow(turn(1), turn(2, { query: "a" }), turn(3)), flow(turn(1), turn(2, { query: "b" }), turn(3, { goal: "other" })));
  assert.deepEqual(rows.map((row) => [row.differs, row.first]), [[null, false], ["command", true], ["goal", false]]);
});

test("a flow that ended before the other parts from it there", () => {
  const rows = alignedTurns(flow(turn(1)), flow(turn(1), turn(2)));
  assert.deepEqual(rows.map((row) => [row.differs, row.first, row.left === null]), [[null, false, false], ["turn", true, true]]);
});

test("what has not come yet on one side is no difference in that turn", () => {
  const rows = alignedTurns(flow(turn(1).slice(0, 2)), flow(turn(1)));
  assert.equal(rows[0].differs, null);
});

test("costs say what the second took more", () => {
  const found = Object.fromEntries(costs(flow(turn(1)), flow(turn(1), turn(2))).map((cost) => [cost.name, cost.more]));
  assert.deepEqual(found, { turns: 1, calls: 3, tokens: 42, seconds: null });
});

test("bars are on the flow's own clock, and a running part grows with the time", () => {
  const lane = bars(flow(turn(1).slice(0, 1)), 110);
  assert.deepEqual(lane, [{ turn: 1, phase: "plan", from: 1, to: 10 }]);
});

test("a loop is the same call in two turns", () => {
  assert.deepEqual(repeated(flow(turn(1), turn(2, { query: "other" }), turn(3))), [1, 3]);
  assert.equal(repeated(flow(turn(1), turn(2, { query: "other" }))), null);
});

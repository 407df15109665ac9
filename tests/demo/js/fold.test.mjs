import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, commandText, emptyFlow, fold, memoryAfter, ownTime } from "../../../demo/inspector/fold.js";

const call = { completion: { prompt_tokens: 10, completion_tokens: 4 } };
const at = (events) => events.map((event, seq) => ({ seq, time: 100 + seq, ...event }));
const turn = (number, stop) => [
  { type: "phase_started", turn: number, phase: "plan" },
  { type: "planned", turn: number, call, plan: { context: "c", sub_goal: `goal ${number}`, tool: "wiki" } },
  { type: "commanded", turn: number, call, command: { arguments: { query: "q" } } },
  { type: "tool_returned", turn: number, tool: "wiki", arguments: { query: "q" }, result: { text: `found ${number}` }, seconds: 0.1 },
  { type: "verified", turn: number, call, verdict: { stop, reason: "because" } },
];
const start = { type: "flow_started", question: "Q?", models: {}, tools: [], budget: { turns: 3 } };

test("an event that was applied before changes nothing", () => {
  const events = at([start, ...turn(1, false), ...turn(2, true)]);
  const once = fold(events);
  const twice = fold(events);
  for (const event of events) apply(twice, event);
  assert.deepEqual(twice, once);
  assert.equal(once.calls, 6);
});

test("folding piece by piece equals folding at once", () => {
  const events = at([start, ...turn(1, false), ...turn(2, true)]);
  const flow = emptyFlow();
  for (const event of events) apply(flow, event);
  assert.deepEqual(flow, fold(events));
});

test("a phase is active from its start until its result", () => {
  const events = at([start, ...turn(1, true)]);
  assert.deepEqual(fold(events.slice(0, 2)).active, { turn: 1, phase: "plan" });
  assert.equal(fold(events.slice(0, 3)).active, null);
});

test("memory after a turn has the turns up to it that gave a result or failed", () => {
  const events = at([start, ...turn(1, false), { type: "turn_failed", turn: 2, phase: "plan", reason: "no text" }, ...turn(3, true)]);
  const flow = fold(events);
  assert.deepEqual(memoryAfter(flow, 2).map((e) => [e.turn, e.result, e.failed]), [[1, "found 1", false], [2, "Error: no text", true]]);
  assert.equal(memoryAfter(flow, 3).length, 3);
});

test("a plan that was dropped is counted and makes no turn", () => {
  const flow = fold(at([start, ...turn(1, true), { type: "plan_dropped", turn: 2, call }]));
  assert.equal(flow.calls, 4);
  assert.equal(flow.turns.length, 1);
});

test("a parse failure stays with its part, and the call is counted", () => {
  const flow = fold(at([start, { type: "parse_failed", turn: 1, phase: "plan", call, field: "tool", problem: "missing" }, ...turn(1, true)]));
  assert.equal(flow.turns[0].parts.plan.failures[0].field, "tool");
  assert.equal(flow.turns[0].parts.plan.state, "done");
  assert.equal(flow.calls, 4);
});

test("a resumed flow is running again, and an unreadable answer is asked for again", () => {
  const ended = [start, ...turn(1, true), { type: "turn_failed", turn: 0, phase: "answer", reason: "no text" },
    { type: "flow_finished", status: "unanswered", reason: "r", seconds: 1 }];
  assert.equal(fold(at(ended)).status, "unanswered");
  const flow = fold(at([...ended, { type: "resumed", budget: null }]));
  assert.equal(flow.status, null);
  assert.equal(flow.answer, null);
});

test("what was running when the flow ended is stopped, not running for ever", () => {
  const flow = fold(at([start, { type: "phase_started", turn: 1, phase: "plan" },
    { type: "flow_finished", status: "cancelled", reason: "Stopped by hand.", seconds: 1 }]));
  assert.equal(flow.turns[0].parts.plan.state, "stopped");
  assert.equal(flow.active, null);
});

test("an edit replaces the action and keeps what was there before", () => {
  const after = { context: "c", sub_goal: "other", tool: "python" };
  const flow = fold(at([start, ...turn(1, false).slice(0, 2), { type: "edited", turn: 1, phase: "plan", before: {}, after }]));
  assert.deepEqual(flow.turns[0].parts.plan.value, after);
  assert.ok(flow.turns[0].parts.plan.edited);
});

test("a command of one text is shown bare, others as JSON", () => {
  assert.equal(commandText({ query: "Japan" }), "Japan");
  assert.equal(commandText({ a: 1, b: "x" }), '{"a":1,"b":"x"}');
});

test("the flow's clock stands still while it is paused, and between a run and its fork", () => {
  const events = [
    { seq: 0, time: 100, ...start },
    { seq: 1, time: 101, type: "phase_started", turn: 1, phase: "plan" },
    { seq: 2, time: 103, type: "planned", turn: 1, call, plan: { context: "", sub_goal: "g", tool: "wiki" } },
    { seq: 3, time: 103, type: "paused", turn: 1, phase: "command", why: "single step" },
    { seq: 4, time: 163, type: "edited", turn: 1, phase: "plan", before: {}, after: { tool: "wiki" } },
    { seq: 5, time: 203, type: "resumed", budget: null },
    { seq: 6, time: 203, type: "phase_started", turn: 1, phase: "command" },
    { seq: 7, time: 204, type: "commanded", turn: 1, call, command: { arguments: {} } },
    { seq: 8, time: 9204, type: "forked", models: {}, tools: [], budget: { turns: 3 } },
    { seq: 9, time: 9204, type: "phase_started", turn: 1, phase: "tool" },
  ];
  const paused = fold(events.slice(0, 4));
  assert.equal(ownTime(paused, 150), 103);
  const { turns: [{ parts }], ...flow } = fold(events);
  assert.deepEqual([parts.plan, parts.command, parts.tool].map((part) => [part.started, part.ended]), [[101, 103], [103, 104], [104, null]]);
  assert.equal(ownTime(flow, 9206), 106);
});

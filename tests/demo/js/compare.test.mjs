import assert from "node:assert/strict";
import { test } from "node:test";
import { alignedRows, bars, costs, parting, repeated } from "../../../demo/inspector/compare_align.js";
import { leadText } from "../../../demo/inspector/compare_view.js";
import { fold } from "../../../demo/inspector/fold.js";

const call = { completion: { text: "t", prompt_tokens: 10, completion_tokens: 4 } };
const at = (events) => events.map((event, seq) => ({ seq, time: 100 + seq, ...event }));
const turn = (number, { context = "c", goal = `goal ${number}`, query = "q", text = `found ${number}`, stop = false } = {}) => [
  { type: "phase_started", turn: number, phase: "plan" },
  { type: "planned", turn: number, call, plan: { context, sub_goal: goal, tool: "wiki" } },
  { type: "commanded", turn: number, call, command: { arguments: { query } } },
  { type: "tool_returned", turn: number, tool: "wiki", arguments: { query }, result: { text }, seconds: 0.1 },
  { type: "verified", turn: number, call, verdict: { stop, reason: "because" } },
];
const start = { type: "flow_started", question: "Q?", models: {}, tools: [], budget: { turns: 3 } };
const analyzed = (analysis) => [{ type: "analyzed", call, analysis }];
const answered = (text) => [{ type: "answered", call, answer: { text, steps: [] } }];
const end = (status = "answered") => [{ type: "flow_finished", status, reason: "r", seconds: 9 }];
const flow = (...turns) => fold(at([start, ...turns.flat()]));
const told = (a, b) => alignedRows(a, b).map((row) => [row.key, row.differs, row.first]);

test("equal flows have no difference", () => {
  const one = flow(analyzed("a"), turn(1), turn(2, { stop: true }), answered("42"), end());
  assert.deepEqual(told(one, one), [["analysis", [], false], [1, [], false], [2, [], false], ["answer", [], false]]);
});

test("the first difference is marked, and only the first", () => {
  const rows = told(flow(turn(1), turn(2, { query: "a" }), turn(3)), flow(turn(1), turn(2, { query: "b" }), turn(3, { goal: "other" })));
  assert.deepEqual(rows, [[1, [], false], [2, ["command"], true], [3, ["goal"], false]]);
});

test("a turn that is missing counts only once that flow has ended: in a race one is ahead", () => {
  const [behind, ahead] = [flow(turn(1)), flow(turn(1), turn(2))];
  assert.deepEqual(told(behind, ahead), [[1, [], false], [2, [], false]]);
  assert.deepEqual(told(ahead, behind), [[1, [], false], [2, [], false]]);
  assert.deepEqual(told(flow(turn(1), end()), ahead), [[1, [], false], [2, ["only"], true]]);
  assert.deepEqual(told(ahead, flow(turn(1), end("budget"))), [[1, [], false], [2, ["only"], true]]);
});

test("what has not come yet on one side is no difference in that turn", () => {
  assert.deepEqual(told(flow(turn(1).slice(0, 2)), flow(turn(1))), [[1, [], false]]);
});

test("another answer is a difference, and so is none", () => {
  const [one, other] = [flow(turn(1), answered("42"), end()), flow(turn(1), answered("43"), end())];
  assert.deepEqual(told(one, other).at(-1), ["answer", ["answer"], true]);
  assert.deepEqual(told(one, flow(turn(1), end("budget"))).at(-1), ["answer", ["only"], true]);
});

test("another analysis and another context are said, but the flows part where they do something else", () => {
  const rows = told(flow(analyzed("a"), turn(1), turn(2)), flow(analyzed("b"), turn(1, { context: "other" }), turn(2, { goal: "g", context: "other" })));
  assert.deepEqual(rows, [["analysis", ["analysis"], false], [1, ["context"], false], [2, ["context", "goal"], true]]);
  assert.equal(parting({ differs: ["context", "goal"] }), "goal");
});

test("a turn that failed on one side only is a difference", () => {
  const failed = flow(turn(1).slice(0, 2), [{ type: "turn_failed", turn: 1, phase: "command", reason: "no text" }]);
  assert.deepEqual(told(failed, flow(turn(1))), [[1, ["outcome"], true]]);
});

test("one sentence says where they part, or that they do not", () => {
  const whole = (answer, context = "c") => flow(turn(1, { context }), answered(answer), end());
  const lead = (a, b) => leadText(alignedRows(a, b), [{ flow: a }, { flow: b }]);
  assert.equal(lead(whole("42"), whole("43")), "They part at Answer: another answer.");
  assert.equal(lead(whole("42"), whole("42")), "The same way to the end, word for word.");
  assert.equal(lead(whole("42"), whole("42", "d")), "The same way to the end; only their words differ, first at Turn 1.");
  assert.equal(lead(flow(turn(1)), whole("42")), "The same way so far.");
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

import assert from "node:assert/strict";
import { test } from "node:test";
import { coming } from "../../../demo/inspector/control_form.js";
import { fold } from "../../../demo/inspector/fold.js";
import { forkPoints, pointAt } from "../../../demo/inspector/fork.js";
import { members, recordingId, sideOf, treeOf } from "../../../demo/inspector/fork_tree.js";
import { eventName } from "../../../demo/inspector/scrub.js";
import { whyPaused } from "../../../demo/inspector/why.js";

const CALL = { completion: { prompt_tokens: 1, completion_tokens: 1 } };
const EVENTS = [
  { type: "flow_started", question: "Q?", models: { planner: "pocket" }, tools: ["echo", "shout"], budget: { turns: 3 } },
  { type: "phase_started", turn: 0, phase: "analyze" },
  { type: "analyzed", call: CALL, analysis: "A" },
  { type: "phase_started", turn: 1, phase: "plan" },
  { type: "planned", turn: 1, call: CALL, plan: { context: "c", sub_goal: "g", tool: "echo" } },
  { type: "phase_started", turn: 1, phase: "command" },
  { type: "commanded", turn: 1, call: CALL, command: { arguments: { text: "t" } } },
  { type: "phase_started", turn: 1, phase: "tool" },
  { type: "tool_returned", turn: 1, tool: "echo", arguments: { text: "t" }, result: { text: "r" }, calls: [] },
].map((event, seq) => ({ ...event, seq, time: seq }));

const upTo = (seq) => fold(EVENTS.slice(0, seq + 1));

test("what can be edited is the plan until there is a command, then the command until the tool has answered", () => {
  assert.equal(coming(upTo(3)), null);
  assert.deepEqual([coming(upTo(4)).kind, coming(upTo(5)).value.sub_goal], ["plan", "g"]);
  assert.deepEqual([coming(upTo(6)).kind, coming(upTo(7)).value], ["command", { text: "t" }]);
  assert.equal(coming(upTo(8)), null);
});

test("a fork begins where no module is at work, at the latest before the wanted event", () => {
  const points = forkPoints(EVENTS);
  assert.deepEqual(points.map((point) => point.seq), [0, 2, 4, 6, 8]);
  assert.deepEqual([0, 1, 2, 3, 7, 99].map((at) => pointAt(points, at).seq), [0, 0, 2, 2, 6, 8]);
});

test("a fork changes the models and tools from there on and keeps what was before", () => {
  const forked = { type: "forked", seq: 5, time: 9, models: { planner: "other" }, tools: ["shout"], budget: { turns: 7 } };
  const flow = fold([...EVENTS.slice(0, 5), forked]);
  assert.deepEqual([flow.models.planner, flow.tools, flow.budget.turns, flow.forked, flow.status], ["other", ["shout"], 7, 4, null]);
  assert.equal(flow.turns[0].parts.plan.value.tool, "echo");
});

test("the tree grows from the first run, whichever of its branches is looked at", () => {
  const edges = [{ run: "b", parent: "a", at: 4 }, { run: "c", parent: "b", at: 6 }, { run: "d", parent: "a", at: 2 }, { run: "y", parent: "x", at: 1 }];
  for (const run of ["a", "b", "c", "d"]) assert.deepEqual(members(treeOf(run, edges)), ["a", "b", "c", "d"]);
  assert.equal(treeOf("alone", edges), null);
  assert.ok(treeOf("p", [{ run: "p", parent: "q", at: 0 }, { run: "q", parent: "p", at: 0 }]), "a circle ends");
});

test("every event has a name", () => {
  assert.equal(eventName(EVENTS[3]), "Turn 1 · Planner begins");
  assert.equal(eventName(EVENTS[8]), "Turn 1 · tool result");
  assert.equal(eventName({ type: "paused", turn: 0 }), "paused");
});

test("the reason of a pause is a sentence, in whatever way the conditions come together", () => {
  assert.equal(whyPaused("asked to pause"), "You asked it to pause.");
  assert.equal(whyPaused("single step"), "One step was taken.");
  assert.equal(whyPaused("breakpoint: nth_continue 1"), "Breakpoint: the verifier has said CONTINUE once.");
  assert.equal(whyPaused("breakpoint: nth_continue 3"), "Breakpoint: the verifier has said CONTINUE 3 times.");
  assert.equal(whyPaused("breakpoint: phase command, turn 2"), "Breakpoint: before each Executor call, and turn 2 begins.");
  assert.equal(whyPaused("breakpoint: tool wiki, turns of, phases"), "Breakpoint: the tool is wiki, turns of, phases.");
  assert.equal(whyPaused("breakpoint: parse_error True"), "Breakpoint: a text could not be read.");
  assert.equal(whyPaused("breakpoint: every phase"), "Breakpoint: before every step.");
  for (const other of ["something new", "breakpoint: moon full", "breakpoint: constructor x"]) assert.equal(whyPaused(other), other);
});

test("a recorded flow is the root of its forks, and a side of a comparison", () => {
  const root = recordingId("two-steps");
  assert.deepEqual(members(treeOf("a", [{ run: "a", parent: root, at: 4 }])), [root, "a"]);
  assert.deepEqual(sideOf(root, "L"), { recording: "two-steps", label: "L" });
  assert.deepEqual(sideOf("a", "L"), { run: "a", label: "L" });
});

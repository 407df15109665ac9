import assert from "node:assert/strict";
import { test } from "node:test";
import { failingSpot } from "../../../demo/inspector/failing.js";
import { fieldSpans } from "../../../demo/inspector/spans.js";

const marked = ({ pieces }) => Object.fromEntries(pieces.filter((p) => p.field).map((p) => [p.field, p.text]));

test("labelled text: every field where it stands, and the pieces are the whole text", () => {
  const raw = "Context: 3,776 m\nSub-Goal: Find it.\nTool Name: wiki";
  const spans = fieldSpans(raw, { context: "3,776 m", sub_goal: "Find it.", tool: "wiki" });
  assert.deepEqual(marked(spans), { context: "3,776 m", sub_goal: "Find it.", tool: "wiki" });
  assert.equal(spans.pieces.map((p) => p.text).join(""), raw);
  assert.deepEqual(spans.missing, []);
});

test("JSON: escaped values and nested ones are found under their path", () => {
  const raw = '{"code": "print(\\"a\\")\\nx", "n": 12}';
  assert.deepEqual(marked(fieldSpans(raw, { arguments: { code: 'print("a")\nx', n: 12 } })), {
    "arguments.code": 'print(\\"a\\")\\nx', "arguments.n": "12" });
});

test("a field that the text does not hold word for word is named, not guessed", () => {
  const { missing, pieces } = fieldSpans("Tool: Wikipedia Search", { tool: "wikipedia_search" });
  assert.deepEqual(missing, ["tool"]);
  assert.ok(pieces.every((p) => !p.field));
});

test("a short value is not found in the middle of a word, nor inside a longer field", () => {
  const spans = fieldSpans("wikipedia is a wiki\nTool: wiki", { goal: "wikipedia is a wiki", tool: "wiki" });
  assert.deepEqual(spans.pieces.map((p) => [p.field, p.text]), [["goal", "wikipedia is a wiki"], [null, "\nTool: "], ["tool", "wiki"]]);
});

test("the place where a text fails is marked: what was wrong, or where something is missing", () => {
  const spot = (raw, field, problem) => {
    const { start, end } = failingSpot(raw, { field, problem });
    return end > start ? raw.slice(start, end) : `missing at ${start}`;
  };
  assert.equal(spot('Sub-Goal: x\nTool Name: wiki', "tool", "there is no tool 'wiki': did you mean wikipedia_search? The tools are: a."), "wiki");
  assert.equal(spot("Reason: r\nConclusion: maybe", "verdict", "neither plain STOP nor plain CONTINUE: 'maybe'"), "maybe");
  assert.equal(spot(" goes on and on", "verdict", "neither plain STOP nor plain CONTINUE: ''"), "missing at 15");
  assert.equal(spot('{"query": "Zug', "arguments", "no JSON object was found in the text"), "missing at 14");
  assert.equal(spot('so {"query" "Zug"}', "arguments", "no JSON object was found in the text"), '"');
  assert.equal(spot("just words", "arguments", "no JSON object was found in the text"), "just words");
  assert.equal(spot('{"n": "x", "query": 3}', "arguments.query", "Input should be a valid string"), '"query": 3');
  assert.equal(spot('{"n": "x"}', "arguments.query", "Field required"), "missing at 9");
  assert.equal(spot("Context: c\n**Sub-Goal:**\nTool Name: t", "sub_goal", "it is empty"), "**Sub-Goal:**");
  assert.equal(spot("Context: c\nTool Name: t", "sub_goal", "no “Sub-Goal” was found in the text"), "missing at 23");
  assert.equal(spot("find it <tool> wiki", "sub_goal", "no <goal> part was found in the text"), "missing at 19");
  assert.equal(spot("", "answer", "the text is empty"), "missing at 0");
});

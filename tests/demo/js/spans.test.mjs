import assert from "node:assert/strict";
import { test } from "node:test";
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

import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../../../demo/inspector/code.js";
import { find } from "../../../demo/inspector/find.js";
import { memoryInPrompt } from "../../../demo/inspector/memory.js";
import { chooseLanguage, t, tn } from "../../../demo/inspector/words.js";

const call = (text, prompt) => ({ completion: { text }, ...(prompt && { messages: [{ role: "user", content: prompt }] }) });
const where = (events, words, prompts) => find(events, words, prompts).map(({ seq, turn, phase, tab }) => [seq, turn, phase, tab]);

test("words are found in any text of a part, in any case, and lead to the part and its tab", () => {
  const events = [
    { seq: 3, type: "planned", turn: 2, call: call("Goal: the VOLCANO"), plan: { sub_goal: "Find Fuji", context: "", justification: "", tool: "wiki" } },
    { seq: 5, type: "tool_returned", turn: 2, tool: "wiki", arguments: { query: "Etna" }, result: { text: "", error: "Fuji timed out" }, calls: [] },
    { seq: 6, type: "verified", turn: 2, call: call("x", "Memory: fuji"), verdict: { stop: false, reason: "it is missing" } },
    { seq: 7, type: "phase_started", turn: 3, phase: "plan" },
  ];
  assert.deepEqual(where(events, "FUJI"), [[3, 2, "plan", "Live"], [5, 2, "tool", "Live"], [6, 2, "verify", "Prompt"]]);
  assert.deepEqual(where(events, "volcano"), [[3, 2, "plan", "Raw"]], "what the model wrote beside the fields");
  assert.deepEqual(where(events, "etna"), [[5, 2, "tool", "Live"]]);
  assert.deepEqual(where(events, "gold", new Set([3])), [[3, 2, "plan", "Prompt"]], "the server knows the prompts of its runs");
  assert.deepEqual(find(events, "  "), []);
});

test("a program's pieces are the program, comments and strings apart", () => {
  const code = "for x in [1]:  # all\n    print('# no', \"\"\"two\nlines\"\"\", ten2)";
  assert.equal(pieces(code).map((p) => p.text).join(""), code);
  assert.deepEqual(pieces(code).filter((p) => p.kind).map((p) => [p.kind, p.text]), [
    ["keyword", "for"], ["keyword", "in"], ["number", "1"], ["comment", "# all"], ["string", "'# no'"], ["string", '"""two\nlines"""']]);
});

test("the planner's view of the memory is cut out of its prompt", () => {
  const messages = [{ content: "shared\nMemory:\n\nTurn 1\nSub-goal: g\n\nYou are the planner. This is turn 2" }];
  assert.equal(memoryInPrompt({ dialect: "chat", messages }), "Turn 1\nSub-goal: g");
  const pocket = [{ content: "<q> Q<ana> a<end><plan> c<end><res> r<ver> v<end><plan>" }];
  assert.equal(memoryInPrompt({ dialect: "pocket", messages: pocket }), "<plan> c<end><res> r<ver> v<end>");
});

test("the browser's languages choose, a missing text stays English, values are never templates", () => {
  assert.equal(chooseLanguage(["fr-CH", "zh-TW", "en"]), "zh");
  assert.equal(t("Answer"), "答案");
  assert.equal(t("no such text {n}", { n: "{n} {m}" }), "no such text {n} {m}");
  assert.equal(chooseLanguage(["fr", "de"]), "en");
  assert.equal(tn(1, "{n} turn", "{n} turns"), "1 turn");
  assert.equal(tn(1200, "{n} turn", "{n} turns"), "1,200 turns");
});

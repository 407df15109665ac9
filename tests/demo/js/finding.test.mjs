import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../../../demo/inspector/code.js";
import { find } from "../../../demo/inspector/find.js";
import { memoryInPrompt } from "../../../demo/inspector/memory.js";
import { chooseLanguage, t, tn } from "../../../demo/inspector/words.js";

test("words are found in any text of a part, in any case, and lead to the part", () => {
  const events = [
    { type: "planned", turn: 2, plan: { sub_goal: "Find Fuji", context: "", justification: "", tool: "wiki" } },
    { type: "verified", turn: 2, verdict: { stop: false, reason: "fuji is missing" } },
    { type: "phase_started", turn: 3, phase: "plan" },
  ];
  assert.deepEqual(find(events, "FUJI"), [{ turn: 2, phase: "plan" }, { turn: 2, phase: "verify" }]);
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

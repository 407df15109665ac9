import assert from "node:assert/strict";
import { test } from "node:test";
import { plural, prettyJson, seconds } from "../../../demo/inspector/text.js";
import { visible } from "../../../demo/inspector/dom.js";
import { joined } from "../../../demo/inspector/inspector.js";

test("seconds, counts and names read like words", () => {
  assert.deepEqual([0.0002, 0.004, 0.42, 3.14, 59, 125].map(seconds), ["<1 ms", "4 ms", "0.42 s", "3.1 s", "59 s", "2 min 05 s"]);
  assert.deepEqual([plural(1, "turn"), plural(1204, "token"), plural(2, "entry", "entries")], ["1 turn", "1,204 tokens", "2 entries"]);
});

test("token ids stay on one line of JSON, and the JSON stays JSON", () => {
  const value = { ids: [1, 2, 3], text: "a\n\u0000b", nested: [{ x: [] }] };
  assert.match(prettyJson(value), /"ids": \[1, 2, 3\]/);
  assert.deepEqual(JSON.parse(prettyJson(value)), value);
});

test("control and direction characters are made visible, line breaks and emoji stay", () => {
  assert.equal(visible("a\u202egpj.exe\u0000\u001b[2J"), "a\\u202egpj.exe\\u0000\\u001b[2J");
  assert.equal(visible("one\r\ntwo\t👩‍🔬"), "one\ntwo\t👩‍🔬");
});

test("live text is joined from pieces and dropped when its event has come", () => {
  const first = joined(null, { turn: 1, phase: "plan", at: 0, text: "ab" }, true);
  assert.equal(joined(first, { turn: 1, phase: "plan", at: 2, text: "cd" }, false).text, "abcd");
  assert.equal(joined(first, null, true), null);
  assert.equal(joined(first, null, false), first);
});

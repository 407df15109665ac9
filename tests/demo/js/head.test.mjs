import assert from "node:assert/strict";
import { test } from "node:test";
import { timeOf } from "../../../demo/inspector/head.js";

test("only a run of the server at its live edge has the time of now", () => {
  const shown = { latest: 1003, stood: 0 };
  assert.equal(timeOf({ source: "server", at: null, shown }, 9000), 9000);
  assert.equal(timeOf({ source: "server", at: 4, shown }, 9000), 1003);
  assert.equal(timeOf({ source: "recording", at: null, shown }, 9000), 1003);
  assert.equal(timeOf({ source: "recording", at: 4, shown }, 9000), 1003);
});

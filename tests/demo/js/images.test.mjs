import assert from "node:assert/strict";
import { test } from "node:test";
import { pictures } from "../../../demo/inspector/images.js";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

test("a PNG is shown", () => assert.deepEqual(pictures([PNG]), [PNG]));

test("what is no PNG data is not shown, whatever a run claims", () => {
  const svg = Buffer.from("<svg onload=alert(1)>").toString("base64");
  const false_ones = ["", svg, `${PNG}" onerror="alert(1)`, "https://example.org/a.png", "data:image/png;base64,AAAA", 7, null, {}];
  assert.deepEqual(pictures(false_ones), []);
  assert.deepEqual(pictures("iVBORw0KGgoAAAA"), []);
  assert.deepEqual(pictures(undefined), []);
  assert.deepEqual(pictures([PNG + "A".repeat(8_000_000)]), []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { madeFiles } from "../../../demo/inspector/files.js";

test("a file comes with its content, or without where it was too large", () => {
  const files = [{ name: "d/a.csv", size: 3, content: "MSwy" }, { name: "big", size: 3_000_000, content: null }];
  assert.deepEqual(madeFiles(files), files);
});

test("what is no file of a program is not listed, whatever a run claims", () => {
  const claimed = [null, 7, "a", {}, { name: 1, size: 1 }, { name: "a", size: -1 }, { name: "a", size: "1" }, { name: "a", size: 1e300 }];
  assert.deepEqual(madeFiles(claimed), []);
  assert.deepEqual(madeFiles("files"), []);
  assert.deepEqual(madeFiles(undefined), []);
  assert.equal(madeFiles([{ name: "a", size: 1, content: "https://example.org/a" }])[0].content, null);
  assert.equal(madeFiles(Array(50).fill({ name: "a", size: 1, content: null })).length, 20);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { follow } from "../../../demo/inspector/follow.js";

/** Follows `answers` in order; an Error is thrown by the server. Gives requests, views and connection changes. */
async function followed(answers) {
  const seen = { requests: [], views: [], connection: [] };
  const ask = async (request) => {
    seen.requests.push(request);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  await follow({
    ask, run: "token", signal: new AbortController().signal, sleep: async () => {},
    onView: (view) => seen.views.push(view), onConnection: (ok) => seen.connection.push(ok),
  });
  return seen;
}

const view = (from, seqs, more = {}) => ({ from, next: from + seqs.length, events: seqs.map((seq) => ({ seq })), live: null, done: false, ...more });

test("asks from the point it has reached until the run is done", async () => {
  const { requests, views } = await followed([
    view(0, [0, 1]), view(2, [], { live: { at: 0, text: "abc" } }), view(2, [2], { done: true })]);
  assert.deepEqual(requests.map((r) => [r.next, r.written]), [[0, 0], [2, 0], [2, 3]]);
  assert.deepEqual(views.map((v) => v.reset), [false, false, false]);
});

test("a lost connection is reported once it is lost and once it is back, and no event is missed", async () => {
  const { requests, connection, views } = await followed([view(0, [0]), new Error("network"), new Error("network"), view(1, [1], { done: true })]);
  assert.deepEqual(connection, [false, false, true]);
  assert.deepEqual(requests.map((r) => r.next), [0, 1, 1, 1]);
  assert.equal(views.length, 2);
});

test("a server that knows less makes the page start over", async () => {
  const { views } = await followed([view(0, [0, 1, 2]), view(0, [0], { done: true })]);
  assert.deepEqual(views.map((v) => v.reset), [false, true]);
});

test("a problem ends the following", async () => {
  const { views, requests } = await followed([{ problem: "unknown" }]);
  assert.equal(views[0].problem, "unknown");
  assert.equal(requests.length, 1);
});

test("the place in line that is known is told, so that only a change is news", async () => {
  const { requests, views } = await followed([view(0, [], { waiting: 2 }), view(0, [], { waiting: 1 }), view(0, [0], { waiting: 0, done: true })]);
  assert.deepEqual(requests.map((r) => r.waiting), [0, 2, 1]);
  assert.deepEqual(views.map((v) => v.waiting), [2, 1, 0]);
});

// Prints what the page's fold knows of the events on standard input; test_inspector.py compares it with the engine's.
import { readFileSync } from "node:fs";
import { fold, memoryAfter } from "../../../demo/inspector/fold.js";

const flow = fold(JSON.parse(readFileSync(0, "utf8")));
console.log(JSON.stringify({
  question: flow.question,
  analysis: flow.analysis?.value?.analysis ?? null,
  answer: flow.answer?.value?.text ?? null,
  status: flow.status,
  next: flow.next,
  turns: flow.turns.map(({ number, parts }) => ({
    number, plan: parts.plan?.value ?? null, command: parts.command?.value ?? null,
    result: parts.tool?.value?.result.text ?? null, verdict: parts.verify?.value ?? null,
    parse_failures: Object.values(parts).reduce((n, part) => n + part.failures.length, 0),
  })),
  memory: memoryAfter(flow, Infinity).map(({ turn, goal, tool, command, result, stop }) => (
    { turn, sub_goal: goal, tool, command, result, stop })),
  calls: flow.calls,
  completion_tokens: flow.completionTokens,
}));

// Two flows beside each other: row by row, where they part, and what the one cost more than the other. Pure.

import { allParts, commandText } from "./fold.js";

const WAY = ["goal", "tool", "command", "result", "outcome", "answer"];
const WORDS = ["analysis", "context"];

/**
 * A row for the analysis, one a turn that either flow has, one for the answer: `{key, left, right, differs, first}`.
 * `differs` names the fields that differ, "only" where one flow ended before it came so far. `first` marks where they
 * part: the first row in which they do something else. Other words alone (analysis, context) are no parting.
 */
export function alignedRows(a, b) {
  const [left, right] = [cells(a), cells(b)];
  const keys = ["analysis", ...numbers(a, b), "answer"].filter((key) => left.has(key) || right.has(key));
  let parted = false;
  return keys.map((key) => {
    const [one, other] = [left.get(key) ?? null, right.get(key) ?? null];
    const differs = one && other ? differences(one, other) : (one ? b : a).status ? ["only"] : [];
    const parts = differs.some((field) => !WORDS.includes(field));
    const row = { key, left: one, right: other, differs, first: parts && !parted };
    parted ||= parts;
    return row;
  });
}

function numbers(a, b) {
  return [...new Set([...a.turns, ...b.turns].map((turn) => turn.number))].sort((x, y) => x - y);
}

function cells(flow) {
  const found = new Map(flow.turns.map((turn) => [turn.number, cell(turn)]));
  if (flow.analysis?.value) found.set("analysis", { analysis: flow.analysis.value.analysis });
  if (flow.answer?.value) found.set("answer", { answer: flow.answer.value.text });
  return found;
}

/** A turn as far as it has come. */
export function cell({ parts, failed }) {
  const { plan, command, tool, verify } = parts;
  const verdict = verify?.value ? (verify.value.stop ? "STOP" : "CONTINUE") : "";
  return {
    context: plan?.value?.context ?? "", goal: plan?.value?.sub_goal ?? "", tool: tool?.value?.tool ?? plan?.value?.tool ?? "",
    command: commandText(tool?.value?.arguments ?? command?.value?.arguments),
    result: tool?.value?.result.text ?? "", error: Boolean(tool?.value?.result.error),
    verdict, reason: verify?.value?.reason ?? "", outcome: verdict || (failed ? "FAILED" : ""),
    failed, unreadable: Object.values(parts).reduce((n, part) => n + part.failures.length, 0),
  };
}

/** The fields that are there on both sides and not the same; what has not come yet is no difference. */
function differences(left, right) {
  return [...WORDS, ...WAY].filter((field) => left[field] && right[field] && left[field] !== right[field]);
}

/** What of a row says best where the flows part: what was done before what was said. */
export function parting(row) {
  return row.differs.find((field) => !WORDS.includes(field)) ?? row.differs[0] ?? null;
}

/** Every started part as `{turn, phase, from, to}` in seconds after the flow's own beginning. */
export function bars(flow, now) {
  if (flow.started === null) return [];
  return allParts(flow).filter((part) => part.started !== null).map((part) => {
    const to = part.ended ?? (flow.status ? flow.latest : now);
    return { turn: part.turn, phase: part.phase, from: Math.max(0, part.started - flow.started), to: Math.max(0, to - flow.started) };
  });
}

/** What each flow cost, and the second's difference to the first: `{name, left, right, more}`; null where not known yet. */
export function costs(a, b) {
  const kinds = [
    ["turns", (flow) => flow.turns.length], ["calls", (flow) => flow.calls],
    ["tokens", (flow) => flow.promptTokens + flow.completionTokens],
    ["seconds", (flow) => flow.seconds ?? (flow.status ? flow.latest - flow.started : null)],
  ];
  return kinds.map(([name, of]) => {
    const [left, right] = [of(a), of(b)];
    return { name, left, right, more: left === null || right === null ? null : right - left };
  });
}

/** A loop: the same tool called with the same command in two turns. Gives the two turns' numbers. */
export function repeated(flow) {
  const seen = new Map();
  for (const turn of flow.turns) {
    const { tool, command } = cell(turn);
    const key = JSON.stringify([tool, command]);
    if (tool && command && seen.has(key)) return [seen.get(key), turn.number];
    seen.set(key, turn.number);
  }
  return null;
}

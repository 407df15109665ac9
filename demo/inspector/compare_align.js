// Two flows beside each other: turn by turn, where they part, and what the one cost more than the other. Pure.

import { allParts, commandText } from "./fold.js";

const FIELDS = ["goal", "tool", "command", "result", "verdict"];

/** One row a turn that either flow has; `differs` names the first field that differs, `first` marks the first such row. */
export function alignedTurns(a, b) {
  const rows = [];
  let parted = false;
  for (let n = 1; n <= Math.max(a.turns.length, b.turns.length); n += 1) {
    const [left, right] = [cell(a, n), cell(b, n)];
    const differs = difference(left, right);
    rows.push({ number: n, left, right, differs, first: differs !== null && !parted });
    parted ||= differs !== null;
  }
  return rows;
}

/** A turn as far as it has come, or null when the flow has none of this number. */
export function cell(flow, number) {
  const turn = flow.turns.find((one) => one.number === number);
  if (!turn) return null;
  const { plan, command, tool, verify } = turn.parts;
  return {
    goal: plan?.value?.sub_goal ?? "", tool: tool?.value?.tool ?? plan?.value?.tool ?? "",
    command: commandText(tool?.value?.arguments ?? command?.value?.arguments),
    result: tool?.value?.result.text ?? "", error: Boolean(tool?.value?.result.error),
    verdict: verify?.value ? (verify.value.stop ? "STOP" : "CONTINUE") : "", reason: verify?.value?.reason ?? "",
    failed: turn.failed, unreadable: Object.values(turn.parts).reduce((n, part) => n + part.failures.length, 0),
  };
}

/** The first field that is there on both sides and not the same; "turn" when one flow has ended before. */
function difference(left, right) {
  if (!left || !right) return "turn";
  return FIELDS.find((field) => left[field] && right[field] && left[field] !== right[field]) ?? null;
}

/** Every started part as `{phase, from, to}` in seconds after the flow's own beginning. */
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
  for (const { number } of flow.turns) {
    const { tool, command } = cell(flow, number);
    const key = JSON.stringify([tool, command]);
    if (tool && command && seen.has(key)) return [seen.get(key), number];
    seen.set(key, number);
  }
  return null;
}

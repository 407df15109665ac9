// The waterfall's layout and its sums, without a page: where each bar lies, round marks on the clock, what each module
// has used. Pure.

import { allParts, ROLE_OF } from "./fold.js";

/** One bar a part: `{part, role, from, to}` in seconds of the flow, or in steps when `even`. */
export function bars(flow, now, even = false) {
  const origin = flow.started ?? 0;
  return allParts(flow).filter((part) => part.started !== null).map((part, i) => {
    const from = even ? i : part.started - origin;
    const to = even ? i + 0.86 : Math.max(from, (part.ended ?? (part.state === "running" ? now : part.started)) - origin);
    return { part, role: ROLE_OF[part.phase], from, to };
  });
}

/** Round marks for a clock of `total` seconds in about `count` steps. */
export function ticks(total, count) {
  if (!(total > 0)) return [];
  const raw = total / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw);
  return Array.from({ length: Math.floor(total / step + 1e-9) + 1 }, (_, i) => i * step);
}

/** What a part has used: attempts that could not be read, and what a tool asked a model, are part of it. */
export function usage(part) {
  const calls = [...part.failures.map((failure) => failure.call), part.call, ...part.calls].filter(Boolean).map((call) => call.completion);
  const sum = (name) => calls.reduce((total, call) => total + (call[name] ?? 0), 0);
  return { calls: calls.length, read: sum("prompt_tokens"), written: sum("completion_tokens"), generating: sum("seconds"), seconds: part.seconds ?? sum("seconds") };
}

/** The sums of each module: role to `{seconds, read, written, rate}`; `rate`, in tokens a second, is null where nothing was written. */
export function totals(flow) {
  const found = new Map();
  for (const part of allParts(flow)) {
    const role = ROLE_OF[part.phase];
    const used = usage(part);
    const sum = found.get(role) ?? { seconds: 0, read: 0, written: 0, generating: 0 };
    for (const name of Object.keys(sum)) sum[name] += used[name];
    found.set(role, sum);
  }
  for (const sum of found.values()) sum.rate = sum.written && sum.generating > 0 ? sum.written / sum.generating : null;
  return found;
}

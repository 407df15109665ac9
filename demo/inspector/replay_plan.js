// When a replay shows what: pure. Times come from the log; long waits are shortened, and the pace for readers gives
// each module's text the time it takes to read along, since a small model writes faster than anyone reads.

export const SPEEDS = [["read", "Reading pace"], ["1", "1×"], ["4", "4×"], ["16", "16×"]];

const LONGEST_WAIT_MS = 4000;
const READ = { each: 16, least: 500, most: 2600, start: 220, tool: 900, verdict: 1100, other: 350 };
const PHASE_OF = { analyzed: "analyze", planned: "plan", commanded: "command", verified: "verify", answered: "answer" };

/** For every event: `{seq, at, text, phase, turn}`, `at` in ms from the start; `text` is being written until then. */
export function replayPlan(events, speed) {
  let at = 0;
  return events.map((event, i) => {
    const pause = i === 0 ? 0 : speed === "read" ? reading(event) + after(events[i - 1]) : gap(events[i - 1], event) / Number(speed);
    at += pause;
    const phase = PHASE_OF[event.type] ?? (event.type === "parse_failed" ? event.phase : null);
    return { seq: event.seq, from: at - pause, at, phase, turn: event.turn ?? 0, text: phase ? event.call.completion.text : "" };
  });
}

/** What is shown `ms` after the start: the last event that has happened, and the text being written after it. */
export function replayMoment(plan, ms) {
  let last = 0;
  while (last + 1 < plan.length && plan[last + 1].at <= ms) last += 1;
  const next = plan[last + 1];
  if (!next?.phase || next.at === next.from) return { seq: plan[last].seq, live: null, done: !next };
  const share = Math.max(0, Math.min(1, (ms - next.from) / (next.at - next.from)));
  const live = { turn: next.turn, phase: next.phase, text: next.text.slice(0, Math.ceil(share * next.text.length)) };
  return { seq: plan[last].seq, live, done: false };
}

function gap(before, event) {
  return Math.max(0, Math.min(LONGEST_WAIT_MS, 1000 * (event.time - before.time)));
}

function reading(event) {
  if (event.type === "phase_started") return READ.start;
  if (event.type === "tool_returned") return READ.tool;
  if (event.call) return Math.max(READ.least, Math.min(READ.most, READ.each * event.call.completion.text.length));
  return READ.other;
}

/** A verdict stands for a moment before the next turn begins. */
function after(before) {
  return before.type === "verified" ? READ.verdict : 0;
}

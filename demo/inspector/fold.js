// What the page knows of a flow: nothing but the fold of its events, in order. Pure: no DOM, no clock, no network.
// Mirrors agentflow_core/state.py and keeps in addition what only a reader needs: calls, tokens, times, failures.
// Times are the flow's own: while it is paused, and between a run and its fork or resumption, its clock stands still.

export const ROLE_OF = {
  analyze: "planner", plan: "planner", command: "executor", tool: "tool", verify: "verifier", answer: "generator",
};

/** The state before any event. */
export function emptyFlow() {
  return {
    next: 0, question: "", models: {}, tools: [], budget: null,
    analysis: null, turns: [], answer: null,
    active: null, paused: null, status: null, reason: "", seconds: null,
    started: null, latest: null, stood: 0, calls: 0, promptTokens: 0, completionTokens: 0, resumed: 0, forked: null,
  };
}

/** Applies one stored event to `flow` and returns it; an event that was applied before changes nothing. */
export function apply(flow, event) {
  if (event.type === "text_delta" || event.seq < flow.next) return flow;
  flow.next = event.seq + 1;
  if (STILL.has(event.type) && flow.latest !== null) flow.stood = event.time - flow.latest;
  flow.latest = event.time - flow.stood;
  for (const call of callsOf(event)) count(flow, call);
  const step = STEPS[event.type];
  if (step) step(flow, event);
  return flow;
}

/** What comes after a time in which the flow did nothing. */
const STILL = new Set(["resumed", "forked", "edited"]);

/** The flow's own time at `now`, in seconds of the clock that its parts have. */
export function ownTime(flow, now) {
  return flow.paused || flow.status ? flow.latest ?? 0 : now - flow.stood;
}

/** Folds a list of events. */
export function fold(events) {
  return events.reduce(apply, emptyFlow());
}

/** The memory after turn `number`: one entry a turn that has a result or a failure. */
export function memoryAfter(flow, number) {
  return flow.turns.filter((turn) => turn.number <= number).map(entryOf).filter(Boolean);
}

/** The part of the flow that a phase writes to, created when it is first seen. */
export function partOf(flow, turn, phase) {
  if (phase === "analyze") return (flow.analysis ??= newPart(0, phase));
  if (phase === "answer") return (flow.answer ??= newPart(0, phase));
  return (turnOf(flow, turn).parts[phase] ??= newPart(turn, phase));
}

/** Changes whenever what a part shows has changed, its streamed text aside. */
export function stampOf(part) {
  return part ? `${part.state}|${part.seq}|${part.failures.length}|${part.edited ? 1 : 0}` : "";
}

function newPart(turn, phase) {
  return { turn, phase, state: "running", seq: null, started: null, ended: null, value: null, call: null,
    calls: [], failures: [], failed: "", edited: null };
}

function turnOf(flow, number) {
  let turn = flow.turns.at(-1)?.number === number ? flow.turns.at(-1) : flow.turns.find((known) => known.number === number);
  if (!turn) {
    turn = { number, parts: {}, failed: "" };
    flow.turns.push(turn);
  }
  return turn;
}

function callsOf(event) {
  return [event.call, ...(event.calls ?? [])].filter(Boolean);
}

function count(flow, call) {
  flow.calls += 1;
  flow.promptTokens += call.completion.prompt_tokens;
  flow.completionTokens += call.completion.completion_tokens;
}

function finish(flow, event, turn, phase, value) {
  const part = partOf(flow, turn, phase);
  Object.assign(part, { state: "done", seq: event.seq, ended: flow.latest, value, call: event.call ?? null });
  part.started ??= flow.latest;
  flow.active = null;
  return part;
}

const STEPS = {
  flow_started(flow, e) {
    Object.assign(flow, { question: e.question, models: e.models, tools: e.tools, budget: e.budget, started: flow.latest });
  },
  phase_started(flow, e) {
    const part = partOf(flow, e.turn, e.phase);
    part.started ??= flow.latest;
    part.state = "running";
    flow.active = { turn: e.turn, phase: e.phase };
    flow.paused = null;
  },
  analyzed(flow, e) { finish(flow, e, 0, "analyze", { analysis: e.analysis }); },
  planned(flow, e) { finish(flow, e, e.turn, "plan", e.plan); },
  commanded(flow, e) { finish(flow, e, e.turn, "command", e.command); },
  tool_returned(flow, e) {
    const part = finish(flow, e, e.turn, "tool", { tool: e.tool, arguments: e.arguments, result: e.result });
    part.calls = e.calls ?? [];
    part.seconds = e.seconds;
  },
  verified(flow, e) { finish(flow, e, e.turn, "verify", e.verdict); },
  answered(flow, e) { finish(flow, e, 0, "answer", e.answer); },
  parse_failed(flow, e) {
    const { field, problem, call, seq } = e;
    partOf(flow, e.turn, e.phase).failures.push({ field, problem, call, seq });
  },
  turn_failed(flow, e) {
    Object.assign(partOf(flow, e.turn, e.phase), { state: "failed", failed: e.reason, ended: flow.latest });
    if (e.phase !== "analyze" && e.phase !== "answer") turnOf(flow, e.turn).failed = e.reason;
    flow.active = null;
  },
  edited(flow, e) {
    const part = partOf(flow, e.turn, e.phase);
    Object.assign(part, { value: e.after, edited: { before: e.before, after: e.after } });
  },
  paused(flow, e) { flow.paused = { turn: e.turn, phase: e.phase, why: e.why }; },
  resumed(flow, e) {
    Object.assign(flow, { paused: null, status: null, reason: "", seconds: null, resumed: flow.resumed + 1 });
    flow.budget = e.budget ?? flow.budget;
    const verified = flow.turns.at(-1)?.parts.verify?.value?.stop;
    const reopened = e.budget && !verified && flow.turns.length < e.budget.turns;
    if (flow.answer && (flow.answer.state !== "done" || reopened)) flow.answer = null;
  },
  forked(flow, e) {
    STEPS.resumed(flow, e);
    Object.assign(flow, { models: e.models, tools: e.tools, forked: e.seq - 1, resumed: flow.resumed - 1 });
  },
  flow_finished(flow, e) {
    Object.assign(flow, { active: null, paused: null, status: e.status, reason: e.reason, seconds: e.seconds });
    for (const part of allParts(flow)) if (part.state === "running") part.state = "stopped";
  },
};

/** Every part that exists, in the order of the flow. */
export function allParts(flow) {
  const turns = flow.turns.flatMap((turn) => Object.values(turn.parts));
  return [flow.analysis, ...turns, flow.answer].filter(Boolean);
}

function entryOf(turn) {
  const { plan, command, tool, verify } = turn.parts;
  if (!tool?.value && !turn.failed) return null;
  return {
    turn: turn.number,
    tool: tool?.value?.tool ?? plan?.value?.tool ?? "",
    goal: plan?.value?.sub_goal ?? "",
    command: commandText(tool?.value?.arguments ?? command?.value?.arguments),
    result: tool?.value?.result.text ?? `Error: ${turn.failed}`,
    failed: Boolean(turn.failed || tool?.value?.result.error),
    stop: verify?.value ? verify.value.stop : null,
  };
}

/** A call's arguments on one line: the bare text of a single string argument, else JSON. */
export function commandText(args) {
  const values = Object.values(args ?? {});
  if (values.length === 1 && typeof values[0] === "string") return values[0];
  return args ? JSON.stringify(args) : "";
}

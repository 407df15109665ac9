// The head of the inspector: the question, where the flow is now, and the map of the four modules around their memory.

import { memoryAfter, ROLE_OF } from "./fold.js";
import { add, h, icon, visible } from "./dom.js";
import { plural, seconds } from "./text.js";

const STATUS = {
  answered: ["check", "Answered"], cancelled: ["stop", "Stopped"], failed: ["alert", "Failed"],
  unanswered: ["alert", "No answer"], interrupted: ["alert", "Interrupted"], budget: ["alert", "Budget spent"],
};
const MAP = [
  ["planner", "Planner", "plans one step"], ["executor", "Executor", "writes the call"], ["tool", "Tool", "acts"],
  ["verifier", "Verifier", "enough?"], ["generator", "Generator", "answers"],
];

/** Makes the head; `draw(flow, {connected})` brings it up to date, `tick(flow, now)` only the clock. */
export function createHead({ onStop }) {
  const state = h("span.af-status", { "data-status": "idle" }, "");
  const clock = h("span.af-clock", {}, "");
  const question = h("h3.af-question", { dir: "auto" });
  const facts = h("span.af-facts", {});
  const stages = MAP.map(([role, name, does]) => h("li.af-stage", { "data-role": role },
    h("span.af-avatar", { "data-role": role }, icon(role)), h("span.af-stage-name", {}, name), h("span.af-stage-does", {}, does)));
  const memory = h("span.af-map-memory", {}, "");
  const node = h("header.af-head", {},
    h("div.af-head-line", {}, question, h("div.af-now", {}, state, clock,
      h("button.af-button.af-halt", { type: "button", onclick: onStop, "aria-label": "Stop this run" }, icon("stop"), "Stop"))),
    h("ol.af-map", { "aria-label": "The modules" }, stages), h("p.af-map-line", {}, icon("memory"), memory, facts));
  let shown = "";

  function draw(flow, { connected = true } = {}) {
    question.textContent = visible(flow.question);
    const role = flow.active ? ROLE_OF[flow.active.phase] : null;
    const entries = memoryAfter(flow, Infinity).length;
    const [mark, word] = statusOf(flow, connected);
    const version = [mark, word, role, entries, flow.turns.length].join("|");
    if (version === shown) return;
    shown = version;
    node.toggleAttribute("data-running", flow.status === null);
    state.dataset.status = flow.status ?? (connected ? "running" : "lost");
    state.replaceChildren(...(mark ? [icon(mark)] : [h("span.af-pulse", { "aria-hidden": "true" })]), word);
    stages.forEach((stage, i) => stage.toggleAttribute("data-active", MAP[i][0] === role));
    memory.textContent = `Memory: ${plural(entries, "entry", "entries")}`;
    facts.replaceChildren(...modelFacts(flow));
  }

  return {
    node,
    draw,
    tick(flow, now) {
      const spent = flow.seconds ?? (flow.started && !flow.status ? Math.max(0, now - flow.started) : null);
      clock.textContent = spent === null ? "" : `${spent.toFixed(1)} s`;
    },
  };
}

function statusOf(flow, connected) {
  if (flow.status) return STATUS[flow.status];
  if (!connected) return ["alert", "Connection lost, trying again …"];
  if (flow.paused) return ["stop", "Paused"];
  if (flow.next === 0) return [null, "Starting …"];
  return [null, flow.turns.length ? `Turn ${flow.turns.length} of at most ${flow.budget?.turns ?? "?"}` : "Running"];
}

function modelFacts(flow) {
  const names = [...new Set(Object.values(flow.models))];
  const models = names.length === 1 ? [["all modules", names[0]]] : Object.entries(flow.models);
  return models.map(([role, name]) => add(h("span.af-fact", {}), [h("span.af-muted", {}, `${role} `), h("code.af-pill", {}, name)]));
}

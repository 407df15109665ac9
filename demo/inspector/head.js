// The head of the inspector: the question, where the flow is now, the answer, and the map: four modules in a row, the
// loop back over the memory while the verifier says CONTINUE.

import { ownTime, ROLE_OF } from "./fold.js";
import { add, change, h, icon, visible } from "./dom.js";
import { mathed } from "./folded.js";
import { language, t, tn } from "./words.js";

const STATUS = {
  answered: ["check", "Answered"], cancelled: ["stop", "Stopped"], failed: ["alert", "Failed"],
  unanswered: ["alert", "No answer"], interrupted: ["alert", "Interrupted"], budget: ["alert", "Budget spent"],
};
const MAP = [
  ["planner", "Planner", "plans one step"], ["executor", "Executor", "writes the call"], ["tool", "Tool", "acts"],
  ["verifier", "Verifier", "enough?"], ["generator", "Generator", "answers"],
];

/** Makes the head; `draw(flow, {connected, waiting})` brings it up to date, `tick(flow, now)` only the clock. */
export function createHead({ onStop, onAnswer = () => {} }) {
  const state = h("span.af-status", { "data-status": "idle" }, "");
  const clock = h("span.af-clock", {}, "");
  const question = h("h3.af-question", { dir: "auto" });
  const facts = h("span.af-facts", {});
  const answer = h("button.af-head-answer", { type: "button", hidden: true, dir: "auto", title: t("Go to the answer"), onclick: onAnswer });
  const stages = MAP.map(([role, name, does]) => h("li.af-stage", { "data-role": role },
    h("span.af-avatar", { "data-role": role }, icon(role)), h("span.af-stage-name", {}, t(name)), h("span.af-stage-does", {}, t(does))));
  const memory = h("span.af-loop-memory", {});
  const loop = h("div.af-loop", { "aria-hidden": "true" }, h("span.af-loop-word", {}, icon("again"), "CONTINUE"), memory);
  const node = h("header.af-head", {},
    h("div.af-head-line", {}, question, h("div.af-now", {}, state, clock,
      h("button.af-button.af-halt", { type: "button", onclick: onStop, "aria-label": t("Stop this run") }, icon("stop"), t("Stop")))),
    answer, h("div.af-map-box", {}, h("ol.af-map", { "aria-label": t("The modules") }, stages), loop), facts);
  let shown = "";

  function draw(flow, { connected = true, waiting = 0 } = {}) {
    change(question, visible(flow.question));
    const role = flow.active ? ROLE_OF[flow.active.phase] : null;
    const entries = flow.turns.filter((turn) => turn.parts.tool?.value || turn.failed).length;
    const verdict = flow.turns.at(-1)?.parts.verify?.value ?? null;
    const [mark, word] = statusOf(flow, connected, waiting);
    const version = [mark, word, role, entries, flow.turns.length, verdict?.stop, flow.answer?.seq, connected].join("|");
    if (version === shown) return;
    shown = version;
    node.toggleAttribute("data-running", flow.status === null);
    state.dataset.status = flow.status ?? (connected ? "running" : "lost");
    state.replaceChildren(...(mark ? [icon(mark)] : [h("span.af-pulse", { "aria-hidden": "true" })]), word);
    stages.forEach((stage, i) => {
      stage.toggleAttribute("data-active", MAP[i][0] === role);
      if (MAP[i][0] === role) stage.setAttribute("aria-current", "true");
      else stage.removeAttribute("aria-current");
    });
    node.dataset.way = flow.answer || verdict?.stop ? "stop" : flow.turns.length > 1 || verdict ? "continue" : "";
    memory.replaceChildren(icon("memory"), t("Memory: {entries}", { entries: tn(entries, "{n} entry", "{n} entries") }));
    drawAnswer(flow.answer?.value);
    facts.replaceChildren(...modelFacts(flow));
  }

  function drawAnswer(value) {
    answer.hidden = !value;
    if (value) answer.replaceChildren(icon("generator"), h("span", {}, mathed(visible(value.text).slice(0, 240))));
  }

  return {
    node,
    draw,
    tick(flow, now) {
      state.toggleAttribute("data-beat", Math.floor(now * 2) % 2 === 1);
      const spent = flow.seconds ?? (flow.started && !flow.status ? Math.max(0, now - flow.started) : null);
      change(clock, spent === null ? "" : `${spent.toLocaleString(language(), { minimumFractionDigits: 1, maximumFractionDigits: 1 })} s`);
    },
  };
}

/** The time of what is shown, in seconds: now for a run of the server at its live edge, else that of its last event. */
export function timeOf({ source, at, shown }, now = Date.now() / 1000) {
  return source === "server" && at === null ? ownTime(shown, now) : shown.latest ?? 0;
}

function statusOf(flow, connected, waiting) {
  if (flow.status && !waiting) return [STATUS[flow.status][0], t(STATUS[flow.status][1])];
  if (!connected) return ["alert", t("Connection lost, trying again …")];
  if (waiting) return [null, waiting === 1 ? t("Waiting in line, next to begin") : t("Waiting in line, number {n}", { n: waiting })];
  if (flow.paused) return ["stop", t("Paused")];
  if (flow.next === 0) return [null, t("Starting …")];
  return [null, flow.turns.length ? t("Turn {n} of at most {most}", { n: flow.turns.length, most: flow.budget?.turns ?? "?" }) : t("Running")];
}

function modelFacts(flow) {
  const names = [...new Set(Object.values(flow.models))];
  const models = names.length === 1 ? [[t("all modules"), names[0]]] : Object.entries(flow.models);
  return models.map(([role, name]) => add(h("span.af-fact", {}), [h("span.af-muted", {}, `${role} `), h("code.af-pill", {}, name)]));
}

// Forks: a new run that shares the history of this one up to an event, with or without an edit, on the same or other
// models. The form stands on the stage; the server starts the run (demo/stepping.py).

import { coming, createActionForm, labelled } from "./control_form.js";
import { h, icon } from "./dom.js";
import { fold } from "./fold.js";
import { nameOf, placeOf } from "./names.js";
import { recordingId, rememberFork } from "./fork_tree.js";
import { t } from "./words.js";

const ROLES = [["planner", "Planner"], ["executor", "Executor"], ["verifier", "Verifier"], ["generator", "Generator"]];
const ENDS = {
  flow_started: "The start", analyzed: "After the analysis", planned: "Turn {n}: the plan is made",
  commanded: "Turn {n}: the command is written", tool_returned: "Turn {n}: the tool has answered",
  verified: "Turn {n}: the verdict is given", turn_failed: "Turn {n}: it failed",
};

/** The places where a fork can begin: no module is at work there. */
export function forkPoints(events) {
  return events.filter((event) => ENDS[event.type] && !(event.type === "turn_failed" && !event.turn))
    .map((event) => ({ seq: event.seq, type: event.type, name: t(ENDS[event.type], { n: event.turn ?? 0 }) }));
}

/** The place for a fork at event `at`: the last one that is not after it. */
export function pointAt(points, at) {
  return points.filter((point) => point.seq <= at).at(-1) ?? points[0];
}

/** Adds the Fork button, its key and its form. */
export function mountFork(host) {
  const open = h("button.af-button", { type: "button", hidden: true, onclick: () => show() }, icon("fork"), t("Fork"));
  const stage = h("div");
  let pending = null;

  host.regions.toolbar.append(open);
  host.regions.stage.append(stage);
  host.key("f", t("Fork from here"), () => !open.hidden && show());
  host.on("change", () => { open.hidden = !host.forkable(); });
  host.on("restart", close);
  host.on("refused", () => { pending = null; starting(false); });
  host.on("begun", ({ run, parent, at }) => {
    if (pending && at !== undefined) rememberFork({ run, parent: parent || pending.parent, at, label: pending.label });
    pending = null;
  });
  Object.assign(host, { fork: show, retry, startFork: begin, forkable: () => source() !== null && host.events.length > 1 });

  /** What the server knows this flow by; null for one that only the page holds. */
  function source() {
    if (host.run) return { run: host.run };
    return host.source === "recording" && host.recording ? { recording: host.recording } : null;
  }

  function starting(yes) {
    const button = stage.querySelector(".af-primary");
    if (!button) return;
    button.disabled = yes;
    button.lastChild.textContent = yes ? t("Starting …") : t("Start the fork");
  }

  function close() {
    stage.replaceChildren();
  }

  /** Starts a fork after event `at`: {edit?, roles?, turns?, temperature?, paused?, label?}. */
  function begin(at, { paused = false, label = "", ...wanted } = {}) {
    pending = { label: label || describe(forkPoints(host.events), at, wanted.edit, wanted), parent: host.run ?? recordingId(host.recording) };
    const hand = JSON.parse(window.agentflowBeginning?.(paused) ?? "{}");
    host.trigger("fork", { fork: { ...source(), at, begin: hand, ...wanted } });
  }

  /** Runs a module again: a fork that begins just before it. */
  function retry({ turn, phase }) {
    const begun = host.events.find((event) => event.type === "phase_started" && event.turn === turn && event.phase === phase);
    const point = begun && pointAt(forkPoints(host.events), begun.seq - 1);
    if (point) begin(point.seq, { label: `${placeOf({ turn, phase })} · ${t("{who} again", { who: nameOf(phase) })}` });
  }

  /** Opens the form at a part, or at the moment or module that is looked at. */
  function show({ part = host.selection } = {}) {
    const points = forkPoints(host.events);
    if (!source() || points.length === 0) return;
    const chosen = pointAt(points, (part === host.selection ? host.at : null) ?? endOf(part) ?? firstPlan(points));
    const select = h("select.af-input", {}, points.map((p) => h("option", { value: String(p.seq), selected: p === chosen }, p.name)));
    const edit = h("div.af-fork-edit", {});
    const options = createOptions(host);
    const paused = h("input", { type: "checkbox" });
    const wrong = h("p.af-bad-text", { role: "alert" });
    let form = null;

    function drawEdit() {
      const action = coming(stateAt(Number(select.value)));
      form = action && createActionForm(action, host.flow.tools);
      edit.replaceChildren(...(form
        ? [h("p.af-muted", {}, action.kind === "plan" ? t("Change the plan, or leave it.") : t("Change the command, or leave it.")), form.node]
        : [h("p.af-muted", {}, t("From here the modules go on by themselves."))]));
    }

    function start() {
      let changes = null;
      try { changes = form?.read() ?? null; } catch (error) { wrong.textContent = error.message; return; }
      starting(true);
      begin(Number(select.value), { ...options.read(), paused: paused.checked, ...(changes && { edit: changes }) });
    }

    select.addEventListener("change", drawEdit);
    drawEdit();
    const title = h("h4.af-paused-title", { tabindex: "-1" }, icon("fork"), t("Fork this run"));
    stage.replaceChildren(h("section.af-paused.af-fork", { "aria-label": t("Fork this run") }, title,
      labelled(t("From"), select), edit, options.node,
      h("label.af-check-label", {}, paused, t("Start paused")),
      h("p.af-note", {}, icon("alert"), t("What tools did before stays done: a fork does not undo it.")), wrong,
      h("div.af-buttons", {},
        h("button.af-button.af-primary", { type: "button", onclick: start }, icon("fork"), t("Start the fork")),
        h("button.af-button", { type: "button", onclick: () => { close(); open.focus(); } }, t("Cancel")))));
    title.focus({ preventScroll: true });
    stage.scrollIntoView({ block: "nearest" });
  }

  function stateAt(seq) {
    return fold(host.events.filter((event) => event.seq <= seq));
  }

  /** The event after which a fork at a part begins: its action stays, a result or verdict is made anew. */
  function endOf(wanted) {
    if (!wanted) return null;
    const of = (part) => part?.seq ?? null;
    if (wanted.phase === "analyze") return of(host.flow.analysis);
    const parts = host.flow.turns.find((turn) => turn.number === wanted.turn)?.parts;
    return of(parts?.[wanted.phase === "verify" ? "tool" : wanted.phase === "tool" ? "command" : wanted.phase]);
  }
}

function firstPlan(points) {
  return (points.find((point) => point.type === "planned") ?? points[0]).seq;
}

function createOptions(host) {
  const { models, budget } = host.flow;
  const first = host.events.find((event) => event.type === "flow_started");
  const warm = first?.sampling?.planner?.temperature ?? 0;
  const text = (value, attributes) => Object.assign(h("input.af-input", attributes), { value: String(value ?? "") });
  const roles = ROLES.map(([role, name]) => [role, t(name), text(models[role], { type: "text", maxlength: "2000", spellcheck: "false" })]);
  const turns = text(budget?.turns, { type: "number", min: "1", max: "50" });
  const temperature = text(warm, { type: "number", min: "0", max: "2", step: "0.1" });
  const node = h("details.af-fork-options", {}, h("summary", {}, t("Models, turns, temperature")),
    h("div.af-grid", {}, roles.map(([, name, field]) => labelled(name, field)), labelled(t("Turns, at most"), turns), labelled(t("Temperature"), temperature)));
  return {
    node,
    /** Only what differs from the run. */
    read() {
      const others = roles.filter(([role, , field]) => field.value.trim() && field.value.trim() !== models[role]);
      return {
        ...(others.length && { roles: Object.fromEntries(others.map(([role, , field]) => [role, field.value.trim()])) }),
        ...(turns.value !== String(budget?.turns ?? "") && { turns: Number(turns.value) }),
        ...(temperature.value !== String(warm) && { temperature: Number(temperature.value) }),
      };
    },
  };
}

/** The branch's name in the tree: where it leaves, and what is different. */
function describe(points, at, changes, other) {
  const words = [points.find((point) => point.seq === at)?.name ?? ""];
  if (changes?.tool) words.push(changes.tool);
  else if (changes) words.push(t("edited"));
  for (const [role, name] of Object.entries(other.roles ?? {})) words.push(`${role} ${name}`);
  return words.filter(Boolean).join(" · ");
}

// A reader's hands on a run: pause, step and go on, breakpoints, and at a pause the coming action as a form.
// Only for runs that this browser started (control_keys.js); any other can be watched and forked.

import { createBreakpoints } from "./control_breaks.js";
import { coming, createActionForm } from "./control_form.js";
import { keyOf } from "./control_keys.js";
import { h, icon } from "./dom.js";
import { whyPaused } from "./why.js";
import { fromServer, t } from "./words.js";

const BEFORE = {
  analyze: "the planner reads the question", plan: "the planner", command: "the executor", tool: "the tool",
  verify: "the verifier", answer: "the generator",
};

/** Puts the buttons in the toolbar and the form on the stage. */
export function mountControl(host) {
  const breaks = createBreakpoints((list) => { drawCount(list); if (steers()) send({ breakpoints: list }); });
  const pause = button("pause", () => (goOn ? goOn("resume") : send({ do: "pause" })));
  const step = button("step", () => (goOn ? goOn("step") : send({ do: "step" })));
  const open = h("button.af-button", { type: "button", "aria-expanded": "false", "aria-controls": breaks.node.id, onclick: toggle });
  const watching = h("span.af-muted", { hidden: true }, t("Started elsewhere: watch it, or fork it to steer your own."));
  const hands = h("div.af-hands", { role: "toolbar", "aria-label": t("Steer the flow") }, pause, step, open, watching);
  const stage = h("div");
  let paused = null;
  let asked = "";
  let goOn = null;

  host.regions.toolbar.append(hands);
  host.regions.toolbar.after(breaks.node);
  host.regions.stage.append(stage);
  host.on("change", draw);
  host.on("restart", () => { asked = ""; close(); });
  host.key(" ", t("Pause, or go on"), () => press(pause));
  host.key("n", t("Next step"), () => press(step));
  window.agentflowBeginning = (first) => JSON.stringify({ paused: first, breakpoints: breaks.list() });
  host.on("close", () => { delete window.agentflowBeginning; });
  drawCount(breaks.list());

  function steers() {
    return Boolean(host.run && keyOf(host.run) && host.flow.status === null && host.flow.next > 0);
  }

  /** Whether there was something to press. */
  function press(button) {
    if (!steers()) return false;
    button.click();
    return true;
  }

  /** Sends one thing to the server; gives what is wrong with it, or "". */
  async function send(said) {
    if (said.do) asked = said.do;
    draw();
    const answer = await host.server.control({ run: host.run, key: keyOf(host.run), ...said });
    if (answer?.problem || !answer) asked = "";
    if (answer?.problem && !said.edit) host.problem(answer.problem);
    draw();
    return fromServer(answer?.problem);
  }

  function toggle() {
    breaks.node.hidden = !breaks.node.hidden;
    open.setAttribute("aria-expanded", String(!breaks.node.hidden));
  }

  function drawCount(list) {
    open.replaceChildren(icon("breakpoint"), t("Breakpoints"), list.length ? h("span.af-count", {}, String(list.length)) : "");
    open.toggleAttribute("data-on", list.length > 0);
  }

  function draw() {
    const mine = steers();
    const now = host.flow.paused;
    if (now || host.flow.status) asked = "";
    pause.hidden = step.hidden = !mine;
    watching.hidden = mine || host.flow.status !== null || !host.run || host.flow.next === 0;
    const waits = asked === "pause" || asked === "step";
    label(pause, now ? "play" : "pause", now ? t("Go on") : waits && !now ? t("Pausing …") : t("Pause"));
    label(step, "step", t("Step"));
    breaks.offer(host.flow.tools ?? []);
    drawPause(mine ? now : null);
  }

  function drawPause(now) {
    const version = now && host.events.filter((event) => event.type === "paused").at(-1)?.seq;
    if (version === paused) return;
    if (!now) return close();
    paused = version;
    const title = t("Paused before {what}", { what: t(BEFORE[now.phase]) });
    const action = coming(host.flow);
    const form = action && createActionForm(action, host.flow.tools);
    const wrong = h("p.af-bad-text", { role: "alert" });
    goOn = async (what) => {
      let edit = null;
      try { edit = form?.read() ?? null; } catch (error) { wrong.textContent = error.message; return; }
      wrong.textContent = await send({ do: what, ...(edit && { edit }) });
    };
    stage.replaceChildren(h("section.af-paused", { "aria-label": title },
      h("h4.af-paused-title", {}, icon("pause"), title, now.turn ? h("span.af-muted", {}, ` · ${t("turn {n}", { n: now.turn })}`) : ""),
      h("p.af-muted", {}, whyPaused(now.why)),
      form ? h("p.af-muted", {}, t("Change what comes next, or leave it as it is. An edit is kept in the log.")) : null,
      form?.node, wrong,
      h("div.af-buttons", {},
        h("button.af-button.af-primary", { type: "button", onclick: () => goOn("resume") }, icon("play"), t("Continue")),
        h("button.af-button", { type: "button", onclick: () => goOn("step") }, icon("step"), t("One step")),
        h("button.af-button", { type: "button", onclick: () => host.stop() }, icon("stop"), t("Stop")))));
    host.say(title);
    host.glance(stage);
  }

  function close() {
    paused = goOn = null;
    stage.replaceChildren();
  }
}

function button(mark, onclick) {
  return h("button.af-button", { type: "button", onclick, hidden: true }, icon(mark), "");
}

function label(node, mark, text) {
  if (node.dataset.label === text) return;
  node.dataset.label = text;
  node.replaceChildren(icon(mark), text);
}

// The visitor's own training: start, place in line, progress, stop. Pure view; `training.js` talks to the server.

import { h, icon } from "../inspector/dom.js";
import { fromServer, t } from "../inspector/words.js";

const WHAT = "From the untrained Pocket planner, on questions about invented worlds. A step is 11 questions × 8 flows and takes about "
  + "10 seconds on two cores. Your copy is yours alone.";

/** `onTrain(steps)`, `onStop()`. */
export function createLive({ onTrain, onStop }) {
  const choices = h("div.at-choices", { role: "radiogroup", "aria-label": t("Training steps") });
  const train = h("button.at-train", { type: "button", onclick: () => onTrain(steps()) }, icon("play"), t("Train"));
  const stop = h("button.at-stop", { type: "button", hidden: true, onclick: () => onStop() }, icon("stop"), t("Stop"));
  const said = h("p.at-status", { role: "status" });
  const clock = h("span.at-clock", { "aria-hidden": "true" });
  const line = h("div.at-live-state", { hidden: true }, said, clock);
  const bar = h("div.at-progress", { role: "progressbar", "aria-label": t("Training"), "aria-valuemin": 0, "aria-valuemax": 100, hidden: true }, h("i", {}));
  const problem = h("p.at-problem", { role: "alert" });
  const limit = h("span", {});
  const node = h("section.at-live", { "aria-label": t("Train it here") },
    h("div.at-live-text", {},
      h("h3", {}, t("Train it here, now")),
      h("p.af-muted", {}, t(WHAT), limit)),
    h("div.at-live-row", {}, choices, train, stop),
    line, bar, problem);
  let job = null;
  let began = 0;
  let marks = [];

  function offer({ steps: offered, seconds, lacking }) {
    choices.replaceChildren(...offered.map((count, at) => h("label.at-choice", {},
      h("input", { type: "radio", name: "at-steps", value: count, checked: at === 1 }), h("span", {}, t("{n} steps", { n: count })))));
    limit.textContent = seconds ? ` ${t("At most {n} minutes.", { n: Math.round(seconds / 60) })}` : "";
    train.disabled = Boolean(lacking);
    problem.textContent = fromServer(lacking);
  }

  function steps() {
    return Number(choices.querySelector("input:checked")?.value ?? 0);
  }

  /** `state` is the server's word on the training, `points` its curve so far. */
  function draw(state, points) {
    const fresh = job !== state?.token;
    job = state?.token ?? null;
    if (fresh) marks = [];
    began = state ? Date.now() / 1000 - state.elapsed : 0;
    const done = Math.max(0, points.length - 1);
    while (state && marks.length < points.length) marks.push(state.elapsed);
    const busy = state !== null && !OVER.includes(state.state);
    swap(busy);
    choices.toggleAttribute("data-off", busy);
    bar.hidden = !busy || state.state === "waiting";
    node.dataset.state = state?.state ?? "";
    const text = state ? words(state, done, points) : "";
    if (said.textContent !== text) said.textContent = text;
    line.hidden = !text;
    tick(state, done);
  }

  function swap(busy) {
    const had = document.activeElement === (busy ? train : stop);
    train.hidden = busy;
    stop.hidden = !busy;
    if (had) (busy ? stop : train).focus({ preventScroll: true });
  }

  /** Between two answers of the server: time goes on. */
  function tick(state, done) {
    if (!state || state.state !== "running") {
      clock.textContent = "";
      return;
    }
    const now = Date.now() / 1000 - began;
    clock.textContent = time(now);
    const last = marks.at(-1) ?? 0;
    const each = marks.length > 1 ? (last - marks[0]) / (marks.length - 1) : 12;
    const part = marks.length ? Math.min(0.95, (now - last) / each) : 0;
    const share = Math.min(1, (done + part) / state.steps);
    bar.firstChild.style.width = `${share * 100}%`;
    bar.setAttribute("aria-valuenow", Math.round(share * 100));
  }

  function tell(text) {
    problem.textContent = text ?? "";
  }

  return { node, offer, draw, tick, tell };
}

export const OVER = ["done", "stopped", "failed"];

function words(state, done, points) {
  switch (state.state) {
    case "waiting":
      return state.place <= 1 ? t("Somebody else is training: you are next.") : t("{n} trainings are before yours: it starts by itself.", { n: state.place });
    case "running":
      if (!points.length) return t("Loading the models, then measuring the untrained planner …");
      if (done >= state.steps) return t("Finishing …");
      return t("Step {n} of {all}: running flows, then learning from them …", { n: done + 1, all: state.steps });
    case "done":
      return `${t("Done: {n} steps.", { n: state.steps })} ${gain(points)}`;
    case "stopped":
      return `${state.note ? fromServer(state.note) : t("Stopped.")} ${done ? gain(points) : ""}`;
    default:
      return fromServer(state.note);
  }
}

/** What it has brought, with the number of questions, which is small. */
function gain(points) {
  const measured = points.filter((point) => point.dev !== null);
  if (measured.length < 2) return "";
  const best = measured.reduce((a, b) => (b.dev > a.dev ? b : a));
  const right = (point) => t("{n} of {all}", { n: Math.round(point.dev * point.dev_flows), all: point.dev_flows });
  if (best === measured[0]) return t("It has not become better on the dev questions yet.");
  return t("Dev questions right: {before} before, {after} at step {step}, which is kept.", { before: right(measured[0]), after: right(best), step: best.step });
}

function time(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

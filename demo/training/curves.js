// All curves of a training, the control that chooses a step, and the same figures as a table.

import { h, icon } from "../inspector/dom.js";
import { createChart } from "./chart.js";
import { figure } from "./scale.js";
import { t } from "../inspector/words.js";

const CHARTS = [
  { title: "Reward and accuracy", height: 220, most: 1, series: [
    { key: "reward", label: "Reward in training", interval: "reward_interval", tone: "main" },
    { key: "dev", label: "Accuracy on dev", interval: "dev_interval", tone: "dev" }],
    note: "Shaded: 95% intervals, over questions. Dev questions are about a world that no step uses." },
  { title: "Groups with signal", height: 118, most: 1, series: [{ key: "signal", tone: "main" }],
    note: "Flows of one question that earned differently: only they teach." },
  { title: "Turns of a flow", height: 118, series: [{ key: "turns", tone: "main" }], note: "Until its answer." },
  { title: "Tokens of a plan", height: 118, series: [{ key: "tokens", tone: "main" }], note: "What the planner writes in a turn." },
  { title: "KL to the start", height: 118, series: [{ key: "kl", tone: "main" }], note: "How far the planner has moved." },
  { title: "Entropy", height: 118, series: [{ key: "entropy", tone: "main" }], note: "How open its choices are." },
];
const COLUMNS = [
  ["Step", "step"], ["Reward", "reward"], ["Dev", "dev"], ["Signal", "signal"], ["Turns", "turns"], ["Tokens", "tokens"],
  ["KL", "kl"], ["Entropy", "entropy"], ["Flows", "flows"],
];

function named(one) {
  return one.label ? { ...one, label: t(one.label) } : one;
}

/** The curves; `onStep(step)` when a step is chosen. */
export function createCurves({ onStep }) {
  const charts = CHARTS.map((chart) => createChart({ ...chart, title: t(chart.title), note: t(chart.note), series: chart.series.map(named), onStep: choose }));
  const slider = h("input.at-slider", { type: "range", min: 1, max: 1, step: 1, "aria-label": t("Step to look at") });
  const shownStep = h("output.at-step-number", {});
  const before = h("button.at-nudge", { type: "button", "aria-label": t("Step before"), onclick: () => nudge(-1) }, "‹");
  const after = h("button.at-nudge", { type: "button", "aria-label": t("Step after"), onclick: () => nudge(1) }, "›");
  const chooser = h("div.at-chooser", {}, shownStep, before, slider, after);
  const body = h("tbody", {});
  const table = h("details.at-table", {}, h("summary", {}, t("The figures as a table")),
    h("div.at-scroll", { tabindex: 0, role: "region", "aria-label": t("The figures as a table") },
      h("table", {}, h("thead", {}, h("tr", {}, COLUMNS.map(([name]) => h("th", { scope: "col" }, t(name))))), body)));
  const node = h("div.at-curves", { hidden: true }, charts[0].node, h("div.at-charts", {}, charts.slice(1).map((chart) => chart.node)), chooser, table);
  let steps = [];
  let chosen = null;
  let state = null;

  slider.addEventListener("input", () => choose(steps[Number(slider.value)]));

  function nudge(by) {
    const at = steps.indexOf(chosen);
    choose(steps[Math.max(0, Math.min(steps.length - 1, at < 0 ? steps.length - 1 : at + by))]);
  }

  function choose(step) {
    if (!steps.includes(step)) return;
    chosen = step;
    draw(state);
    onStep(step);
  }

  /** `last`: the step that the axis ends with, where more is to come; `final`: nothing more will come. */
  function draw({ points, last = 0, final = true }) {
    state = { points, last, final };
    node.hidden = points.length === 0;
    steps = points.filter((point) => point.step > 0).map((point) => point.step);
    if (!steps.includes(chosen)) chosen = null;
    const first = points[0]?.step ?? 0;
    const end = Math.max(last, points.at(-1)?.step ?? 1, first + 1);
    for (const chart of charts) chart.draw({ points, first, last: end, chosen, final: final && points.length > 0 });
    slider.max = Math.max(0, steps.length - 1);
    slider.min = 0;
    slider.value = chosen === null ? slider.max : steps.indexOf(chosen);
    slider.setAttribute("aria-valuetext", chosen === null ? t("none chosen") : t("step {n}", { n: chosen }));
    slider.disabled = before.disabled = after.disabled = steps.length === 0;
    shownStep.textContent = chosen === null ? t("Choose a step") : t("Step {n}", { n: chosen });
    body.replaceChildren(...points.map((point) => h("tr", {}, COLUMNS.map(([, key], at) =>
      h(at ? "td" : "th", at ? {} : { scope: "row" }, key === "step" || key === "flows" ? String(point[key] ?? "–") : figure(point[key]))))));
  }

  function clear() {
    chosen = null;
  }

  return { node, draw, clear, get chosen() { return chosen; } };
}

/** What is shown while there is nothing to draw. */
export function emptyView(text) {
  return h("div.at-empty", {}, icon("memory"), h("p", {}, text));
}

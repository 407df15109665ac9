// Two runs side by side: one clock, aligned by turn, the first difference outlined, what each cost. Works on flows that
// are over and on flows that still run (a race).

import { alignedTurns, bars, costs, repeated } from "./compare_align.js";
import { h, icon } from "./dom.js";
import { apply, emptyFlow, ROLE_OF } from "./fold.js";
import { follow } from "./follow.js";
import { seconds } from "./text.js";
import { t } from "./words.js";

const DRAW_MS = 150;
const STATUS = {
  answered: ["check", "Answered"], cancelled: ["stop", "Stopped"], failed: ["alert", "Failed"],
  unanswered: ["alert", "No answer"], budget: ["alert", "Budget spent"], interrupted: ["alert", "Interrupted"],
};
const COSTS = { turns: "Turns", calls: "Model calls", tokens: "Tokens", seconds: "Seconds" };
const PARTS = { goal: "another sub-goal", tool: "another tool", command: "another command", result: "another result", verdict: "another verdict", turn: "only one of them goes on" };

/**
 * Adds the drawer and gives `compare(a, b)`. A side is `{run}` or `{recording}`, with `label` and, where it is known,
 * `right`; `onEvent(event)` is told of each event.
 */
export function mountCompare(host, bar) {
  const home = h("div.af-compare", {});
  const drawer = bar.add({ title: t("Compare"), node: home, onClose: () => { stop(); home.replaceChildren(); } });
  let sides = [];
  let timer = null;
  host.on("close", stop);
  host.on("begun", () => drawer.close());

  function stop() {
    sides.forEach((side) => side.stop.abort());
    clearTimeout(timer);
    timer = null;
    sides = [];
  }

  function compare(...given) {
    stop();
    sides = given.map((side) => ({ label: "", right: null, ...side, flow: emptyFlow(), live: null, done: false, problem: "", stop: new AbortController() }));
    drawer.open();
    draw();
    sides.forEach(begin);
  }

  async function begin(side) {
    if (side.run) {
      follow({ ask: host.server.follow, run: side.run, signal: side.stop.signal, onView: (view) => receive(side, view) });
      return;
    }
    const answer = await host.server.recorded({ name: side.recording }).catch(() => null);
    if (!answer?.events) side.problem = answer?.problem ?? t("The server cannot be reached.");
    else {
      Object.assign(side, { label: side.label || t(answer.recording.title), right: answer.recording.right });
      receive(side, { events: answer.events, done: true });
    }
    later();
  }

  function receive(side, view) {
    if (view.problem) side.problem = view.problem;
    if (view.reset) side.flow = emptyFlow();
    for (const event of view.events ?? []) {
      apply(side.flow, event);
      side.onEvent?.(event);
    }
    side.done = Boolean(view.done);
    side.waiting = view.waiting ?? 0;
    if (view.live?.text || view.events?.length) side.live = view.live ? { phase: view.live.phase, turn: view.live.turn } : null;
    later();
  }

  function later() {
    timer ??= setTimeout(() => { timer = null; draw(); }, DRAW_MS);
  }

  function draw() {
    if (!sides.length) return;
    const [a, b] = sides;
    const scroll = home.querySelector(".af-compare-turns")?.scrollTop ?? 0;
    home.replaceChildren(
      h("div.af-compare-top", {}, h("h3", {}, t("Side by side")),
        h("button.af-button", { type: "button", onclick: () => drawer.close() }, t("Close"))),
      h("div.af-compare-heads", {}, sides.map(head)),
      clock(sides),
      costTable(a, b),
      turns(a, b));
    const list = home.querySelector(".af-compare-turns");
    if (list) list.scrollTop = scroll;
    if (sides.some((side) => !side.done && !side.problem && !side.flow.status)) later();
  }

  function head(side) {
    const { flow } = side;
    const [mark, word] = STATUS[flow.status] ?? [null, side.waiting ? t("Waiting in line") : t("Running")];
    const loop = repeated(flow);
    return h("section.af-compare-head", { "aria-label": side.label },
      h("p.af-compare-label", {}, side.label || flow.models.planner || ""),
      h("p.af-compare-question", { dir: "auto" }, flow.question),
      side.problem ? h("p.af-bad-text", {}, side.problem) : h("p.af-compare-state", {},
        h("span.af-status", { "data-status": flow.status ?? "running" }, mark ? icon(mark) : h("span.af-pulse", { "aria-hidden": "true" }), t(word)),
        rightBadge(side.right)),
      flow.answer?.value && h("p.af-compare-answer", { dir: "auto" }, flow.answer.value.text),
      loop && h("p.af-note", {}, icon("again"), t("Turn {b} does again what turn {a} did.", { a: loop[0], b: loop[1] })),
      h("button.af-open", { type: "button", onclick: () => open(side) }, t("Look inside")));
  }

  function open(side) {
    drawer.close();
    if (side.run) host.showRun(side.run, { follow: false });
    else host.showRecording(side.recording);
  }

  return compare;
}

function rightBadge(right) {
  if (right === null || right === undefined) return null;
  return h("span.af-badge", { class: `af-badge ${right ? "af-stop" : "af-failed"}` }, icon(right ? "check" : "cross"), right ? t("Right") : t("Wrong"));
}

/** Both flows as bars on one scale. */
function clock(sides) {
  const now = Date.now() / 1000;
  const lanes = sides.map((side) => bars(side.flow, now));
  const end = Math.max(0.001, ...lanes.flat().map((bar) => bar.to));
  return h("div.af-clock-both", { role: "img", "aria-label": t("Both runs on one clock of {time}", { time: seconds(end) }) },
    lanes.map((lane) => h("div.af-clock-lane", {}, lane.map((bar) => {
      const node = h("span.af-clock-bar", { "data-role": ROLE_OF[bar.phase], title: `${bar.turn || ""} ${bar.phase} ${seconds(bar.to - bar.from)}` });
      node.style.left = `${(100 * bar.from) / end}%`;
      node.style.width = `${(100 * (bar.to - bar.from)) / end}%`;
      return node;
    }))), h("p.af-clock-scale", {}, h("span", {}, "0 s"), h("span", {}, seconds(end))));
}

function costTable(a, b) {
  const shown = (name, value) => (value === null ? "…" : name === "seconds" ? seconds(value) : value.toLocaleString("en"));
  const more = (name, value) => (value === null ? "" : value === 0 ? "=" : `${value > 0 ? "+" : "−"}${shown(name, Math.abs(value))}`);
  const rows = costs(a.flow, b.flow).map(({ name, left, right, more: extra }) => h("tr", {},
    h("th", { scope: "row" }, t(COSTS[name])), h("td", {}, shown(name, left)), h("td", {}, shown(name, right)), h("td", {}, more(name, extra))));
  if (a.right !== null || b.right !== null) {
    const word = (side) => (side.right === null ? "?" : side.right ? t("Right") : t("Wrong"));
    rows.push(h("tr", {}, h("th", { scope: "row" }, t("Answer")), h("td", {}, word(a)), h("td", {}, word(b)), h("td", {}, word(a) === word(b) ? "=" : "≠")));
  }
  return h("table.af-compare-costs", {}, h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, a.label || "A"), h("th", { scope: "col" }, b.label || "B"), h("th", { scope: "col" }, t("Difference")))), h("tbody", {}, rows));
}

function turns(a, b) {
  const rows = alignedTurns(a.flow, b.flow);
  return h("ol.af-compare-turns", { "aria-label": t("Turn by turn") }, rows.map((row) => {
    const said = row.first ? t("Here they part: {what}", { what: t(PARTS[row.differs]) }) : "";
    return h("li.af-compare-turn", { class: `af-compare-turn${row.first ? " af-parted" : ""}` },
      h("h4.af-turn-title", {}, t("Turn {n}", { n: row.number }), said && h("span.af-parted-word", {}, said)),
      h("div.af-compare-cells", {}, [["left", a], ["right", b]].map(([side, of]) => turnCell(row[side], of))));
  }));
}

function turnCell(cell, side) {
  const label = h("span.af-label.af-cell-label", {}, side.label);
  if (!cell) return h("div.af-compare-cell", { "data-empty": true }, label, h("p.af-muted", {}, side.flow.status ? t("already ended") : t("not yet here")));
  return h("div.af-compare-cell", {}, label,
    h("p.af-goal", { dir: "auto" }, cell.goal),
    cell.tool && h("p", { "data-role": "tool" }, h("code.af-pill", {}, cell.tool), " ", h("code.af-inline", {}, short(cell.command))),
    cell.unreadable > 0 && h("p.af-note", {}, icon("alert"), t("A text could not be read.")),
    cell.result && h("p", { class: cell.error ? "af-bad-text" : "af-muted", dir: "auto" }, short(cell.result)),
    cell.failed && h("p.af-bad-text", {}, cell.failed),
    cell.verdict && h("p", {}, h("span.af-badge", { class: `af-badge ${cell.verdict === "STOP" ? "af-stop" : "af-continue"}` },
      icon(cell.verdict === "STOP" ? "check" : "again"), cell.verdict), " ", h("span.af-muted", { dir: "auto" }, cell.reason)));
}

function short(text) {
  return text.length > 220 ? `${text.slice(0, 220)} …` : text;
}

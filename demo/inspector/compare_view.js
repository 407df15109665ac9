// The comparison on the page: made once for two sides, then every piece is drawn again only when what it shows has
// changed, so that focus, selection and scrolling stay while both flows run.

import { alignedRows, bars, costs, parting, repeated } from "./compare_align.js";
import { change, h, icon } from "./dom.js";
import { ownTime, ROLE_OF } from "./fold.js";
import { nameOf } from "./names.js";
import { seconds } from "./text.js";
import { fromServer, language, t } from "./words.js";

const STATUS = {
  answered: ["check", "Answered"], cancelled: ["stop", "Stopped"], failed: ["alert", "Failed"],
  unanswered: ["alert", "No answer"], budget: ["alert", "Budget spent"], interrupted: ["alert", "Interrupted"],
};
const COSTS = { turns: "Turns", calls: "Model calls", tokens: "Tokens", seconds: "Seconds" };
const FIELDS = {
  analysis: "another reading of the question", context: "another context", goal: "another sub-goal", tool: "another tool",
  command: "another command", result: "another result", outcome: "another verdict", answer: "another answer",
  only: "only one of them goes on",
};

/** Makes the view of two sides; `draw()` brings it up to date. */
export function createCompareView(sides, { onClose, onOpen }) {
  const pieces = new Map();
  const lead = h("p.af-compare-lead", { role: "status" });
  const heads = sides.map((side) => headView(side, () => onOpen(side)));
  const clock = clockView(sides);
  const table = tableView(sides);
  const list = h("ol.af-compare-turns", { "aria-label": t("Turn by turn"), tabindex: "0" });
  const node = h("div.af-compare-view", {},
    h("div.af-compare-top", {}, h("h3", {}, t("Side by side")), h("button.af-button", { type: "button", onclick: onClose }, t("Close"))),
    lead, h("div.af-compare-heads", {}, heads.map((head) => head.node)), clock.node, table.node, list);

  function draw() {
    const rows = alignedRows(sides[0].flow, sides[1].flow);
    heads.forEach((head) => head.draw());
    clock.draw();
    table.draw();
    change(lead, leadText(rows, sides));
    for (const row of rows) rowOf(row.key).draw(row);
    for (const [key, piece] of pieces) if (!rows.some((row) => row.key === key)) piece.node.hidden = true;
  }

  /** Turns come in order, the analysis first, the answer last; only the answer's row may have to make room. */
  function rowOf(key) {
    if (!pieces.has(key)) {
      const made = rowView(sides);
      pieces.set(key, made);
      const answer = pieces.get("answer")?.node;
      if (key === "analysis") list.prepend(made.node);
      else if (answer && key !== "answer") list.insertBefore(made.node, answer);
      else list.append(made.node);
    }
    return pieces.get(key);
  }

  return { node, draw };
}

/** Where they part, in one sentence. */
export function leadText(rows, sides) {
  const first = rows.find((row) => row.first);
  if (first) return t("They part at {place}: {what}.", { place: placeOf(first.key), what: t(FIELDS[parting(first)]) });
  if (!rows.length) return "";
  if (!sides.every(({ flow }) => flow.status)) return t("The same way so far.");
  const words = rows.filter((row) => row.differs.length);
  return words.length ? t("The same way to the end; only their words differ, first at {place}.", { place: placeOf(words[0].key) }) : t("The same way to the end, word for word.");
}

function placeOf(key) {
  return key === "analysis" ? t("Analysis") : key === "answer" ? t("Answer") : t("Turn {n}", { n: key });
}

/** A slot that is filled again only when `version` is another one. */
function slot(spec, attributes = {}) {
  const node = h(spec, attributes);
  let shown = null;
  return {
    node,
    fill(version, make) {
      if (version === shown) return;
      shown = version;
      node.replaceChildren(...[make()].flat().filter(Boolean));
      node.hidden = !node.childNodes.length;
    },
  };
}

function headView(side, onOpen) {
  const label = h("p.af-compare-label", {});
  const question = h("p.af-compare-question", { dir: "auto" });
  const state = slot("p.af-compare-state");
  const answer = h("p.af-compare-answer", { dir: "auto" });
  const loop = slot("p.af-note");
  const node = h("section.af-compare-head", {}, label, question, state.node, answer, loop.node,
    h("button.af-open", { type: "button", onclick: onOpen }, t("Look inside")));

  function draw() {
    const { flow } = side;
    const [mark, word] = STATUS[flow.status] ?? [null, side.waiting ? "Waiting in line" : "Running"];
    const again = repeated(flow);
    change(label, labelOf(side));
    node.setAttribute("aria-label", label.textContent);
    change(question, flow.question);
    state.fill(`${flow.status}|${side.waiting > 0}|${side.right}|${side.problem}`, () => (side.problem ? h("span.af-bad-text", {}, fromServer(side.problem)) : [
      h("span.af-status", { "data-status": flow.status ?? "running" }, mark ? icon(mark) : h("span.af-pulse", { "aria-hidden": "true" }), t(word)),
      rightBadge(side.right)]));
    change(answer, flow.answer?.value?.text ?? "");
    loop.fill(String(again), () => (again ? [icon("again"), t("Turn {b} does again what turn {a} did.", { a: again[0], b: again[1] })] : []));
  }

  return { node, draw };
}

/** Both sides must be told apart: one without a name of its own has its letter and its planner's. */
function labelOf({ label, letter, flow }) {
  return label || [letter, flow.models.planner].filter(Boolean).join(" · ");
}

function rightBadge(right) {
  if (right === null || right === undefined) return null;
  return h("span.af-badge", { class: `af-badge ${right ? "af-stop" : "af-failed"}` }, icon(right ? "check" : "cross"), right ? t("Right") : t("Wrong"));
}

/** Both flows as bars on one scale. */
function clockView(sides) {
  const lanes = sides.map(() => ({ node: h("div.af-clock-lane", {}), bars: new Map() }));
  const end = h("span", {});
  const node = h("div.af-clock-both", { role: "img" }, lanes.map((lane) => lane.node), h("p.af-clock-scale", {}, h("span", {}, "0 s"), end));

  function draw() {
    const now = Date.now() / 1000;
    const found = sides.map((side) => bars(side.flow, ownTime(side.flow, now)));
    const total = Math.max(0.001, ...found.flat().map((bar) => bar.to));
    change(end, seconds(total));
    node.setAttribute("aria-label", t("Both runs on one clock of {time}", { time: seconds(total) }));
    found.forEach((shown, i) => shown.forEach((bar) => place(lanes[i], bar, total)));
  }

  function place(lane, bar, total) {
    const key = `${bar.turn}|${bar.phase}`;
    if (!lane.bars.has(key)) {
      lane.bars.set(key, h("span.af-clock-bar", { "data-role": ROLE_OF[bar.phase] }));
      lane.node.append(lane.bars.get(key));
    }
    const node = lane.bars.get(key);
    node.style.left = `${(100 * bar.from) / total}%`;
    node.style.width = `${(100 * (bar.to - bar.from)) / total}%`;
    node.title = [bar.turn ? t("Turn {n}", { n: bar.turn }) : "", nameOf(bar.phase), seconds(bar.to - bar.from)].filter(Boolean).join(" · ");
  }

  return { node, draw };
}

function tableView(sides) {
  const names = sides.map(() => h("th", { scope: "col" }));
  const rows = new Map([...Object.entries(COSTS), ["right", "Answer"]].map(([name, title]) => {
    const cells = [h("td", {}), h("td", {}), h("td", {})];
    return [name, { cells, node: h("tr", {}, h("th", { scope: "row" }, t(title)), cells) }];
  }));
  const node = h("table.af-compare-costs", {}, h("thead", {}, h("tr", {}, h("td", {}), names, h("th", { scope: "col" }, t("Difference")))),
    h("tbody", {}, [...rows.values()].map((row) => row.node)));

  function put(name, texts) {
    rows.get(name).cells.forEach((cell, i) => change(cell, texts[i]));
  }

  function draw() {
    const [a, b] = sides;
    names.forEach((cell, i) => change(cell, labelOf(sides[i])));
    for (const { name, left, right, more } of costs(a.flow, b.flow)) put(name, [shown(name, left), shown(name, right), delta(name, more)]);
    const known = a.right !== null || b.right !== null;
    rows.get("right").node.hidden = !known;
    const word = (side) => (side.right === null ? "?" : side.right ? t("Right") : t("Wrong"));
    if (known) put("right", [word(a), word(b), a.right === null || b.right === null ? "" : a.right === b.right ? "=" : "≠"]);
  }

  return { node, draw };
}

function shown(name, value) {
  return value === null ? "…" : name === "seconds" ? seconds(value) : value.toLocaleString(language());
}

function delta(name, value) {
  if (value === null) return "";
  return value === 0 ? "=" : `${value > 0 ? "+" : "−"}${shown(name, Math.abs(value))}`;
}

function rowView(sides) {
  const title = h("span", {});
  const said = h("span.af-parted-word", {});
  const halves = sides.map(() => slot("div.af-compare-cell"));
  const node = h("li.af-compare-turn", {}, h("h4.af-turn-title", {}, title, said), h("div.af-compare-cells", {}, halves.map((half) => half.node)));

  function draw(row) {
    node.hidden = false;
    change(title, placeOf(row.key));
    const differs = row.differs.map((field) => t(FIELDS[field])).join(", ");
    change(said, row.first ? t("Here they part: {what}", { what: t(FIELDS[parting(row)]) }) : differs);
    node.classList.toggle("af-parted", row.first);
    node.toggleAttribute("data-differs", row.differs.length > 0);
    [row.left, row.right].forEach((cell, i) => {
      const version = JSON.stringify([cell, row.differs, Boolean(sides[i].flow.status), labelOf(sides[i])]);
      halves[i].fill(version, () => [h("span.af-label.af-cell-label", {}, labelOf(sides[i])), ...cellView(cell, sides[i], row.differs)]);
    });
  }

  return { node, draw };
}

function cellView(cell, side, differs) {
  if (!cell) return [h("p.af-muted", {}, side.flow.status ? t("already ended") : t("not yet here"))];
  const other = (field) => (differs.includes(field) ? "" : null);
  if (cell.analysis !== undefined) return [h("p.af-muted", { dir: "auto", "data-other": other("analysis") }, short(cell.analysis))];
  if (cell.answer !== undefined) return [h("p.af-goal", { dir: "auto", "data-other": other("answer") }, cell.answer)];
  return [
    h("p.af-goal", { dir: "auto", "data-other": other("goal") }, cell.goal),
    cell.context && differs.includes("context") && h("p.af-muted", { dir: "auto", "data-other": "" }, `${t("Context")}: ${short(cell.context)}`),
    cell.tool && h("p", { "data-role": "tool" }, h("code.af-pill", { "data-other": other("tool") }, cell.tool), " ",
      cell.command && h("code.af-inline", { "data-other": other("command") }, short(cell.command))),
    cell.unreadable > 0 && h("p.af-note", {}, icon("alert"), t("A text could not be read.")),
    cell.result && h("p", { class: cell.error ? "af-bad-text" : "af-muted", dir: "auto", "data-other": other("result") }, short(cell.result)),
    cell.failed && h("p.af-bad-text", {}, cell.failed),
    cell.verdict && h("p", {}, h("span.af-badge", { class: `af-badge ${cell.verdict === "STOP" ? "af-stop" : "af-continue"}` },
      icon(cell.verdict === "STOP" ? "check" : "again"), cell.verdict), " ", h("span.af-muted", { dir: "auto" }, cell.reason)),
  ];
}

function short(text) {
  return text.length > 220 ? `${text.slice(0, 220)} …` : text;
}

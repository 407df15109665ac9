// The cards of the timeline: what each module did, in words. Each function draws one part from its folded state.

import { memoryAfter } from "./fold.js";
import { h, icon, visible } from "./dom.js";
import { nameOf } from "./names.js";
import { folded, mathed, prose } from "./folded.js";
import { callView, costView, errorView, resultView } from "./results.js";
import { seconds } from "./text.js";
import { fromServer, language, t, tn } from "./words.js";

/** Icon, name, tool pill, cost. */
export function partHead(part, role) {
  const tool = part.phase === "tool" || part.phase === "plan" ? part.value?.tool : null;
  return [h("span.af-avatar", { "data-role": role }, icon(role)), h("div.af-said", {},
    h("span.af-part-name", {}, nameOf(part.phase)),
    tool ? h("code.af-pill", { title: part.phase === "plan" ? t("The tool it chose") : null }, tool) : null,
    part.phase === "verify" && part.value ? verdictBadge(part.value) : null,
    part.edited ? h("span.af-pill.af-edited", {}, t("edited by hand")) : null,
    costView(part))];
}

/** What a part has given so far; the text being written now is put below by the view. */
export function partBody(part) {
  const failures = part.failures.map((failure, i) => failureView(failure, i + 1 < part.failures.length || part.state !== "failed"));
  if (part.state === "failed") failures.push(errorView(part.turn ? t("This turn failed: {why}.", { why: fromServer(part.failed) }) : t("This part failed: {why}.", { why: fromServer(part.failed) }), nextAfterFailure(part)));
  if (part.state === "stopped") failures.push(h("p.af-muted", {}, t("Stopped here.")));
  return h("div.af-part-body", {}, failures, part.value ? VALUE[part.phase](part.value) : null);
}

function nextAfterFailure(part) {
  return part.turn ? t("It stays in memory as failed, and the flow goes on with the next turn.") : t("The flow goes on without it.");
}

function failureView({ field, problem }, asked) {
  return errorView(t("Unreadable text: {field}: {problem}", { field, problem }), asked ? t("The module is asked again; its raw text is under “Attempt”.") : t("Its raw text is under “Attempt”."));
}

const VALUE = {
  analyze: (v) => prose(v.analysis, "p.af-text"),
  plan: (v) => h("div.af-plan", {},
    h("p.af-goal", { dir: "auto" }, mathed(visible(v.sub_goal))),
    v.context ? h("div.af-context", {}, h("span.af-label", {}, t("Context")), prose(v.context, "p.af-text")) : null,
    v.justification ? h("div.af-context", {}, h("span.af-label", {}, t("Why")), prose(v.justification, "p.af-text")) : null),
  command: (v) => h("div", {}, callView(v.arguments), v.analysis ? folded(v.analysis, "p.af-text.af-muted") : null),
  tool: (v) => resultView(v),
  verify: (v) => prose(v.reason, "p.af-text"),
  answer: (v) => h("div.af-plan", {}, prose(v.text, "p.af-goal"),
    v.explanation && v.explanation !== v.text ? prose(v.explanation, "p.af-text.af-muted") : null),
};

/** Icon, word and colour. */
export function verdictBadge({ stop }) {
  return stop
    ? h("span.af-badge.af-stop", {}, icon("check"), "STOP")
    : h("span.af-badge.af-continue", {}, icon("again"), "CONTINUE");
}

/** The memory after a turn; the entry that this turn added is marked. */
export function memoryView(flow, number) {
  const count = memorySize(flow, number);
  if (count === null) return null;
  const node = h("details.af-memory", {},
    h("summary", {}, icon("memory"), t("Memory"), " ", h("span.af-muted", {}, tn(count, "{n} entry, 1 new", "{n} entries, 1 new"))));
  node.addEventListener("toggle", () => {
    if (node.childElementCount > 1) return;
    node.append(h("ol.af-entries", {}, memoryAfter(flow, number).map((entry) => entryView(entry, entry.turn === number))));
  });
  return node;
}

/** Entries after turn `number`, null when that turn added none. */
function memorySize(flow, number) {
  const known = flow.turns.filter((turn) => turn.number <= number && (turn.parts.tool?.value || turn.failed));
  return known.at(-1)?.number === number ? known.length : null;
}

/** One entry; a fresh one is marked. */
export function entryView(entry, fresh) {
  return h("li.af-entry", { "data-new": fresh ? "" : null },
    h("div.af-entry-head", {}, fresh ? h("span.af-new", {}, t("+ new")) : null, t("Turn {n}", { n: entry.turn }),
      entry.tool ? h("code.af-pill", {}, entry.tool) : null,
      entry.failed ? h("span.af-badge.af-failed", {}, icon("alert"), t("failed")) : null,
      entry.stop === null ? null : verdictBadge(entry)),
    entry.goal ? h("p.af-text", { dir: "auto" }, entry.goal) : null,
    entry.command ? h("code.af-inline", {}, entry.command) : null,
    folded(entry.result, "p.af-text"));
}

/** The answer with the turns it rests on; `onStep(turn)` shows one of them. */
export function answerView(flow, onStep) {
  const { text, explanation, steps, cited } = flow.answer.value;
  const unverified = flow.status === "budget";
  return h("div.af-answer-body", {},
    h("p.af-answer-text", { dir: "auto" }, mathed(visible(text))),
    explanation && explanation !== text ? prose(explanation, "p.af-text.af-muted") : null,
    unverified ? h("p.af-note", {}, icon("alert"), t("Not verified: a budget was spent before the verifier said STOP.")) : null,
    steps.length ? h("div.af-steps", {}, h("span.af-label", {}, cited ? t("Rests on") : t("Drawn from")),
      steps.map((n) => h("button.af-step", { type: "button", onclick: () => onStep(n) }, stepLabel(flow, n)))) : null,
    h("p.af-totals", {}, totals(flow)));
}

function stepLabel(flow, number) {
  const turn = flow.turns.find((t) => t.number === number);
  const tool = turn?.parts.plan?.value?.tool;
  return tool ? `${t("Turn {n}", { n: number })} · ${tool}` : t("Turn {n}", { n: number });
}

/** "2 turns · 1.9 s · 9 calls · 3,100 + 210 tokens". */
export function totals(flow) {
  return [
    tn(flow.turns.length, "{n} turn", "{n} turns"), seconds(flow.seconds), tn(flow.calls, "{n} model call", "{n} model calls"),
    t("{read} + {written} tokens", { read: flow.promptTokens.toLocaleString(language()), written: flow.completionTokens.toLocaleString(language()) }),
  ].filter(Boolean).join(" · ");
}

// One step: its questions, and for each the flows that were compared with each other. A flow opens in the inspector.

import { h } from "../inspector/dom.js";
import { signed } from "./scale.js";
import { t, tn } from "../inspector/words.js";

const ADVANTAGE = "A flow's advantage says how much better it did than the others on the same question: its plans become more likely by "
  + "that much. Where all flows earned the same there is nothing to learn.";

/** The view of a step; `onOpen(run)` when a flow is to be looked at. */
export function createGroups({ onOpen }) {
  const node = h("section.at-groups", { "aria-label": t("The flows of a step"), hidden: true });

  function show(step, { groups, openable }) {
    node.hidden = false;
    const told = groups.filter((group) => group.signal).length;
    const sorted = [...groups].sort((a, b) => Number(b.signal) - Number(a.signal));
    node.replaceChildren(
      h("h3", { tabindex: -1 }, t("Step {n}: {questions}, {groups}", { n: step, questions: tn(groups.length, "{n} question", "{n} questions"), groups: tn(told, "{n} group with signal", "{n} groups with signal") })),
      h("p.af-muted", {}, t(ADVANTAGE)),
      ...sorted.map((group, at) => groupView(group, at === 0, openable, onOpen)));
  }

  function say(text) {
    node.hidden = !text;
    node.replaceChildren(h("p.at-said", { role: "status" }, text));
  }

  return { node, show, say };
}

function groupView(group, open, openable, onOpen) {
  const right = group.flows.filter((flow) => flow.reward > 0).length;
  const strongest = Math.max(1, ...group.flows.map((flow) => Math.abs(flow.advantage ?? 0)));
  const strip = h("span.at-strip", { role: "img", "aria-label": t("{n} of {all} right", { n: right, all: group.flows.length }) },
    group.flows.map((flow) => h("i", { "data-mark": mark(flow) })));
  return h("details.at-group", { open, "data-signal": group.signal },
    h("summary", {},
      h("span.at-asked", {}, group.question),
      h("span.at-result", {}, strip, h("span", {}, t("{n} of {all} right", { n: right, all: group.flows.length })))),
    h("p.at-gold", {}, h("span.af-label", {}, t("Right answer")), group.gold.join(t(" or ")), group.family && h("span.at-family", {}, group.family)),
    h("ol.at-flows", {}, group.flows.map((flow) => flowView(flow, strongest, openable, onOpen))));
}

function flowView(flow, strongest, openable, onOpen) {
  const advantage = flow.advantage ?? 0;
  const tools = Object.entries(flow.tools).map(([name, count]) => (count > 1 ? `${name} ×${count}` : name)).join(", ");
  const state = mark(flow);
  const bar = h("span.at-bar", { "data-sign": Math.sign(advantage), "aria-hidden": "true" }, h("i", {}));
  bar.firstChild.style.width = `${(Math.abs(advantage) / strongest) * 50}%`;
  return h("li.at-flow", { "data-mark": state },
    h("span.at-mark", {}, h("span", { "aria-hidden": "true" }, SIGNS[state]), h("span.af-sr", {}, t(NAMES[state]))),
    h("span.at-answer", {}, flow.answer || (flow.failure ? t("lost: {why}", { why: flow.failure }) : t("no answer"))),
    h("span.at-advantage", { title: t("Advantage") }, bar, h("b", {}, signed(advantage))),
    h("span.at-way", {}, `${t("reward {value}", { value: flow.reward ?? "–" })} · ${tn(flow.turns, "{n} turn", "{n} turns")}${tools ? ` · ${tools}` : ""}`),
    openable && flow.run && h("button.af-open", { type: "button", "aria-label": t("Open flow {n} in the inspector", { n: flow.flow + 1 }), onclick: () => onOpen(flow.run) }, t("Open flow")));
}

const SIGNS = { right: "✓", wrong: "✗", partly: "◐", lost: "–" };
const NAMES = { right: "right", wrong: "wrong", partly: "partly right", lost: "lost to infrastructure" };

function mark({ reward }) {
  if (reward === null) return "lost";
  if (reward >= 1) return "right";
  return reward > 0 ? "partly" : "wrong";
}

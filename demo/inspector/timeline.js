// The timeline: analysis, one card a turn, the answer, and the end if it was no answer. Cards are keyed and only added.

import { h, icon } from "./dom.js";
import { answerView, memoryView, totals } from "./cards.js";
import { createPart } from "./part.js";

const ENDS = {
  cancelled: ["stop", "Stopped"],
  failed: ["alert", "The flow could not go on"],
  unanswered: ["alert", "No readable answer"],
  interrupted: ["alert", "Interrupted"],
  budget: ["alert", "A budget is spent"],
};

/** Makes the list; `draw(flow, live)` brings it up to date. */
export function createTimeline({ fetchEvent, onAgain, onResume }) {
  const node = h("ol.af-timeline", {});
  const cards = new Map();

  function card(key, attributes) {
    if (!cards.has(key)) {
      const made = { node: h("li.af-card", { "data-card": key, ...attributes }), parts: new Map(), version: "" };
      cards.set(key, made);
      node.append(made.node);
    }
    return cards.get(key);
  }

  function drop(key) {
    cards.get(key)?.node.remove();
    cards.delete(key);
  }

  function drawPart(home, part, flow, live) {
    if (!home.parts.has(part.phase)) {
      const made = createPart(part.phase, fetchEvent);
      home.parts.set(part.phase, made);
      home.node.append(made.node);
    }
    const writing = live && live.turn === part.turn && live.phase === part.phase ? live.text : "";
    home.parts.get(part.phase).draw(part, writing);
  }

  function drawTurn(turn, flow, live) {
    const home = card(`turn-${turn.number}`, { tabindex: "-1", "aria-label": `Turn ${turn.number}` });
    home.title ??= home.node.appendChild(h("h4.af-turn-title", {}));
    home.title.textContent = `Turn ${turn.number}`;
    for (const phase of ["plan", "command", "tool", "verify"]) {
      if (turn.parts[phase]) drawPart(home, turn.parts[phase], flow, live);
    }
    const closed = Boolean(turn.parts.verify?.value || turn.failed);
    if (closed && !home.memory) {
      home.memory = memoryView(flow, turn.number);
      if (home.memory) home.node.append(home.memory);
    }
  }

  function showStep(number) {
    const target = cards.get(`turn-${number}`)?.node;
    if (!target) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
    target.focus({ preventScroll: true });
    target.classList.remove("af-lit");
    void target.offsetWidth;
    target.classList.add("af-lit");
  }

  function drawAnswer(flow, live) {
    const home = card("answer", { "data-role": "generator" });
    drawPart(home, flow.answer, flow, live);
    const version = `${flow.answer.seq}|${flow.status}|${flow.seconds}`;
    if (!flow.answer.value || version === home.version) return;
    home.version = version;
    home.parts.get("answer").body.replaceChildren(answerView(flow, showStep));
  }

  function drawEnd(flow) {
    const known = ENDS[flow.status];
    if (!known) return drop("end");
    const home = card("end", { "data-status": flow.status });
    if (home.version === flow.status + flow.reason) return;
    home.version = flow.status + flow.reason;
    home.node.replaceChildren(
      h("h4.af-end-title", {}, icon(known[0]), known[1]),
      h("p.af-text", { dir: "auto" }, flow.reason),
      h("p.af-totals", {}, totals(flow)),
      h("div.af-buttons", {},
        h("button.af-button", { type: "button", onclick: onResume, title: "With the models and options chosen above" }, icon("play"), "Resume from here"),
        h("button.af-button", { type: "button", onclick: onAgain }, icon("again"), "Ask again")));
  }

  return {
    node,
    reset() {
      cards.clear();
      node.replaceChildren();
    },
    draw(flow, live) {
      if (flow.analysis) drawPart(card("analysis", {}), flow.analysis, flow, live);
      for (const turn of flow.turns) drawTurn(turn, flow, live);
      if (flow.answer) drawAnswer(flow, live);
      else drop("answer");
      drawEnd(flow);
    },
  };
}

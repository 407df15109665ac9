// The timeline: analysis, one card a turn, the answer, and the end if it was no answer. Cards are keyed and only
// added: what lies after the moment that is looked at is hidden, so what a reader opened stays open.

import { h, icon } from "./dom.js";
import { stampOf } from "./fold.js";
import { answerView, memoryView, totals, verdictBadge } from "./cards.js";
import { createPart } from "./part.js";
import { fromServer, t } from "./words.js";

const ENDS = {
  cancelled: ["stop", "Stopped"],
  failed: ["alert", "The flow could not go on"],
  unanswered: ["alert", "No readable answer"],
  interrupted: ["alert", "Interrupted"],
  budget: ["alert", "A budget is spent"],
};

const PHASES = ["plan", "command", "tool", "verify"];

/** Makes the list; `draw(flow, live)` brings it up to date. */
export function createTimeline({ host, onAgain, onResume }) {
  const node = h("ol.af-timeline", {});
  const cards = new Map();
  let brought = null; // the last part that was brought into sight: one before it is not brought back
  const seen = new Set();

  function card(key, attributes) {
    if (!cards.has(key)) {
      const made = { node: h("li.af-card", { "data-card": key, ...attributes }), parts: new Map(), version: "", hidden: false };
      cards.set(key, made);
      node.append(made.node);
    }
    seen.add(key);
    return cards.get(key);
  }

  function drop(key) {
    cards.get(key)?.node.remove();
    cards.delete(key);
  }

  function drawPart(home, part, flow, live) {
    if (!home.parts.has(part.phase)) {
      const made = createPart(part.phase, host);
      home.parts.set(part.phase, made);
      home.node.append(made.node);
    }
    const writing = live && live.turn === part.turn && live.phase === part.phase ? live.text : "";
    const made = home.parts.get(part.phase);
    made.node.hidden = false;
    made.draw(part, writing);
  }

  function drawTurn(turn, flow, live) {
    const home = card(`turn-${turn.number}`, { tabindex: "-1", "aria-label": t("Turn {n}", { n: turn.number }) });
    home.brief ??= turnBar(home, turn.number);
    home.turn = turn;
    const version = PHASES.map((phase) => stampOf(turn.parts[phase])).join();
    const writing = live?.turn === turn.number;
    if (version === home.version && !writing && !home.writing) return;
    Object.assign(home, { version, writing });
    if (home.folded) home.brief.replaceChildren(...briefly(turn));
    for (const phase of PHASES) {
      if (turn.parts[phase]) drawPart(home, turn.parts[phase], flow, live);
      else if (home.parts.has(phase)) home.parts.get(phase).node.hidden = true;
    }
    const closed = Boolean(turn.parts.verify?.value || turn.failed);
    if (home.memory) home.memory.hidden = !closed;
    if (closed && !home.memory) {
      home.memory = memoryView(flow, turn.number);
      if (home.memory) home.node.append(home.memory);
    }
  }

  /** The head of a turn: folds its card to one line. */
  function turnBar(home, number) {
    const brief = h("span.af-turn-brief", {});
    const button = h("button.af-turn-fold", { type: "button", "aria-expanded": "true", onclick: () => fold(home, !home.folded) }, t("Turn {n}", { n: number }));
    home.node.append(h("div.af-turn-bar", {}, h("h4.af-turn-title", {}, button), brief));
    home.button = button;
    return brief;
  }

  function fold(home, yes) {
    home.folded = yes;
    home.node.toggleAttribute("data-folded", yes);
    home.button.setAttribute("aria-expanded", String(!yes));
    home.brief.replaceChildren(...(yes ? briefly(home.turn) : []));
  }

  function showStep(number) {
    const home = cards.get(`turn-${number}`);
    if (!home) return;
    fold(home, false);
    light(home.node, "center", true);
  }

  /** Brings a part into sight and lights it; the focus moves only where the reader asked for it. */
  function light(target, block, focus) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    // Cards out of sight have estimated heights: a long way is jumped, then corrected once what is there has its own.
    const far = Math.abs(target.getBoundingClientRect().top) > 2 * window.innerHeight;
    const bring = (behavior) => target.scrollIntoView({ behavior, block });
    bring(calm || far ? "instant" : "smooth");
    brought = target;
    if (far) requestAnimationFrame(() => requestAnimationFrame(() => { if (brought === target) bring("instant"); }));
    if (focus) target.focus({ preventScroll: true });
    target.classList.remove("af-lit");
    void target.offsetWidth;
    target.classList.add("af-lit");
  }

  function drawAnswer(flow, live) {
    const home = card("answer", { "data-role": "generator" });
    drawPart(home, flow.answer, flow, live);
    if (host.regions.answer.parentNode !== home.node) home.node.append(host.regions.answer);
    const version = `${flow.answer.seq}|${flow.status}|${flow.seconds}`;
    if (!flow.answer.value || version === home.version) return;
    home.version = version;
    home.node.toggleAttribute("data-answered", true);
    home.parts.get("answer").body.replaceChildren(answerView(flow, showStep));
  }

  function drawEnd(flow) {
    const known = ENDS[flow.status];
    if (!known) return drop("end");
    const home = card("end", { "data-status": flow.status });
    if (home.version === flow.status + flow.reason) return;
    home.version = flow.status + flow.reason;
    home.node.replaceChildren(
      h("h4.af-end-title", {}, icon(known[0]), t(known[1])),
      h("p.af-text", { dir: "auto" }, fromServer(flow.reason)),
      h("p.af-totals", {}, totals(flow)),
      h("div.af-buttons", {},
        h("button.af-button", { type: "button", onclick: onResume, title: t("With the models and options chosen above") }, icon("play"), t("Resume from here")),
        h("button.af-button", { type: "button", onclick: onAgain }, icon("again"), t("Ask again"))));
  }

  return {
    node,
    reset() {
      cards.clear();
      node.replaceChildren();
    },
    /** Shows a part that was selected elsewhere. */
    show(turn, phase) {
      const home = cards.get(turn ? `turn-${turn}` : phase === "answer" ? "answer" : "analysis");
      if (home?.folded) fold(home, false);
      const target = home?.parts.get(phase)?.node ?? home?.node;
      if (target) light(target, "nearest", false);
    },
    /** Folds every turn to one line, or opens all with their memories and long texts. */
    foldAll(yes) {
      for (const home of cards.values()) if (home.turn) fold(home, yes);
      if (yes) return;
      for (const memory of node.querySelectorAll(".af-memory:not([open])")) memory.open = true;
      for (const more of node.querySelectorAll(".af-more")) more.click();
    },
    draw(flow, live) {
      seen.clear();
      if (flow.analysis) drawPart(card("analysis", {}), flow.analysis, flow, live);
      for (const turn of flow.turns) drawTurn(turn, flow, live);
      if (flow.answer) drawAnswer(flow, live);
      else drop("answer");
      drawEnd(flow);
      for (const [key, made] of cards) {
        const hidden = !seen.has(key);
        if (made.hidden === hidden) continue;
        made.node.hidden = made.hidden = hidden;
        if (hidden) made.version = "";
      }
    },
  };
}

/** A turn in one line: tool, sub-goal, verdict. */
function briefly({ parts, failed }) {
  const plan = parts.plan?.value;
  return [
    plan && h("code.af-pill", {}, parts.tool?.value?.tool ?? plan.tool), plan && h("span.af-turn-goal", { dir: "auto" }, plan.sub_goal),
    failed || parts.tool?.value?.result?.error ? h("span.af-badge.af-failed", {}, icon("alert"), t("failed")) : null,
    parts.verify?.value ? verdictBadge(parts.verify.value) : null,
  ].filter(Boolean);
}

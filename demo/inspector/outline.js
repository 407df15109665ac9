// The steps at a glance: analysis, a line a turn with its tool, verdict and seconds, the answer; on narrow screens the
// same lines are a strip to swipe. Lines are made once and drawn again only when their turn has changed; what is out of
// sight costs nothing (content-visibility).

import { h, icon } from "./dom.js";
import { seconds } from "./text.js";
import { t } from "./words.js";

/** Puts the outline into `home`. */
export function mountOutline(host, home) {
  const list = h("ol.af-outline", {});
  const lines = new Map();
  const seen = new Set();
  let fresh = null;
  let looked = null; // what is to be in sight once all is drawn
  home.append(h("nav.af-steps-nav", { "aria-label": t("Steps") }, h("h4.af-pane-title", {}, t("Steps")), list));

  function line(key, version, make) {
    let known = lines.get(key);
    if (!known) {
      known = { button: h("button.af-step-line", { type: "button" }), version: "", hidden: false };
      lines.set(key, known);
      list.append(h("li", {}, known.button));
      fresh = known;
    }
    seen.add(key);
    if (known.version !== version) {
      known.version = version;
      known.button.replaceChildren(...make().filter(Boolean));
    }
    return known;
  }

  function drawTurn(turn, chosen) {
    const parts = Object.values(turn.parts);
    const last = parts.at(-1);
    const stop = turn.parts.verify?.value?.stop ?? null;
    const tool = turn.parts.tool?.value?.tool ?? turn.parts.plan?.value?.tool ?? "";
    const broken = turn.failed || turn.parts.tool?.value?.result?.error;
    const parse = parts.some((part) => part.failures.length);
    const from = parts[0]?.started;
    const known = line(turn.number, [last?.phase, last?.state, stop, tool, broken, parse, turn.parts.plan?.edited ? 1 : 0].join("|"), () => [
      h("span.af-step-n", {}, String(turn.number)),
      h("span.af-step-what", {}, h("span.af-step-tool", {}, tool || t("planning …")),
        h("span.af-step-marks", {},
          broken ? mark("alert", t("failed"), "bad") : null, parse ? mark("question", t("parse error"), "warn") : null,
          stop === null ? null : stop ? mark("check", "STOP", "good") : mark("again", "CONTINUE", "warn"),
          h("span.af-step-time", {}, last?.ended && from ? seconds(last.ended - from) : ""))),
    ]);
    known.button.onclick = () => host.select(last ?? null);
    current(known, chosen === turn.number);
  }

  function drawEnd(part, key, label, chosen) {
    const known = line(key, `${part.state}|${part.seq}`, () => [
      h("span.af-step-n", {}, icon(key === "answer" ? "generator" : "question")),
      h("span.af-step-what", {}, h("span.af-step-tool", {}, label), h("span.af-step-marks", {}, part.state === "failed" ? mark("alert", t("failed"), "bad") : null,
        h("span.af-step-time", {}, part.ended ? seconds(part.ended - part.started) : ""))),
    ]);
    known.button.onclick = () => host.select(part);
    current(known, chosen);
  }

  function current(known, yes) {
    if (known.current === yes) return;
    known.current = yes;
    if (yes) known.button.setAttribute("aria-current", "step");
    else known.button.removeAttribute("aria-current");
    if (yes) looked = known.button;
  }

  function draw() {
    const { analysis, turns, answer } = host.shown;
    const chosen = host.selection ?? host.shown.active;
    seen.clear();
    if (analysis) drawEnd(analysis, "analyze", t("Analysis"), chosen?.phase === "analyze");
    for (const turn of turns) drawTurn(turn, chosen?.turn || null);
    if (answer) {
      drawEnd(answer, "answer", t("Answer"), chosen?.phase === "answer");
      const last = lines.get("answer").button.parentNode;
      if (last !== list.lastChild) list.append(last);
    }
    if (fresh && !host.selection) looked = fresh.button;
    fresh = null;
    for (const [key, known] of lines) {
      const hidden = !seen.has(key);
      if (known.hidden !== hidden) known.button.parentNode.hidden = known.hidden = hidden;
    }
  }

  host.on("change", draw);
  host.on("drawn", () => {
    if (looked) keepInSight(looked, list);
    looked = null;
  });
  host.on("restart", () => {
    lines.clear();
    list.replaceChildren();
  });
}

function mark(name, word, kind) {
  return h("span.af-mark", { "data-kind": kind }, icon(name), h("span", {}, word));
}

/** Scrolls `list` alone, never the page. */
function keepInSight(node, list) {
  const [a, b] = [node.getBoundingClientRect(), list.getBoundingClientRect()];
  if (a.top < b.top) list.scrollTop -= b.top - a.top + 20;
  else if (a.bottom > b.bottom) list.scrollTop += a.bottom - b.bottom + 20;
  if (a.left < b.left) list.scrollLeft -= b.left - a.left + 40;
  else if (a.right > b.right) list.scrollLeft += a.right - b.right + 40;
}

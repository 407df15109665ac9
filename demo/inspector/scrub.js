// Time travel: a slider over the events. What is drawn is the fold of the events up to its place, nothing else.

import { ROLE_OF } from "./fold.js";
import { h, icon } from "./dom.js";
import { t } from "./words.js";

const SAID = {
  flow_started: "question", analyzed: "analysis", planned: "plan", commanded: "command", tool_returned: "tool result",
  verified: "verdict", answered: "answer", parse_failed: "unreadable text", turn_failed: "turn failed", plan_dropped: "plan dropped", edited: "edited by hand",
  paused: "paused", resumed: "goes on", forked: "fork", flow_finished: "end",
};
const MOST_MARKS = 60;

/** What an event is, in words: "Turn 2 · Planner begins". */
export function eventName(event) {
  const name = event.type === "phase_started"
    ? t("{who} begins", { who: t(ROLE_NAMES[ROLE_OF[event.phase]]) })
    : t(SAID[event.type] ?? event.type);
  return event.turn ? `${t("Turn {n}", { n: event.turn })} · ${name}` : name;
}

const ROLE_NAMES = { planner: "Planner", executor: "Executor", tool: "Tool", verifier: "Verifier", generator: "Generator" };

/** Puts the slider under the lanes. */
export function mountScrub(host) {
  const range = h("input.af-scrub-range", { type: "range", min: "0", max: "0", value: "0", "aria-label": t("Moment of the flow") });
  const words = h("span.af-scrub-words", {});
  const marks = h("div.af-scrub-marks", { "aria-hidden": "true" });
  const live = h("button.af-button", { type: "button", onclick: () => host.rewind(null) }, icon("down"), t("Latest"));
  const node = h("div.af-scrub", { hidden: true }, h("div.af-scrub-line", {}, h("div.af-scrub-track", {}, range, marks), words, live));
  let shown = "";
  let marked = 0;

  host.regions.scrubber.append(node);
  range.addEventListener("input", () => {
    const at = Number(range.value);
    host.rewind(at >= last() ? null : at);
  });
  host.on("change", draw);
  host.on("restart", () => { shown = ""; marked = 0; marks.replaceChildren(); });

  function last() {
    return host.events.at(-1)?.seq ?? 0;
  }

  function draw() {
    const at = host.at ?? last();
    const version = `${last()}|${host.at}|${host.events.length}`;
    if (version === shown) return;
    shown = version;
    node.hidden = host.events.length < 2;
    range.max = String(last());
    range.value = String(at);
    range.style.setProperty("--done", `${last() ? (100 * at) / last() : 100}%`);
    const event = host.events.find((one) => one.seq === at);
    const said = event ? t("Event {n} of {all}: {what}", { n: at, all: last(), what: eventName(event) }) : "";
    words.textContent = said;
    range.setAttribute("aria-valuetext", said);
    node.toggleAttribute("data-past", host.at !== null);
    live.style.visibility = host.at === null ? "hidden" : "visible";
    drawMarks();
  }

  function drawMarks() {
    const turns = host.events.filter((event) => event.type === "phase_started" && event.phase === "plan");
    const every = Math.ceil(turns.length / MOST_MARKS) || 1;
    const version = `${turns.length}|${last()}`;
    if (version === marked) return;
    marked = version;
    marks.replaceChildren(...turns.filter((_, i) => i % every === 0).map((event) => {
      const mark = h("span.af-scrub-mark", {}, String(event.turn));
      mark.style.left = `${(100 * event.seq) / last()}%`;
      return mark;
    }));
  }
}

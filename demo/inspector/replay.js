// Replay: time travel that goes by itself. It only moves `host.rewind`, so everything that draws a moment draws this.

import { h, icon } from "./dom.js";
import { replayMoment, replayPlan, SPEEDS } from "./replay_plan.js";
import { t } from "./words.js";

const TICK_MS = 60;

/** Puts the buttons into the toolbar and gives `{play, pause}`. `onDone` of `play` is called when the end is reached. */
export function mountReplay(host) {
  const button = h("button.af-button", { type: "button", onclick: () => (timer ? pause() : play()) });
  const speed = h("select.af-entry-field.af-speed", { "aria-label": t("Replay speed") }, SPEEDS.map(([value, text]) => h("option", { value }, t(text))));
  const node = h("div.af-replay", { hidden: true, role: "group", "aria-label": t("Replay") }, button, speed);
  let timer = null;
  let plan = [];
  let began = 0;
  let shown = null;
  let onDone = null;

  host.regions.toolbar.append(node);
  host.on("restart", () => halt());
  host.on("close", () => halt());
  host.on("change", () => {
    node.hidden = host.flow.status === null || host.events.length < 2;
    if (timer && host.at !== shown) pause(); // the reader took the slider
  });
  speed.addEventListener("change", () => { if (timer) start(host.at); });
  label();

  /** From the beginning, or from the moment that is looked at. */
  function play({ pace, done = null } = {}) {
    if (pace) speed.value = pace;
    onDone = done;
    const last = host.events.at(-1)?.seq;
    start(host.at === null || host.at >= last ? host.events[0]?.seq : host.at);
  }

  function start(seq) {
    clearInterval(timer);
    plan = replayPlan(host.events, speed.value);
    if (plan.length < 2) return;
    began = performance.now() - (plan.find((step) => step.seq >= seq)?.at ?? 0);
    timer = setInterval(tick, TICK_MS);
    label();
    tick();
  }

  function tick() {
    const { seq, live, done } = replayMoment(plan, performance.now() - began);
    if (done) return finish();
    host.typed = live;
    shown = seq;
    if (seq === host.at) host.changed();
    else host.rewind(seq);
  }

  function pause() {
    halt();
    host.changed();
  }

  function finish() {
    const done = onDone;
    halt();
    host.rewind(null);
    done?.();
  }

  function halt() {
    clearInterval(timer);
    timer = onDone = shown = null;
    host.typed = null;
    label();
  }

  function label() {
    button.replaceChildren(icon(timer ? "pause" : "play"), timer ? t("Pause replay") : t("Replay"));
  }

  return { play, pause };
}

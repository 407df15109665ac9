// Two runs side by side: follows both, live or over (a race), and hands them to the view (compare_view.js).

import { createCompareView } from "./compare_view.js";
import { h } from "./dom.js";
import { apply, emptyFlow } from "./fold.js";
import { follow } from "./follow.js";
import { t } from "./words.js";

const DRAW_MS = 150;

/**
 * Adds the drawer and gives `compare(a, b, {note})`. A side is `{run}` or `{recording}`, with `label` and, where it is
 * known, `right`; `onEvent(event)` is told of each event. `note` is an element that is put below both.
 */
export function mountCompare(host, bar) {
  const home = h("div.af-compare", {});
  const drawer = bar.add({ title: t("Compare"), node: home, onClose: () => { stop(); home.replaceChildren(); } });
  let sides = [];
  let view = null;
  let timer = null;
  host.on("close", stop);
  host.on("begun", () => drawer.close());

  function stop() {
    sides.forEach((side) => side.stop.abort());
    clearTimeout(timer);
    timer = view = null;
    sides = [];
  }

  function compare(a, b, { note = null } = {}) {
    stop();
    sides = [a, b].map((side, i) => ({ label: "", right: null, ...side, letter: "AB"[i], flow: emptyFlow(), done: false, problem: "", waiting: 0, stop: new AbortController() }));
    view = createCompareView(sides, { onClose: () => drawer.close(), onOpen: open });
    home.replaceChildren(...[view.node, note].filter(Boolean));
    drawer.open();
    host.hold();
    drawer.node.scrollIntoView({ block: "nearest" });
    view.draw();
    sides.forEach(begin);
  }

  async function begin(side) {
    if (side.run) {
      follow({ ask: host.server.follow, run: side.run, signal: side.stop.signal, onView: (news) => receive(side, news) });
      return;
    }
    const answer = await host.server.recorded({ name: side.recording }).catch(() => null);
    if (side.stop.signal.aborted) return;
    if (!answer?.events) side.problem = answer?.problem ?? t("The server cannot be reached.");
    else {
      Object.assign(side, { label: side.label || t(answer.recording.title), right: answer.recording.right });
      receive(side, { events: answer.events, done: true });
    }
    later();
  }

  function receive(side, news) {
    if (news.problem) side.problem = news.problem;
    if (news.reset) side.flow = emptyFlow();
    for (const event of news.events ?? []) {
      apply(side.flow, event);
      side.onEvent?.(event);
    }
    side.done = Boolean(news.done);
    side.waiting = news.waiting ?? 0;
    if (side.done && !side.flow.status) side.flow.status = "interrupted";
    later();
  }

  function later() {
    timer ??= setTimeout(() => { timer = null; draw(); }, DRAW_MS);
  }

  function draw() {
    if (!view) return;
    view.draw();
    if (sides.some((side) => !side.done && !side.problem && !side.flow.status)) later();
  }

  function open(side) {
    drawer.close();
    if (side.run) host.showRun(side.run, { follow: false });
    else host.showRecording(side.recording);
  }

  return compare;
}

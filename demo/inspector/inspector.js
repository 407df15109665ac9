// The inspector inside its gr.HTML: wires server, fold, view and page together. The only module that knows Gradio.
// Gradio calls `mount` with its element and functions; the component's value says which run to show: {run} or {problem}.

import { apply, emptyFlow } from "./fold.js";
import { follow } from "./follow.js";
import { h, icon } from "./dom.js";
import { createHead } from "./head.js";
import { createScroll } from "./scroll.js";
import { createTimeline } from "./timeline.js";
import { errorView } from "./results.js";
import { spoken } from "./voice.js";
import { welcome } from "./welcome.js";

/** Starts the inspector in `element`. */
export function mount({ element, props, server, watch, trigger }) {
  const root = element.querySelector(".af");
  const head = createHead({ onStop: () => stop() });
  const timeline = createTimeline({
    fetchEvent,
    onAgain: () => trigger("again", { question: flow.question }),
    onResume: () => trigger("resume", { run: current.run }),
  });
  const notice = h("div.af-notice", { role: "alert" });
  const log = h("div.af-sr", { role: "log", "aria-live": "polite" });
  const pill = h("button.af-live-pill", { type: "button", hidden: true }, icon("down"), "Back to live");
  const scroll = createScroll(pill);
  let flow = emptyFlow();
  let live = null;
  let connected = true;
  let current = null;

  root.replaceChildren(notice, welcome(), log);
  root.addEventListener("agentflow:reading", () => scroll.hold());
  root.addEventListener("toggle", (e) => { if (e.target.open) scroll.hold(); }, true);

  function fetchEvent(seq) {
    return server.event({ run: current.run, seq });
  }

  function show(run, watched) {
    current?.stop.abort();
    current = { run, stop: new AbortController() };
    notice.replaceChildren();
    restart();
    root.replaceChildren(notice, head.node, timeline.node, log, pill);
    scroll.start(watched);
    remember(run);
    draw();
    listen();
  }

  /** Goes on with the run that is shown: it ended, and was resumed. */
  function goOn(value) {
    current.stop.abort();
    current = { ...current, resumed: value.resumed, stop: new AbortController() };
    notice.replaceChildren();
    scroll.start(true);
    listen();
  }

  function listen() {
    const { run, stop: { signal } } = current;
    follow({ ask: server.follow, run, next: flow.next, signal, onView: receive, onConnection });
  }

  function restart() {
    flow = emptyFlow();
    live = null;
    timeline.reset();
  }

  function receive(view) {
    if (view.problem) {
      forget();
      root.replaceChildren(notice, welcome(), log);
      problem(view.problem);
      return;
    }
    if (view.reset) restart();
    for (const event of view.events) {
      apply(flow, event);
      const line = spoken(event);
      if (line && current.greeted) log.append(h("p", {}, line));
    }
    current.greeted = true;
    live = joined(live, view.live, view.events.length > 0);
    if (view.done && !flow.status) Object.assign(flow, INTERRUPTED);
    if (view.note && view.note !== current.note) notice.replaceChildren(errorView((current.note = view.note), ""));
    draw();
  }

  function draw() {
    head.draw(flow, { connected });
    head.tick(flow, Date.now() / 1000);
    timeline.draw(flow, live);
    running(current !== null && flow.status === null);
    scroll.after(flow.status === null);
  }

  function onConnection(ok) {
    connected = ok;
    draw();
  }

  function problem(message) {
    notice.replaceChildren(errorView(message, ""));
    running(false);
  }

  async function stop() {
    if (current && flow.status === null) await server.stop({ run: current.run });
  }

  function take(value) {
    if (value?.run && value.run !== current?.run) {
      stop();
      show(value.run, true);
    } else if (value?.run && value.resumed !== current.resumed) goOn(value);
    else if (value?.problem) problem(value.problem);
  }

  const clock = setInterval(() => {
    if (!root.isConnected) {
      clearInterval(clock);
      current?.stop.abort();
      scroll.close();
      window.removeEventListener("agentflow:stop", stop);
    } else if (current) head.tick(flow, Date.now() / 1000);
  }, 250);
  window.addEventListener("agentflow:stop", stop);
  watch("value", () => take(props.value));
  const linked = new URLSearchParams(location.search).get("run");
  if (props.value?.run) take(props.value);
  else if (linked) show(linked, false);
}

const INTERRUPTED = {
  status: "interrupted", active: null,
  reason: "The server stopped while this flow was running. What it had found so far is kept above.",
};

/** The live text: the server sends only what was written since the last answer. */
export function joined(old, fresh, moved) {
  if (!fresh) return moved ? null : old;
  return { ...fresh, text: fresh.at && old && !moved ? old.text.slice(0, fresh.at) + fresh.text : fresh.text };
}

function remember(run) {
  const url = new URL(location.href);
  url.searchParams.set("run", run);
  history.replaceState(history.state, "", url);
}

function forget() {
  const url = new URL(location.href);
  url.searchParams.delete("run");
  history.replaceState(history.state, "", url);
}

/** Run and Stop take each other's place; the keyboard's focus goes with them. */
function running(yes) {
  const had = document.activeElement?.closest?.("#af-run, #af-stop");
  document.querySelector("#af-ask")?.toggleAttribute("data-running", yes);
  if (had) document.querySelector(yes ? "#af-stop" : "#af-run")?.focus({ preventScroll: true });
}

// The inspector inside its gr.HTML: wires server, host, views and page together. The only module that knows Gradio.
// `mount` gets what Gradio gives a component's script (demo/script.py), and `early`, the values so far. A value says which
// run to show: {run} or {problem}.
//
// Every other module gets the `host` (host.js) and nothing else. A module adds itself with one import and one line
// below "modules mount themselves here".
//   host.run        token of the run on the server, or null for a flow that only this page holds
//   host.source     "server", or whatever `showEvents` was told ("recording", "import", ...)
//   host.events     all stored events so far, in order, as the live view has them (without prompts and token ids)
//   host.flow       their fold (fold.js): the live edge
//   host.shown      the fold that is drawn: `host.flow`, or an earlier state after `host.rewind(seq)`
//   host.at         the number of the event that is looked at, null at the live edge
//   host.live       the text being written now, {turn, phase, text}, or null
//   host.selection  the selected part {turn, phase}, null while the view follows the flow
//   host.earned     what the flow earned in a training, {reward, advantage, gold}, or null
//   host.connected, host.waiting   server reachable? place in line (0: begun)
//   host.on("begun", fn)   a run was started here: {run, key, parent?, at?}; control_keys.js has the keys to steer with
//   host.on("refused", fn)  what was asked for (a run, a fork) is not begun; why is said above everything
//   host.on(kind, fn)   "change" (draw yourself: state, selection or moment changed; measure nothing then, it would have the
//                       browser lay the page out once a module), "drawn" (everybody has: measure, scroll), "event" (one new stored event),
//                       "restart" (forget everything: another run), "select" ({turn, phase, by}), "end" (run is done)
//   host.rewind(seq | null), host.select({turn, phase} | null)
//   host.showRun(token, {follow})           a run of the server
//   host.showEvents(events, {source, fetchEvent, earned})   events that the page has in full; host.push(events), host.write(live)
//                                            and host.finish() add to them, as a replay does
//   host.fetchEvent(seq)  → {event} whole, or {problem}
//   host.server.NAME(request), host.trigger(name, data)     Gradio's server functions and events (demo/app.py)
//   host.hold()         the reader looks at something: the page does not follow the flow until they ask for it
//   host.glance(node)   brings something into sight for one who follows the flow, for one who reads it does nothing
//   host.say(text)   spoken politely by a screen reader;  host.problem(text)   said above everything
//   host.key("n" | ["k", "ArrowUp"], "What it does", fn)    a key, off while the reader types; listed by "?"; `fn` says
//                                            false where it did nothing, and the key stays the browser's
//   host.regions     elements to append to: `top` (always there), `welcome` (before the first run), `toolbar` (under the
//                    question), `scrubber` (under the lanes), `stage` (full width above the columns: a form, a comparison),
//                    `side` (right column, under the selected module)
// Interface texts go through t("…") of words.js; their Chinese is in zh.js.

import { mountControl } from "./control.js";
import { keyOf, rememberKey } from "./control_keys.js";
import { h, icon, selectedIn } from "./dom.js";
import { follow } from "./follow.js";
import { mountFork } from "./fork.js";
import { mountKeeping } from "./history_mount.js";
import { mountTree } from "./fork_tree.js";
import { createHead, timeOf } from "./head.js";
import { createHost } from "./host.js";
import { mountScrub } from "./scrub.js";
import { createScroll } from "./scroll.js";
import { createSheet } from "./sheet.js";
import { createTimeline } from "./timeline.js";
import { errorView } from "./results.js";
import { told } from "./told.js";
import { spoken, summary } from "./voice.js";
import { mountFind } from "./find.js";
import { mountKeys } from "./keys.js";
import { mountLanes } from "./lanes.js";
import { mountMemory } from "./memory.js";
import { mountModule } from "./module.js";
import { mountOutline } from "./outline.js";
import { mountPlain } from "./plain.js";
import { mountTheme } from "./theme.js";
import { welcome } from "./welcome.js";
import { chooseLanguage, fromServer, t } from "./words.js";

/** Starts the inspector in `element`. */
export function mount({ element, props, server, watch, trigger, early }) {
  const root = element.querySelector(".af");
  document.documentElement.lang = root.lang = chooseLanguage(navigator.languages ?? [navigator.language]);
  root.setAttribute("aria-label", t("The flow, live"));
  const host = createHost({ server, trigger });
  const { regions } = host;
  const head = createHead({ onStop: () => stop(), onAnswer: () => host.select({ turn: 0, phase: "answer" }) });
  const timeline = createTimeline({
    host,
    onAgain: () => trigger("again", { question: host.flow.question, hand: beginning() }),
    onResume: () => trigger("resume", { run: host.run, key: keyOf(host.run), hand: beginning() }),
  });
  const notice = h("div.af-notice", { role: "alert" });
  const log = h("div.af-sr", { role: "log", "aria-live": "polite" });
  const pill = h("button.af-live-pill", { type: "button", hidden: true }, icon("down"), h("span", {}, t("Back to live")));
  const scroll = createScroll(pill);
  const lanes = h("div.af-lanes-home", {});
  const tools = h("div.af-view-tools", {});
  const steps = h("div.af-outline-home", {});
  const { sheet, panes, dock } = createSheet(host);
  const columns = h("div.af-columns", {}, h("div.af-steps-home", {}, steps, dock), timeline.node,
    h("aside.af-aside", { "aria-label": t("Module and memory") }, sheet, regions.side));
  const flowView = h("div.af-flow", { hidden: true },
    head.node, regions.toolbar, lanes, regions.scrubber, regions.stage, tools, columns);
  const intro = h("div.af-intro", {}, welcome(), regions.welcome);
  let current = null;
  let selected = false;

  root.replaceChildren(notice, regions.top, intro, flowView, log, pill);
  root.addEventListener("agentflow:reading", () => scroll.hold());
  root.addEventListener("toggle", (e) => { if (e.target.open) scroll.hold(); }, true);
  document.addEventListener("selectionchange", selecting);
  pill.addEventListener("click", () => {
    if (host.selection) host.select(null);
    if (host.at !== null) host.rewind(null);
  });
  const emitChange = host.changed;
  Object.assign(host, { showRun, showEvents, push, write, finish, problem, stop, say, glance: scroll.glance, hold: scroll.hold, changed: () => scroll.steady(emitChange) });
  host.on("restart", () => timeline.reset());
  host.on("event", (event) => { if (told(event)) scroll.news(); });
  host.on("change", draw);
  host.on("drawn", () => scroll.after(host.flow.status === null && host.at === null));

  host.on("select", ({ turn, phase, by }) => {
    if (!phase || by === "scroll") return;
    scroll.hold();
    timeline.show(turn, phase);
  });

  // modules mount themselves here
  mountLanes(host, lanes);
  mountOutline(host, steps);
  const module = mountModule(host, panes);
  mountMemory(host, panes);
  mountPlain(host, tools, columns);
  tools.append(foldButton(timeline));
  mountFind(host, tools, module, columns);
  mountKeys(host, root, module);
  mountControl(host);
  mountFork(host);
  mountScrub(host);
  mountTree(host);
  mountKeeping(host);
  mountTheme(host);

  function showRun(run, { follow: watched = true } = {}) {
    begin({ run, source: "server", earned: null, fetchEvent: (seq) => server.event({ run, seq }) });
    scroll.start(watched);
    remember(run);
    host.changed();
    listen();
  }

  function showEvents(events, { source = "recording", fetchEvent = null, earned = null, follow: watched = false } = {}) {
    const whole = async (seq) => ({ event: host.events.find((event) => event.seq === seq) });
    begin({ run: null, source, earned, fetchEvent: fetchEvent ?? whole });
    scroll.start(watched);
    forget();
    push(events);
  }

  function begin(known) {
    current?.stop.abort();
    current = { stop: new AbortController(), greeted: false, ended: false };
    Object.assign(host, known);
    notice.replaceChildren();
    scroll.blank();
    host.restart();
    intro.hidden = true;
    flowView.hidden = false;
  }

  /** Goes on with the run that is shown: it ended, and was resumed. */
  function goOn(value) {
    current.stop.abort();
    current = { ...current, resumed: value.resumed, ended: false, stop: new AbortController() };
    notice.replaceChildren();
    scroll.start(true);
    listen();
  }

  function listen() {
    follow({ ask: server.follow, run: host.run, next: host.flow.next, signal: current.stop.signal, onView: receive, onConnection });
  }

  function receive(view) {
    if (view.problem) {
      forget();
      intro.hidden = false;
      flowView.hidden = true;
      problem(view.problem);
      return;
    }
    if (view.reset) host.restart();
    host.take(view.events);
    host.live = joined(host.live, view.live, view.events.length > 0);
    host.waiting = view.waiting;
    host.earned = view.earned ?? null;
    if (view.done && !host.flow.status) Object.assign(host.flow, interrupted());
    speak(view.events);
    if (view.note && view.note !== current.note) notice.replaceChildren(errorView(fromServer((current.note = view.note)), ""));
    host.changed();
    if (view.done) ended();
  }

  /** Adds events to a flow that the page holds itself. */
  function push(events) {
    host.take(events);
    speak(events);
    host.live = null;
    host.changed();
    if (host.flow.status) ended();
  }

  function write(live) {
    host.live = live;
    host.changed();
  }

  function finish() {
    if (!host.flow.status) Object.assign(host.flow, interrupted());
    host.changed();
    ended();
  }

  function ended() {
    if (current.ended) return;
    current.ended = true;
    scroll.steady(() => host.emit("end"));
  }

  /** What was there when the flow came into view is told in one sentence, or not at all while it still runs. */
  function speak(events) {
    if (!current.greeted) say(host.flow.status && summary(host.flow));
    else if (events.length < 50) events.forEach((event) => say(spoken(event)));
    current.greeted = true;
  }

  function say(line) {
    if (line) log.append(h("p", {}, line));
  }

  function draw() {
    head.draw(host.shown, { connected: host.connected, waiting: host.waiting });
    head.tick(host.shown, timeOf(host));
    timeline.draw(host.shown, host.at === null ? host.live : (host.typed ?? null));
    running(host.run !== null && underWay());
  }

  function underWay() {
    return current !== null && (host.flow.status === null || host.waiting > 0);
  }

  function onConnection(ok) {
    host.connected = ok;
    host.changed();
  }

  function problem(message) {
    notice.replaceChildren(errorView(fromServer(message), ""));
    running(false);
  }

  async function stop() {
    if (host.run && underWay()) await server.stop({ run: host.run, key: keyOf(host.run) });
  }

  /** Selected text holds the view; when it is let go, what was held back is drawn. */
  function selecting() {
    const now = selectedIn(root);
    if (now) scroll.hold();
    else if (selected && current) host.changed();
    selected = now;
  }

  function take(value) {
    rememberKey(value?.run, value?.key);
    if (value?.run && value.run !== host.run) {
      if (value.key && !("parent" in value)) stop(); // a question takes the place of the one before; a fork or a flow of a training does not
      host.emit("begun", value);
      showRun(value.run, { follow: Boolean(value.key) });
      if (!value.key) window.scrollTo({ top: 0 }); // it was begun elsewhere: it is read from its top
    } else if (value?.run && value.resumed !== current.resumed) goOn(value);
    else if (value?.race) host.emit("race", value.race);
    else if (value?.problem) {
      host.emit("refused");
      problem(value.problem);
    }
  }

  const clock = setInterval(() => {
    if (!root.isConnected) {
      clearInterval(clock);
      current?.stop.abort();
      scroll.close();
      document.removeEventListener("selectionchange", selecting);
      window.removeEventListener("agentflow:stop", stop);
      host.emit("close");
    } else if (current) head.tick(host.shown, timeOf(host));
  }, 250);
  window.addEventListener("agentflow:stop", stop);
  window.agentflowSaid = fromServer; // for the Models panel
  watch("value", () => take(props.value));
  const linked = new URLSearchParams(location.search).get("run");
  if (linked && !early[0]?.run) showRun(linked, { follow: false });
  early.forEach(take);
}

function interrupted() {
  return { status: "interrupted", active: null, reason: t("The server stopped while this flow was running. What it had found so far is kept above.") };
}

/** The live text: the server sends only what was written since the last answer. */
export function joined(old, fresh, moved) {
  if (!fresh) return moved ? null : old;
  return { ...fresh, text: fresh.at && old && !moved ? old.text.slice(0, fresh.at) + fresh.text : fresh.text };
}

/** One button that folds all turns, then opens all. */
function foldButton(timeline) {
  const face = h("span", {}, t("Collapse all"));
  let folded = false;
  return h("button.af-tool", { type: "button", onclick: () => {
    folded = !folded;
    timeline.foldAll(folded);
    face.textContent = folded ? t("Expand all") : t("Collapse all");
  } }, face);
}

/** How the next run is to begin: `control.js` knows the breakpoints. */
function beginning() {
  return window.agentflowBeginning?.(false) ?? "";
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

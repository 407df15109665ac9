// The recorded flows: a gallery that teaches, `?trace=` for one of them, and the first thing that a newcomer sees.

import { h, icon } from "./dom.js";
import { createInvite } from "./invite.js";
import { t, tn } from "./words.js";

const SEEN = "agentflow.seen";

/** Adds the gallery. `arrive()` plays the first recording for one who has not been here before. */
export function mountRecordings(host, bar, replay, compare) {
  const list = h("ul.af-recordings", {});
  const said = h("p.af-muted", { role: "status" });
  const drawer = bar.add({ mark: "film", title: t("Recorded flows"), node: h("div", {},
    h("p.af-muted", {}, t("Real runs of this page's own models, each chosen for what it shows.")), said, list), onOpen: load });
  const hint = h("div.af-hint", { hidden: true, role: "note" });
  const invitation = createInvite(host, compare);
  let known = null;

  host.regions.toolbar.before(hint);
  host.recording = null;
  host.showRecording = show;
  host.on("restart", () => {
    hint.hidden = true;
    if (host.source === "recording") return;
    host.recording = null;
    address(null);
  });

  async function load() {
    if (known) return known;
    const answer = await host.server.recorded({}).catch(() => null);
    if (!answer) said.textContent = t("The server cannot be reached.");
    else if (!answer.recordings.length) said.textContent = t("Nothing was recorded yet.");
    if (!answer) return [];
    known = answer.recordings;
    list.replaceChildren(...known.map(card));
    return known;
  }

  function card(one) {
    return h("li.af-recording", {},
      h("button.af-recording-open", { type: "button", onclick: () => show(one.name) },
        h("strong", {}, icon("play"), t(one.title)), h("span.af-muted", {}, t(one.lesson))),
      h("p.af-recording-facts", {}, h("code.af-pill", {}, one.planner), " ", tn(one.turns, "{n} turn", "{n} turns"), " · ", one.right ? t("Right") : t("Wrong"),
        one.rival && h("button.af-open", { type: "button", onclick: () => compare({ recording: one.name }, { recording: one.rival }) }, t("Compare"))));
  }

  /** Shows a recording and plays it. False when there is none of this name, or something else is wanted by then. */
  async function show(name, { done = null, wanted = () => true } = {}) {
    const run = host.run;
    const answer = await host.server.recorded({ name }).catch(() => null);
    if (host.run !== run || !wanted()) return false; // a run that was begun while the server answered is newer than this wish
    if (!answer?.events) {
      host.problem(answer?.problem ?? t("The server cannot be reached."));
      return false;
    }
    drawer.close();
    host.recording = name;
    const { right, gold } = answer.recording;
    host.showEvents(answer.events, { source: "recording", earned: { reward: right ? 1 : 0, advantage: null, gold: [gold] } });
    address(name);
    tell(answer.recording);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) replay.play({ pace: "read", done });
    else done?.();
    return true;
  }

  function tell({ title, lesson, gold, right }) {
    hint.hidden = false;
    hint.replaceChildren(h("p", {}, icon("film"), h("strong", {}, `${t("Recorded")}: ${t(title)}`)), h("p.af-muted", {}, t(lesson), " ",
      right ? t("The answer is right.") : t("The answer is wrong; right would be: {gold}", { gold })));
  }

  /** One hint after the first recording, then the newcomer's own question. */
  function invite() {
    hint.append(invitation(() => drawer.open()));
  }

  async function arrive() {
    const wanted = new URLSearchParams(location.search);
    if (wanted.has("trace")) return void show(wanted.get("trace"));
    if (wanted.has("run") || host.run || seen()) return;
    const visitor = watchVisitor();
    const free = () => !host.run && host.events.length === 0 && !visitor.acts();
    const [first] = await load();
    if (first && free()) await show(first.name, { done: invite, wanted: free });
    visitor.close();
  }

  return { arrive };
}

/** Whether the visitor does something of their own: between a click on Run and the server's answer no run tells of it. */
function watchVisitor() {
  let clicked = false;
  const click = () => { clicked = true; };
  document.addEventListener("click", click, true);
  return {
    acts: () => clicked || Boolean(document.querySelector("#af-question textarea")?.value),
    close: () => document.removeEventListener("click", click, true),
  };
}

/** Whether this browser has been here; from now on it has. */
function seen() {
  try {
    const before = localStorage.getItem(SEEN);
    localStorage.setItem(SEEN, "1");
    return before !== null;
  } catch { return true; }
}

function address(name) {
  const url = new URL(location.href);
  if (name) url.searchParams.set("trace", name);
  else url.searchParams.delete("trace");
  history.replaceState(history.state, "", url);
}

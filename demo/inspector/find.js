// Finding words in the run that is shown: "/" opens the field, Enter goes to the next place, Shift+Enter back. What a part
// says and its raw text are searched, while the flow grows, too; after a rewind only what is shown. Prompts repeat what was
// before, so the places that only they hold are counted apart and gone through on demand; the server is asked for them.

import { change, h, icon } from "./dom.js";
import { createHighlight } from "./highlight.js";
import { partOfEvent, told } from "./told.js";
import { t, tn } from "./words.js";

const TYPING_MS = 250;
const LEAST_FOR_PROMPTS = 2;

/** Where an event holds `words` (in lower case): the tab that shows them, or null. Pure. */
export function holds(event, words) {
  const has = (text) => String(text ?? "").toLowerCase().includes(words);
  const line = told(event);
  const calls = [event.call, ...(event.calls ?? [])].filter(Boolean);
  if (line && has(`${line.title}\n${line.text}`)) return "Live";
  if (has(event.result?.error) || (event.arguments && has(JSON.stringify(event.arguments)))) return "Live";
  if (calls.some((call) => has(call.completion.text))) return "Raw";
  return calls.some((call) => call.messages?.some((message) => has(message.content))) ? "Prompt" : null;
}

/** The places that hold `words`, `{seq, turn, phase, tab}`, in the order of the flow. `prompts`: events whose prompts do. */
export function find(events, words, prompts = new Set()) {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  return events.flatMap((event) => {
    const place = partOfEvent(event);
    const tab = place && (holds(event, wanted) ?? (prompts.has(event.seq) ? "Prompt" : null));
    return tab ? [{ seq: event.seq, ...place, tab }] : [];
  });
}

/** Adds the field to `tools`; `module` shows the tab of a hit, `home` is where hits are marked. */
export function mountFind(host, tools, module, home) {
  const field = h("input.af-find-field", { type: "search", placeholder: t("Find in this run"), "aria-label": t("Find in this run") });
  const count = h("span.af-find-count", { role: "status" });
  const more = h("button.af-tool", { type: "button", hidden: true, "aria-pressed": "false", onclick: () => { inPrompts = !inPrompts; draw(); } });
  const highlight = createHighlight(home);
  tools.append(h("label.af-find", {}, icon("find"), field, count), more);
  let places = [];
  let prompts = new Set();
  let inPrompts = false;
  let current = null; // the seq of the hit that was gone to
  let timer = null;

  function search() {
    places = find(host.events, field.value, prompts);
    draw();
  }

  function shown() {
    return places.filter((place) => place.seq <= (host.at ?? Infinity) && (inPrompts || place.tab !== "Prompt"));
  }

  function draw() {
    const hits = shown();
    const at = hits.findIndex((place) => place.seq === current);
    const text = !field.value.trim() ? "" : at < 0 ? tn(hits.length, "{n} found", "{n} found") : `${at + 1} / ${hits.length}`;
    change(count, text);
    const also = places.filter((place) => place.tab === "Prompt").length;
    more.hidden = also === 0;
    more.setAttribute("aria-pressed", String(inPrompts));
    change(more, also ? tn(also, "{n} in prompts", "{n} in prompts") : "");
    highlight.show(field.value);
  }

  function typed() {
    prompts = new Set();
    current = null;
    search();
    later();
  }

  /** Asks for prompts soon, not with every letter and every event. */
  function later() {
    if (host.run && field.value.trim().length >= LEAST_FOR_PROMPTS) timer ??= setTimeout(askForPrompts, TYPING_MS);
  }

  async function askForPrompts() {
    timer = null;
    const [run, words] = [host.run, field.value];
    if (!run || words.trim().length < LEAST_FOR_PROMPTS) return;
    const answer = await host.server.find({ run, words }).catch(() => null);
    if (!answer?.seqs || host.run !== run || field.value !== words) return;
    prompts = new Set(answer.seqs);
    search();
  }

  function go(step) {
    const hits = shown();
    if (!hits.length) return;
    const at = hits.findIndex((place) => place.seq === current);
    const next = hits[at < 0 ? (step > 0 ? 0 : hits.length - 1) : (at + step + hits.length) % hits.length];
    current = next.seq;
    host.select({ turn: next.turn, phase: next.phase }, { by: "find" });
    module.show(next.tab);
    draw();
  }

  field.addEventListener("input", typed);
  field.addEventListener("keydown", (e) => {
    if (e.key === "Enter") {
      e.preventDefault();
      go(e.shiftKey ? -1 : 1);
    } else if (e.key === "Escape") field.blur();
  });
  host.key("/", t("Find in this run"), () => {
    field.focus();
    field.select();
  });
  host.on("event", (event) => {
    if (!field.value.trim()) return;
    places.push(...find([event], field.value, prompts));
    later();
  });
  host.on("change", draw);
  host.on("restart", () => {
    field.value = "";
    typed();
  });
}

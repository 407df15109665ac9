// The memory after the step that is looked at: what the step added, all of it, or as the next planner's prompt had it.

import { h, icon, selectedIn } from "./dom.js";
import { memoryAfter } from "./fold.js";
import { entryView } from "./cards.js";
import { whole } from "./panel.js";
import { codeBlock } from "./folded.js";
import { errorView } from "./results.js";
import { t, tn } from "./words.js";

const MODES = ["diff", "full", "seen"];
const MOST_ENTRIES = 40;

/** Puts the memory into `home`. */
export function mountMemory(host, home) {
  const title = h("span.af-pane-title", {});
  const body = h("div.af-memory-body", {});
  const state = { mode: "diff", version: "" };
  const names = { diff: t("Diff"), full: t("Full"), seen: t("As the planner saw it") };
  const buttons = MODES.map((mode) => h("button.af-tool", { type: "button", "aria-pressed": String(mode === state.mode), onclick: () => choose(mode) }, names[mode]));
  const node = h("section.af-memory-pane", { "aria-label": t("Memory") },
    h("div.af-module-top", {}, icon("memory"), title), h("div.af-modes", { role: "group", "aria-label": t("How the memory is shown") }, buttons), body);
  home.append(node);

  function choose(mode) {
    state.mode = mode;
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(MODES[i] === mode)));
    draw();
  }

  function draw() {
    const flow = host.shown;
    node.hidden = flow.next === 0;
    const last = flow.turns.at(-1)?.number ?? 0;
    const number = host.selection ? (host.selection.phase === "answer" ? last : host.selection.turn) : last;
    const turn = flow.turns.find((known) => known.number === number);
    const version = [state.mode, number, turn?.parts.tool?.seq, turn?.parts.verify?.seq, turn?.failed, state.mode === "seen" ? flow.turns.length : 0].join("|");
    if (version === state.version || (host.selection === null && selectedIn(body))) return;
    state.version = version;
    title.textContent = number ? t("Memory after turn {n}", { n: number }) : t("Memory before the first turn");
    if (state.mode === "seen") drawSeen(flow, number);
    else body.replaceChildren(...entries(memoryAfter(flow, number), number));
  }

  function entries(known, number) {
    const fresh = known.filter((entry) => entry.turn === number);
    const earlier = known.length - fresh.length;
    if (!known.length) return [h("p.af-muted", {}, t("Nothing yet."))];
    if (state.mode === "diff") {
      return [earlier ? h("p.af-muted", {}, tn(earlier, "{n} earlier entry, unchanged", "{n} earlier entries, unchanged")) : null,
        fresh.length ? list(fresh, number) : h("p.af-muted", {}, t("This turn has added nothing so far."))].filter(Boolean);
    }
    const shown = known.slice(-MOST_ENTRIES);
    const hidden = known.length - shown.length;
    const all = h("button.af-more", { type: "button", onclick: () => body.replaceChildren(list(known, number)) }, t("Show all {n} entries", { n: known.length }));
    return [hidden ? all : null, list(shown, number)].filter(Boolean);
  }

  function list(shown, number) {
    return h("ol.af-entries", {}, shown.map((entry) => entryView(entry, entry.turn === number)));
  }

  async function drawSeen(flow, number) {
    const part = flow.turns.find((turn) => turn.number === number + 1)?.parts.plan;
    const version = state.version;
    const seq = part?.seq ?? null;
    if (seq === null) return body.replaceChildren(h("p.af-muted", {}, t("No planner has read the memory after this turn.")));
    body.replaceChildren(h("p.af-muted", {}, t("Loading …")));
    try {
      const event = await whole(host.fetchEvent, seq);
      if (state.version !== version) return null;
      return body.replaceChildren(
        h("p.af-muted", {}, t("Word for word from the prompt of turn {n}'s planner", { n: number + 1 })), codeBlock(memoryInPrompt(event.call)));
    } catch (error) {
      return body.replaceChildren(errorView(t("This part could not be loaded. {why}", { why: error?.message ?? "" }), ""));
    }
  }

  host.on("change", draw);
  host.on("restart", () => { state.version = ""; });
}

/** The stretch of a planner's prompt that holds the memory; the whole prompt where it cannot be told apart. */
export function memoryInPrompt({ dialect, messages }) {
  const text = messages.map((message) => message.content).join("\n\n");
  if (dialect === "pocket") {
    const first = text.indexOf("<plan>");
    return first < 0 ? text : text.slice(first, text.lastIndexOf("<plan>")) || t("(empty)");
  }
  const start = text.indexOf("\nMemory:\n");
  const end = text.lastIndexOf("\nYou are the planner.");
  return start < 0 ? text : text.slice(start + 9, end > start ? end : undefined).trim();
}

// The keyboard: moves through turns and modules, and runs what modules registered with `host.key`. Off while the reader
// types and in the Training view; "?" lists all keys. A key that did nothing (its function said false) stays the
// browser's: Space scrolls the page where there is no flow to pause.

import { h } from "./dom.js";
import { allParts } from "./fold.js";
import { t } from "./words.js";

const TYPING = "input, textarea, select, [contenteditable=true]";
const PRESSABLE = "button, a, summary, [role=tab], [role=slider]";

/** Listens on the page; `module.show(n)` opens a tab of the selected module. */
export function mountKeys(host, root, module) {
  const help = h("dialog.af-help", { "aria-label": t("Keys") });
  root.append(help);
  host.key(["j", "ArrowDown"], t("Next turn"), () => moveTurn(1));
  host.key(["k", "ArrowUp"], t("Previous turn"), () => moveTurn(-1));
  host.key(["l", "ArrowRight"], t("Next module"), () => movePart(1));
  host.key(["h", "ArrowLeft"], t("Previous module"), () => movePart(-1));
  for (const n of [1, 2, 3, 4, 5, 6]) host.key(String(n), n === 1 ? t("1 to 6: tabs of the selected module") : null, () => module.show(n));
  host.key("Escape", t("Follow the flow again"), follow);
  host.key("?", t("These keys"), showHelp);

  function movePart(step) {
    const parts = allParts(host.shown);
    const at = parts.findIndex((part) => part.turn === host.selection?.turn && part.phase === host.selection?.phase);
    const next = at < 0 ? (step > 0 ? 0 : parts.length - 1) : Math.max(0, Math.min(parts.length - 1, at + step));
    return choose(parts[next]);
  }

  function choose(part) {
    if (part) host.select(part, { by: "key" });
    return Boolean(part);
  }

  function follow() {
    const chosen = host.selection !== null;
    host.select(null);
    return chosen;
  }

  function moveTurn(step) {
    const { analysis, turns, answer } = host.shown;
    const stops = [analysis && [analysis], ...turns.map((turn) => Object.values(turn.parts)), answer && [answer]].filter((parts) => parts?.length);
    const at = stops.findIndex((parts) => parts.some((part) => part.turn === host.selection?.turn && (part.turn || part.phase === host.selection?.phase)));
    const next = at < 0 ? (step > 0 ? 0 : stops.length - 1) : Math.max(0, Math.min(stops.length - 1, at + step));
    return choose(stops[next]?.[0]);
  }

  function showHelp() {
    help.replaceChildren(h("h3", {}, t("Keys")), h("dl.af-help-keys", {}, host.keys.filter((key) => key.does).flatMap(({ keys, does }) => [
      h("dt", {}, keys.map((key) => h("kbd", {}, shownKey(key)))), h("dd", {}, does)])),
    h("button.af-button", { type: "button", onclick: () => help.close() }, t("Close")));
    help.showModal();
  }

  function pressed(e) {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || help.open) return;
    const on = e.target instanceof Element ? e.target : document.body;
    if (on.closest(TYPING) || document.querySelector("dialog[open]")) return;
    if (e.key.startsWith("Arrow") && (on.closest(".af-scrolls, [role=tab], [role=slider], pre") || !on.closest(".af"))) return;
    if ((e.key === " " || e.key === "Enter") && on.closest(PRESSABLE)) return;
    const known = host.keys.find(({ keys }) => keys.includes(e.key));
    if (!known || root.querySelector(".af-flow")?.hidden || document.documentElement.dataset.view === "training") return;
    if (known.act() !== false) e.preventDefault();
  }

  document.addEventListener("keydown", pressed);
  host.on("close", () => document.removeEventListener("keydown", pressed));
}

function shownKey(key) {
  return { " ": t("space"), ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc" }[key] ?? key;
}

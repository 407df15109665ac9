// The selected module, beside the cards: what it writes now, its prompt, raw text, parsed fields, tokens, JSON. Without a
// selection it follows the flow. The tab stays as chosen from one module to the next.

import { tabList, tabView, TABS } from "./calls.js";
import { partBody, partHead } from "./cards.js";
import { grow, h, icon, selectedIn, visible } from "./dom.js";
import { ROLE_OF, allParts, stampOf } from "./fold.js";
import { placeOf, writingText } from "./names.js";
import { createActs } from "./module_acts.js";
import { whole } from "./panel.js";
import { errorView } from "./results.js";
import { t } from "./words.js";

const KEPT = 40;

/** Puts the selected module into `home`. */
export function mountModule(host, home) {
  const title = h("div.af-module-head", {});
  const place = h("span.af-module-place", {});
  const back = h("button.af-tool", { type: "button", hidden: true, onclick: () => host.select(null) }, icon("down"), t("Follow the flow"));
  const acts = createActs(host);
  const slot = h("div.af-module-body", {});
  const node = h("section.af-module", { "aria-label": t("Selected module") },
    h("div.af-module-top", {}, place, back), title, acts.node, slot);
  const fetched = new Map();
  const state = { tab: "Live", key: "", version: "", wanted: "", tabs: null, top: 0, atEnd: true, scroll: null };
  slot.addEventListener("scroll", () => {
    state.top = slot.scrollTop;
    state.atEnd = slot.scrollHeight - slot.scrollTop - slot.clientHeight < 40;
  }, { passive: true });
  home.append(node);

  function shownPart() {
    const parts = allParts(host.shown);
    const wanted = host.selection ?? host.shown.active;
    return parts.find((part) => part.turn === wanted?.turn && part.phase === wanted?.phase) ?? parts.at(-1) ?? null;
  }

  function draw() {
    const part = shownPart();
    node.hidden = !part;
    back.hidden = host.selection === null;
    if (!part) return;
    const writing = host.live && host.at === null && part.state === "running" && host.live.turn === part.turn && host.live.phase === part.phase ? host.live.text : null;
    const key = `${part.turn}|${part.phase}`;
    const version = `${key}|${stampOf(part)}`;
    const wanted = host.selection ? key : "";
    if (version !== state.version && wanted === state.wanted && selectedIn(slot)) return; // the flow goes on, the reader does not
    state.wanted = wanted;
    if (version !== state.version) drawPart(part, key, version);
    if (state.tab === "Live") drawLive(part, writing);
  }

  function drawPart(part, key, version) {
    const same = key === state.key;
    Object.assign(state, { key, version, text: null });
    place.textContent = placeOf(part);
    node.dataset.role = ROLE_OF[part.phase];
    title.replaceChildren(...partHead(part, ROLE_OF[part.phase]));
    acts.draw(part);
    if (!same) state.atEnd = true;
    if (state.top) state.scroll = same ? state.top : 0;
    const names = part.phase === "tool" && !part.calls.length ? ["Live", "Parsed", "JSON"] : ["Live", ...TABS];
    state.tabs = tabList(names, state.tab, (name) => view(name, part), {
      label: t("What this module read and wrote"), onShow: (name) => { state.tab = name; },
    });
    slot.replaceChildren(state.tabs.node);
  }

  function view(name, part) {
    if (name === "Live") return [partBody(part), h("pre.af-writing", { "aria-hidden": "true", hidden: true })];
    const seqs = [...part.failures.map((failure) => failure.seq), part.seq].filter((seq) => seq !== null);
    if (!seqs.length) return [h("p.af-muted", {}, writingText(part.phase))];
    const holder = h("div.af-pane", {});
    fill(holder, name, seqs);
    return holder;
  }

  async function fill(holder, name, seqs) {
    const known = seqs.every((seq) => fetched.has(seq));
    if (!known) holder.replaceChildren(h("p.af-muted", {}, t("Loading …")));
    try {
      const events = known ? seqs.map((seq) => fetched.get(seq)) : await Promise.all(seqs.map(fetchWhole));
      holder.replaceChildren(...events.flatMap((event) => [
        events.length > 1 ? h("span.af-label", {}, event.type === "parse_failed" ? t("Attempt {n}, unreadable", { n: event.call.attempt }) : t("Attempt {n}", { n: event.call?.attempt ?? 1 })) : null,
        ...tabView(name, event, host.earned)].filter(Boolean)));
    } catch (error) {
      holder.replaceChildren(errorView(t("This part could not be loaded. {why}", { why: error?.message ?? "" }), t("Select it again to try once more.")));
    }
  }

  async function fetchWhole(seq) {
    if (!fetched.has(seq)) fetched.set(seq, await whole(host.fetchEvent, seq));
    if (fetched.size > KEPT) fetched.delete(fetched.keys().next().value);
    return fetched.get(seq) ?? whole(host.fetchEvent, seq);
  }

  function drawLive(part, writing) {
    const text = state.tabs?.pane.querySelector(".af-writing");
    if (!text || writing === state.text) return;
    state.text = writing;
    text.hidden = writing === null;
    grow(text, writing === null ? "" : visible(writing));
    if (writing !== null && state.atEnd) state.scroll = Infinity;
  }

  /** Where the reader was, or at the end of what is being written. */
  function scroll() {
    if (state.scroll === null) return;
    slot.scrollTop = Math.min(state.scroll, slot.scrollHeight);
    state.scroll = null;
  }

  host.on("change", draw);
  host.on("drawn", scroll);
  host.on("restart", () => {
    fetched.clear();
    Object.assign(state, { key: "", version: "" });
  });
  return {
    /** Shows a tab of the module that is shown, by its name or its number (from 1); false where it has no such tab. */
    show(tab) {
      const name = typeof tab === "number" ? ["Live", ...TABS][tab - 1] : tab;
      const button = node.querySelector(`.af-tab[data-tab="${name}"]`);
      if (button?.getAttribute("aria-selected") === "false") button.click();
      return button !== null;
    },
  };
}

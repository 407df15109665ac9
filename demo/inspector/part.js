// One part of the timeline on the page: head, body, the text being written now, and a panel for each call.
// The slots are made once; only a slot whose content changed is drawn again, and panels are only ever added.

import { ROLE_OF, stampOf } from "./fold.js";
import { grow, h, visible } from "./dom.js";
import { partBody, partHead } from "./cards.js";
import { nameOf, writingText } from "./names.js";
import { panel } from "./panel.js";
import { t } from "./words.js";

/** Makes the element of one part; `draw(part, live)` brings it up to date. */
export function createPart(phase, host) {
  const role = ROLE_OF[phase];
  const slots = { head: h("div.af-part-head"), buttons: h("div.af-opens"), body: h("div"), writing: h("div.af-writing-slot"), panels: h("div.af-panels") };
  const node = h("div.af-part", { role: "group", "data-phase": phase, "data-role": role, "aria-label": nameOf(phase) },
    h("div.af-part-row", {}, slots.head, slots.buttons), slots.body, slots.writing, slots.panels);
  const shown = { version: "", seqs: new Set(), text: null };

  function draw(part, live) {
    const version = stampOf(part);
    if (version !== shown.version) {
      shown.version = version;
      node.dataset.state = part.state;
      slots.head.replaceChildren(...partHead(part, role));
      slots.body.replaceChildren(partBody(part));
      part.failures.forEach((failure, i) => addPanel(t("Attempt {n}", { n: i + 1 }), failure.seq));
      if (part.seq !== null) addPanel(phase === "tool" ? t("In full") : t("Prompt & raw"), part.seq);
    }
    drawWriting(part.state === "running" ? live : undefined);
  }

  function addPanel(label, seq) {
    if (shown.seqs.has(seq)) return;
    shown.seqs.add(seq);
    const { button, body } = panel(label, seq, host);
    slots.buttons.append(button);
    slots.panels.append(body);
  }

  function drawWriting(live) {
    if (live === undefined) {
      if (shown.text !== null) slots.writing.replaceChildren();
      shown.text = null;
      return;
    }
    if (shown.text === null) {
      slots.writing.replaceChildren(h("p.af-muted.af-busy", {}, h("span.af-dots", { "aria-hidden": "true" }), writingText(phase)),
        h("pre.af-writing", { "aria-hidden": "true" }));
    }
    if (shown.text !== live) grow(slots.writing.lastChild, visible(live));
    shown.text = live;
  }

  return { node, draw, body: slots.body };
}

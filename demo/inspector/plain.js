// The plain view: the same log as headings and paragraphs, nothing else. For screen readers, small phones and printing.

import { h } from "./dom.js";
import { folded } from "./folded.js";
import { partOfEvent, told } from "./told.js";
import { t } from "./words.js";

/** Adds the switch to `tools` and the view after `columns`, which it replaces while it is on. */
export function mountPlain(host, tools, columns) {
  const list = h("div.af-plain", { hidden: true });
  const button = h("button.af-tool", { type: "button", "aria-pressed": "false", title: t("The same log as plain text"), onclick: toggle }, t("Plain view"));
  tools.append(button);
  columns.after(list);
  let turn = null;
  let drawn = -1;

  function toggle() {
    const on = list.hidden;
    list.hidden = !on;
    columns.hidden = on;
    button.setAttribute("aria-pressed", String(on));
    draw();
  }

  function draw() {
    if (list.hidden) return;
    for (const event of host.events) if (event.seq > drawn) append(event);
    const upTo = host.at ?? Infinity;
    for (const node of list.children) node.hidden = Number(node.dataset.seq) > upTo;
  }

  function append(event) {
    drawn = event.seq;
    const line = told(event);
    if (!line) return;
    const place = partOfEvent(event);
    if (place?.turn && place.turn !== turn) list.append(h("h4", { "data-seq": event.seq }, t("Turn {n}", { n: (turn = place.turn) })));
    list.append(h("div.af-plain-line", { "data-seq": event.seq, role: "group", "aria-label": line.title },
      h("h5", {}, line.title), line.text ? folded(line.text, "p.af-text") : null));
  }

  host.on("change", draw);
  host.on("restart", () => {
    list.replaceChildren();
    [turn, drawn] = [null, -1];
  });
}

// Module and memory: a column beside the cards where there is room, else a sheet that a dock at the bottom opens. In the
// sheet the two lie side by side and are swiped.

import { h, icon } from "./dom.js";
import { t } from "./words.js";

const PANES = [["module", "panel", "Module"], ["memory", "memory", "Memory"]];

/** Gives `{panes, sheet, dock}`: what the two are put into, where that stands, and the buttons for small screens. */
export function createSheet(host) {
  const panes = h("div.af-sheet-panes", {});
  const close = h("button.af-tool.af-sheet-close", { type: "button", "aria-label": t("Close"), onclick: shut }, icon("cross"));
  const sheet = h("div.af-sheet", { id: "af-sheet" }, close, panes);
  const buttons = PANES.map(([name, mark, title], i) => h("button.af-dock-button", { type: "button", "aria-expanded": "false", "aria-controls": sheet.id, "data-pane": name, onclick: () => press(i) }, icon(mark), t(title)));
  const dock = h("div.af-dock", { role: "group", "aria-label": t("Module and memory") }, buttons);
  let open = null;

  function press(i) {
    if (open === i) return shut();
    open = i;
    draw();
    panes.scrollTo({ left: i * panes.clientWidth, behavior: "instant" });
    return undefined;
  }

  function shut() {
    if (open === null) return;
    const button = buttons[open];
    const inside = sheet.contains(document.activeElement);
    open = null;
    draw();
    if (inside) button.focus();
  }

  function draw() {
    sheet.toggleAttribute("data-open", open !== null);
    sheet.closest(".af-columns")?.toggleAttribute("data-sheet", open !== null);
    buttons.forEach((button, i) => button.setAttribute("aria-expanded", String(i === open)));
  }

  panes.addEventListener("scroll", () => {
    const i = Math.round(panes.scrollLeft / Math.max(1, panes.clientWidth));
    if (open === null || i === open || !PANES[i]) return;
    open = i;
    draw();
  }, { passive: true });
  sheet.addEventListener("keydown", (key) => {
    if (key.key !== "Escape" || open === null) return;
    key.preventDefault();
    shut();
  });
  host.on("select", ({ phase }) => { if (!phase) shut(); });
  host.on("restart", shut);
  return { panes, sheet, dock };
}

// The row of buttons above everything, each with a drawer under it; one drawer is open at a time.

import { h, icon } from "./dom.js";

/** Puts the row into the top region. `add(...)` gives `{open, close}` of a new drawer. */
export function createBar(host) {
  const row = h("div.af-bar", { role: "toolbar" });
  const home = h("div.af-drawers");
  const drawers = [];
  host.regions.top.append(row, home);

  function closeAll() {
    drawers.forEach((drawer) => drawer.show(false));
  }

  return {
    /** A button without a drawer. */
    action(mark, title, act) {
      row.append(h("button.af-button", { type: "button", onclick: act }, icon(mark), title));
    },
    /** A drawer; without a `mark` it has no button. `onOpen` is called each time it opens, `onClose` when it closes. */
    add({ mark, title, node, onOpen = () => {}, onClose = () => {} }) {
      const drawer = h("section.af-drawer", { hidden: true, "aria-label": title, id: `af-drawer-${drawers.length}` }, node);
      const button = h("button.af-button", { type: "button", "aria-expanded": "false", "aria-controls": drawer.id, onclick: toggle }, mark && icon(mark), title);
      const known = { show };
      drawers.push(known);
      if (mark) row.append(button);
      home.append(drawer);

      function show(yes) {
        if (drawer.hidden === !yes) return;
        drawer.hidden = !yes;
        button.setAttribute("aria-expanded", String(yes));
        (yes ? onOpen : onClose)();
      }
      function toggle() {
        const wanted = drawer.hidden;
        closeAll();
        show(wanted);
      }
      drawer.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        show(false);
        if (mark) button.focus();
      });
      return { open: () => { closeAll(); show(true); }, close: () => show(false), node: drawer };
    },
    closeAll,
  };
}

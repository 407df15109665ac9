// One module's call inside its card, fetched when it is opened for the first time.
// The panel is made once and never touched by updates, so it stays as the reader left it.

import { tabList, tabsOf, tabView } from "./calls.js";
import { h } from "./dom.js";
import { errorView } from "./results.js";
import { fromServer, t } from "./words.js";

/** A closed panel for the event `seq`: its button and its body. `host.fetchEvent(seq)` gives the whole event. */
export function panel(label, seq, host) {
  const body = h("div.af-panel", { id: `af-panel-${seq}`, hidden: true, "data-seq": String(seq) });
  const button = h("button.af-open", { type: "button", "aria-expanded": "false", "aria-controls": body.id }, label);
  let state = "empty";
  button.addEventListener("click", async () => {
    body.hidden = !body.hidden;
    button.setAttribute("aria-expanded", String(!body.hidden));
    if (body.hidden || state !== "empty") return;
    body.dispatchEvent(new CustomEvent("agentflow:reading", { bubbles: true }));
    state = "loading";
    body.replaceChildren(h("p.af-muted", {}, t("Loading …")));
    try {
      const event = await whole(host.fetchEvent, seq);
      const names = tabsOf(event);
      body.replaceChildren(tabList(names, names[0], (name) => tabView(name, event, host.earned), { label: t("What this module read and wrote") }).node);
      state = "shown";
    } catch (error) {
      state = "empty";
      body.replaceChildren(errorView(t("This part could not be loaded. {why}", { why: error?.message ?? "" }), t("Close and open it to try again.")));
    }
  });
  return { button, body };
}

/** The whole event `seq`. Throws with the server's own words when it cannot be had. */
export async function whole(fetchEvent, seq) {
  const answer = await fetchEvent(seq);
  if (!answer?.event) throw new Error(fromServer(answer?.problem) || t("The server cannot be reached."));
  return answer.event;
}

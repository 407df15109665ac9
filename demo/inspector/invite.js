// After the first recorded flow: one hint, to fork it at its first plan with another tool. The fork runs live; when it is
// over both stand side by side, and the next question is the visitor's own.

import { h, icon } from "./dom.js";
import { t } from "./words.js";

/** `invitation(onMore)` makes the hint for the recording that is shown; `onMore` opens the list of recordings. */
export function createInvite(host, compare) {
  let asked = null; // the fork that was asked for: {recording, tool, before, run}

  host.on("refused", () => starting(false));
  host.on("begun", ({ run, at }) => {
    if (asked && at !== undefined && asked.run === null) asked.run = run;
    else asked = null;
  });
  host.on("end", () => {
    if (!asked?.run || host.run !== asked.run) return;
    const { recording, run, tool, before } = asked;
    asked = null;
    compare({ recording, label: t("Recorded: {tool} first", { tool: before }) }, { run, label: t("Yours: {tool} first", { tool }) }, { note: ownQuestion(t("The same question, another first step. Now ask your own:")) });
  });

  /** A fork takes a moment to begin, the first one longer. */
  function starting(yes) {
    if (!yes) asked = null;
    const row = host.regions.toolbar.parentNode.querySelector(".af-invite");
    for (const button of row?.querySelectorAll("[data-tool]") ?? []) button.disabled = yes;
    const said = row?.querySelector("[role=status]");
    if (said) said.textContent = yes ? t("Starting …") : "";
  }

  function fork(planned, tool) {
    starting(true);
    const { context, sub_goal } = planned.plan;
    asked = { recording: host.recording, tool, before: planned.plan.tool, run: null };
    host.startFork(planned.seq, { edit: { context, sub_goal, tool } });
  }

  return function invitation(onMore) {
    const planned = host.events.find((event) => event.type === "planned");
    const others = planned ? host.flow.tools.filter((tool) => tool !== planned.plan.tool) : [];
    const more = h("button.af-button", { type: "button", onclick: onMore }, t("More recorded flows"));
    return h("div.af-invite", {},
      others.length > 0 && h("div.af-buttons", {}, h("span", {}, icon("fork"), " ", t("The planner chose {tool} first. Pick another tool, and see where it leads:", { tool: planned.plan.tool })),
        others.map((tool) => h("button.af-button", { type: "button", "data-tool": tool, onclick: () => fork(planned, tool) }, tool)), h("span.af-muted", { role: "status" })),
      ownQuestion(t("Or click any step to see the exact prompt and text behind it, or ask your own:"), more));
  };
}

function ownQuestion(said, ...more) {
  return h("div.af-buttons.af-own", {}, h("span", {}, said), h("button.af-button.af-primary", { type: "button", onclick: askOwn }, t("Ask a question")), more);
}

function askOwn() {
  const field = document.querySelector("#af-question textarea");
  field?.scrollIntoView({ block: "center" });
  field?.focus();
}

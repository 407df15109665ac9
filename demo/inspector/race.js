// The race: the untrained and the trained planner answer one question, started together, and are compared as they run.

import { rememberKey } from "./control_keys.js";
import { h, icon } from "./dom.js";
import { t } from "./words.js";

const NAMES = { untrained: "Untrained planner", trained: "Flow-GRPO planner" };

/** Adds the drawer. */
export function mountRace(host, bar, compare, claim) {
  const field = h("input.af-entry-field", { type: "text", maxlength: "2000", "aria-label": t("Question for the race"), autocomplete: "off" });
  const form = h("form.af-race", {},
    h("p.af-muted", {}, t("Two planners get the same question at the same moment: the one before training and the one that Flow-GRPO trained. All other modules, tools and options are the same for both.")),
    h("div.af-race-row", {}, field, h("button.af-button.af-primary", { type: "submit" }, icon("play"), t("Start the race"))));
  const drawer = bar.add({ mark: "race", title: t("Race"), node: form, onOpen: () => { field.value ||= typed() || host.flow.question; field.focus(); } });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!field.value.trim()) return field.focus();
    host.trigger("race", { question: field.value });
  });
  host.on("race", ({ runs }) => {
    drawer.close();
    runs.forEach(({ run, key }) => rememberKey(run, key));
    compare(...runs.map(({ run, name, planner }) => ({
      run, label: `${t(NAMES[name] ?? name)} · ${planner}`, onEvent: (event) => { if (event.seq === 0) claim(run); },
    })));
  });
}

function typed() {
  return document.querySelector("#af-question textarea")?.value.trim() ?? "";
}

// What stands in the inspector before the first run: what will happen here.

import { h, icon } from "./dom.js";
import { t } from "./words.js";

const CAST = [
  ["planner", "Planner", "reads the question and the memory, then chooses one sub-goal and one tool."],
  ["executor", "Executor", "turns the sub-goal into a command, and the tool runs it."],
  ["verifier", "Verifier", "decides whether the memory is enough: CONTINUE or STOP, with its reason."],
  ["generator", "Generator", "writes the answer from what the memory holds."],
];

/** A short introduction of the four modules. */
export function welcome() {
  return h("div.af-welcome", {},
    h("h3", {}, t("Four agents, one memory")),
    h("p.af-muted", {}, t("Ask a question or pick an example, and watch it being solved, turn by turn. Every prompt and every raw text is one click away.")),
    h("ul.af-cast", {}, CAST.map(([role, name, does]) => h("li", {},
      h("span.af-avatar", { "data-role": role }, icon(role)), h("div", {}, h("strong", {}, t(name)), h("p.af-muted", {}, t(does)))))));
}

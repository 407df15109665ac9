// Why a flow is paused, in words: the log says it as the engine does, "breakpoint: turn 2, tool wikipedia_search". Pure.

import { nameOf } from "./names.js";
import { t, tn } from "./words.js";

const CONDITION = /, (?=(?:phase|turn|tool|nth_continue|parse_error) )/;
const SAID = {
  phase: (value) => t("before each {module} call", { module: nameOf(value) }),
  turn: (value) => t("turn {n} begins", { n: value }),
  tool: (value) => t("the tool is {tool}", { tool: value }),
  nth_continue: (value) => tn(Number(value), "the verifier has said CONTINUE once", "the verifier has said CONTINUE {n} times"),
  parse_error: () => t("a text could not be read"),
};

/** A sentence for the reason of a pause; what is not known stays as it is. */
export function whyPaused(why) {
  if (why === "asked to pause") return t("You asked it to pause.");
  if (why === "single step") return t("One step was taken.");
  if (!why.startsWith("breakpoint: ")) return why;
  const conditions = why.slice("breakpoint: ".length).split(CONDITION).map(spoken);
  if (conditions.includes(null)) return why === "breakpoint: every phase" ? t("Breakpoint: before every step.") : why;
  return t("Breakpoint: {what}.", { what: conditions.join(t(", and ")) });
}

function spoken(condition) {
  const [name, ...value] = condition.split(" ");
  return Object.hasOwn(SAID, name) ? SAID[name](value.join(" ")) : null;
}

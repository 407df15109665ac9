// What modules and phases are called on the page.

import { t } from "./words.js";

const NAMES = {
  analyze: "Planner reads the question", plan: "Planner", command: "Executor", tool: "Tool", verify: "Verifier",
  answer: "Generator",
};
const WRITING = {
  analyze: "reading the question", plan: "choosing the next step", command: "writing the command",
  tool: "is working", verify: "checking the memory", answer: "writing the answer",
};

/** The module of a phase. */
export function nameOf(phase) {
  return t(NAMES[phase] ?? phase);
}

/** "writing the command …", shown while nothing is there yet. */
export function writingText(phase) {
  return `${t(WRITING[phase])} …`;
}

/** "Turn 2", or the phase for the two that belong to no turn. */
export function placeOf({ turn, phase }) {
  return turn ? t("Turn {n}", { n: turn }) : t(phase === "answer" ? "Answer" : "Analysis");
}

// An event as plain words with all its texts: for the plain view and for finding in a run. Pure.

import { commandText } from "./fold.js";
import { seconds } from "./text.js";
import { whyPaused } from "./why.js";
import { fromServer, t } from "./words.js";

const TOLD = {
  flow_started: (e) => [t("Question"), e.question],
  analyzed: (e) => [t("Planner reads the question"), e.analysis],
  planned: (e) => [t("Planner chooses {tool}", { tool: e.plan.tool }), [e.plan.sub_goal, e.plan.context, e.plan.justification].filter(Boolean).join("\n")],
  commanded: (e) => [t("Executor writes the command"), commandText(e.command.arguments)],
  tool_returned: (e) => [t("{tool} answers after {time}", { tool: e.tool, time: seconds(e.seconds) }), e.result.text],
  verified: (e) => [t("Verifier says {verdict}", { verdict: e.verdict.stop ? "STOP" : "CONTINUE" }), e.verdict.reason],
  answered: (e) => [t("Generator answers"), [e.answer.text, e.answer.explanation].filter(Boolean).join("\n")],
  parse_failed: (e) => [t("Unreadable text"), `${e.field}: ${e.problem}`],
  turn_failed: (e) => [t("The turn failed"), fromServer(e.reason)],
  plan_dropped: (e) => [t("A plan made ahead of the verdict is dropped"), e.call.completion.text],
  edited: (e) => [t("Edited by hand"), JSON.stringify(e.after)],
  paused: (e) => [t("Paused"), whyPaused(e.why)],
  resumed: () => [t("Resumed"), ""],
  flow_finished: (e) => [t("The flow ended: {status}", { status: e.status }), fromServer(e.reason)],
};

/** `{title, text}` of an event, or null for one that says nothing by itself. */
export function told(event) {
  const known = TOLD[event.type];
  if (!known) return null;
  const [title, text] = known(event);
  return { title, text: String(text ?? "") };
}

/** The part that an event belongs to, `{turn, phase}`, or null. */
export function partOfEvent(event) {
  const phase = event.phase ?? PHASES[event.type];
  return phase ? { turn: event.turn ?? 0, phase } : null;
}

const PHASES = { analyzed: "analyze", planned: "plan", commanded: "command", tool_returned: "tool", verified: "verify", answered: "answer" };

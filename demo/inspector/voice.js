// What a screen reader hears: one short line a module, never the tokens. Pure.

import { fromServer, t, tn } from "./words.js";

/** The line for a flow that was over when it came into view: it is not told module by module. */
export function summary(flow) {
  const turns = tn(flow.turns.length, "{n} turn", "{n} turns");
  const end = flow.answer?.value ? t("Answer: {text}", { text: flow.answer.value.text }) : t("The flow ended: {status}", { status: fromServer(flow.reason) });
  return t("A finished flow of {turns} is shown: {question} {end}", { turns, question: flow.question, end });
}

/** The line for one event, or null when there is nothing to say. */
export function spoken(event) {
  switch (event.type) {
    case "flow_started": return t("The flow has started: {question}", { question: event.question });
    case "analyzed": return t("Planner: the question is read.");
    case "planned": return t("Turn {n}, planner: {goal}. Tool: {tool}.", { n: event.turn, goal: event.plan.sub_goal, tool: event.plan.tool });
    case "tool_returned": return event.result.error
      ? t("Tool {tool} failed: {error}", { tool: event.tool, error: event.result.error }) : t("Tool {tool} has answered.", { tool: event.tool });
    case "verified": return t("Verifier: {verdict}. {reason}", { verdict: event.verdict.stop ? t("stop") : t("continue"), reason: event.verdict.reason });
    case "parse_failed": return t("Unreadable text in {phase}: {problem}", { phase: event.phase, problem: event.problem });
    case "turn_failed": return t("Turn {n} failed: {why}", { n: event.turn, why: fromServer(event.reason) });
    case "answered": return t("Answer: {text}", { text: event.answer.text });
    case "flow_finished": return event.status === "answered" ? t("The flow is finished.") : t("The flow ended: {status}", { status: fromServer(event.reason) });
    default: return null;
  }
}

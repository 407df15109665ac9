// What a screen reader hears: one short line a module, never the tokens. Pure.

/** The line for one event, or null when there is nothing to say. */
export function spoken(event) {
  switch (event.type) {
    case "flow_started": return `The flow has started: ${event.question}`;
    case "analyzed": return "Planner: the question is read.";
    case "planned": return `Turn ${event.turn}, planner: ${event.plan.sub_goal}. Tool: ${event.plan.tool}.`;
    case "tool_returned": return event.result.error
      ? `Tool ${event.tool} failed: ${event.result.error}` : `Tool ${event.tool} has answered.`;
    case "verified": return `Verifier: ${event.verdict.stop ? "stop" : "continue"}. ${event.verdict.reason}`;
    case "parse_failed": return `Unreadable text in ${event.phase}: ${event.problem}`;
    case "turn_failed": return `Turn ${event.turn} failed: ${event.reason}`;
    case "answered": return `Answer: ${event.answer.text}`;
    case "flow_finished": return event.status === "answered" ? "The flow is finished." : `The flow ended: ${event.reason}`;
    default: return null;
  }
}

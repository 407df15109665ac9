// One question to the planner before and after the visitor's training, side by side.

import { h } from "../inspector/dom.js";
import { apply, emptyFlow } from "../inspector/fold.js";
import { follow } from "../inspector/follow.js";
import { fromServer, t } from "../inspector/words.js";

const EXAMPLES = [
  "How high is the highest mountain of Germany?",
  "Which is longer, the Danube or the Rhine?",
  "What is the atomic number of gold plus the atomic number of silver?",
];
const SETTLED = { answered: "Answered", unanswered: "No answer", budget: "Out of turns", failed: "Failed", cancelled: "Stopped" };

const WHAT = "On the real Pocket Wiki, which training never saw. All other modules are the same on both sides. A few steps mend some of "
  + "its bad habits, seldom all.";

/** `onAsk(question)`, `onOpen(run)`; `server` follows the two runs. */
export function createTryout({ server, onAsk, onOpen }) {
  const field = h("input.at-field", { type: "text", maxlength: 500, "aria-label": t("Question to try your planner with"), placeholder: t("Ask both planners …"), autocomplete: "off" });
  const ask = h("button.at-train", { type: "submit" }, t("Ask both"));
  const form = h("form.at-ask", {}, field, ask);
  const chips = h("div.at-chips", {}, EXAMPLES.map((text) =>
    h("button.at-chip", { type: "button", onclick: () => { field.value = text; send(); } }, text)));
  const problem = h("p.at-problem", { role: "alert" });
  const sides = h("div.at-sides", { hidden: true });
  const node = h("section.at-tryout", { "aria-label": t("Try your planner"), hidden: true },
    h("h3", {}, t("Try your planner")),
    h("p.af-muted", {}, t(WHAT)),
    form, chips, problem, sides);
  let stop = new AbortController();

  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });

  function send() {
    problem.textContent = "";
    onAsk(field.value);
  }

  function show(value) {
    problem.textContent = fromServer(value.problem);
    if (value.problem) return;
    stop.abort();
    stop = new AbortController();
    sides.hidden = false;
    sides.replaceChildren(side(t("Untrained"), value.before), side(t("Yours, trained here"), value.after));
  }

  function side(title, run) {
    const flow = emptyFlow();
    const state = h("span.at-side-state", { role: "status" }, t("Thinking …"));
    const turns = h("ol.at-side-turns", {});
    const answer = h("p.at-side-answer", {});
    const open = h("button.af-open", { type: "button", onclick: () => onOpen(run) }, t("Open in the inspector"));
    const node = h("article.at-side", { "aria-label": title }, h("div.at-side-head", {}, h("h4", {}, title), state), turns, answer, open);
    const onView = (view) => {
      for (const event of view.events ?? []) apply(flow, event);
      const failed = view.problem || view.note;
      state.textContent = failed ? "" : view.waiting ? t("Place {n} in line", { n: view.waiting }) : t(SETTLED[flow.status] ?? "Thinking …");
      node.dataset.status = flow.status ?? "";
      turns.replaceChildren(...flow.turns.map(turnView));
      answer.textContent = fromServer(failed || "") || flow.answer?.value?.text || "";
    };
    follow({ ask: server.follow, run, signal: stop.signal, onView });
    return node;
  }

  return { node, show, close: () => stop.abort() };
}

function turnView(turn) {
  const plan = turn.parts.plan?.value;
  const result = turn.parts.tool?.value?.result;
  const text = result?.error ?? result?.text ?? "";
  return h("li", {}, h("b", {}, plan?.tool ?? turn.failed ?? "…"), plan && h("span.at-goal", {}, plan.sub_goal),
    text && h("span.at-found", {}, text.length > 160 ? `${text.slice(0, 160)} …` : text));
}

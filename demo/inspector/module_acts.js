// What can be done at the selected module: run it again, change its action and go on, or leave from here. Each begins a
// fork, for what has happened stays; a flow that ended before its answer is resumed instead.

import { keyOf } from "./control_keys.js";
import { h, icon } from "./dom.js";
import { t } from "./words.js";

const EDITED = { plan: "plan", command: "command", tool: "command" };

/** Makes the row of buttons; `draw(part)` fits it to a part. */
export function createActs(host) {
  const retry = button("again", t("Retry"), t("Runs this module again, as a fork. A greedy model on the same text gives the same again."), () => again());
  const edit = button("generator", t("Edit and continue"), t("Change this action and go on from here, as a fork."), () => change());
  const leave = button("fork", t("Fork here"), t("Go on from here with other models, turns or temperature."), () => host.fork({ part }));
  const node = h("div.af-module-acts", { role: "group", "aria-label": t("From this module on") }, retry, edit, leave);
  let part = null;

  function again() {
    if (resumable()) host.trigger("resume", { run: host.run, key: keyOf(host.run), hand: window.agentflowBeginning?.(false) ?? "" });
    else host.retry(part);
  }

  /** The flow ended in this module before its answer, and this browser may go on with it. */
  function resumable() {
    const ended = host.flow.status && host.flow.status !== "answered";
    return Boolean(ended && host.run && keyOf(host.run) && part.state === "stopped");
  }

  function change() {
    const field = document.querySelector(".af-paused:not(.af-fork) :is(textarea, select)");
    const { paused } = host.flow;
    if (field && paused && paused.turn === part.turn && (paused.phase === "command" ? part.phase === "plan" : paused.phase === part.phase)) field.focus();
    else host.fork({ part: { turn: part.turn, phase: EDITED[part.phase] } });
  }

  return {
    node,
    draw(shown) {
      part = shown;
      const broken = part.state === "failed" || part.state === "stopped" || part.failures.length > 0 || Boolean(part.value?.result?.error);
      node.hidden = !host.forkable() || part.state === "running";
      node.toggleAttribute("data-broken", broken);
      retry.classList.toggle("af-primary", broken);
      edit.hidden = !(part.phase in EDITED) || !(part.value || part.phase === "tool");
    },
  };
}

function button(mark, title, does, onclick) {
  return h("button.af-button", { type: "button", title: does, onclick }, icon(mark), title);
}

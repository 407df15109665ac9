// Right or wrong, asked under the answer of one's own run. The mark is the history's: there it can be filtered and compared.

import { h, icon } from "./dom.js";
import { keyOf } from "./control_keys.js";
import { visitorKey } from "./history_visitor.js";
import { fromServer, t } from "./words.js";

const MARKS = [["right", "check", "Right"], ["wrong", "cross", "Wrong"]];

/** Puts the question into the answer's region; `claim(run)` puts a run on this visitor's shelf. */
export function mountFeedback(host, claim) {
  const said = h("span.af-muted", { role: "status" });
  const buttons = MARKS.map(([mark, sign, word]) => h("button.af-open", { type: "button", "data-mark": mark, "aria-pressed": "false", onclick: () => give(mark) }, icon(sign), t(word)));
  const node = h("div.af-feedback", { hidden: true, role: "group", "aria-label": t("Is the answer right?") }, h("span.af-label", {}, t("Is the answer right?")), buttons, said);
  let given = "";

  host.regions.answer.append(node);
  host.on("restart", () => { node.hidden = true; said.textContent = ""; });
  host.on("end", look);
  host.on("marked", ({ run, mark }) => { if (run === host.run) draw(mark); });

  async function look() {
    const { run } = host;
    if (!run || !host.flow.answer?.value) return;
    if (keyOf(run)) await claim(run);
    const answer = await ask({ do: "look", run });
    if (host.run !== run || !answer || answer.mark === null || answer.mark === undefined) return;
    node.hidden = false;
    draw(answer.mark);
  }

  function draw(mark) {
    given = mark;
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.mark === mark)));
  }

  async function give(wanted) {
    const mark = given === wanted ? "" : wanted;
    const answer = await ask({ do: "mark", run: host.run, mark });
    said.textContent = answer?.done ? (mark ? t("Kept in your history.") : "") : fromServer(answer?.problem) || t("The server cannot be reached.");
    if (answer?.done) host.emit("marked", { run: host.run, mark });
  }

  function ask(request) {
    return host.server.history({ visitor: visitorKey(), ...request }).catch(() => null);
  }
}

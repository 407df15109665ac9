// Breakpoints: which modules and conditions pause a flow. Kept for this tab; they go along with the next question, too.

import { h } from "./dom.js";
import { labelled } from "./control_form.js";
import { t } from "./words.js";

const PLACE = "agentflow.breakpoints";
const PHASES = [["plan", "Planner"], ["command", "Executor"], ["tool", "Tool"], ["verify", "Verifier"], ["answer", "Generator"]];

/** The panel; `list()` gives the breakpoints as the server takes them, `onChange` is told when they change. */
export function createBreakpoints(onChange) {
  const state = load();
  const checks = PHASES.map(([phase, name]) => check(t(name), state.phases.includes(phase), (on) => {
    state.phases = on ? [...state.phases, phase] : state.phases.filter((one) => one !== phase);
  }));
  const parse = check(t("A text cannot be read"), state.parse_error, (on) => { state.parse_error = on; });
  const names = h("datalist", { id: "af-break-tools" });
  const tool = field("text", state.tool, { list: names.id, maxlength: "200", autocomplete: "off", placeholder: t("any name") }, (value) => { state.tool = value.trim(); });
  const turn = field("number", state.turn, { min: "1", max: "1000" }, (value) => { state.turn = whole(value); });
  const nth = field("number", state.nth, { min: "1", max: "1000" }, (value) => { state.nth = whole(value); });
  const node = h("div.af-breaks", { id: "af-breaks", hidden: true },
    h("fieldset", {}, h("legend", {}, t("Pause before every")), checks),
    h("fieldset", {}, h("legend", {}, t("Pause when")), parse,
      labelled(t("the tool is"), tool), labelled(t("turn begins, number"), turn), labelled(t("CONTINUE was said, times"), nth)),
    names, h("button.af-button", { type: "button", onclick: clear }, t("Remove all")));

  function check(title, on, set) {
    const box = h("input", { type: "checkbox", checked: on });
    box.addEventListener("change", () => { set(box.checked); changed(); });
    return h("label.af-check-label", {}, box, title);
  }

  function field(type, value, attributes, set) {
    const input = h("input.af-input", { type, ...attributes });
    input.value = value ?? "";
    input.addEventListener("change", () => { set(input.value); changed(); });
    return input;
  }

  function changed() {
    try { sessionStorage.setItem(PLACE, JSON.stringify(state)); } catch { /* kept by the page alone */ }
    onChange(list());
  }

  function clear() {
    Object.assign(state, EMPTY, { phases: [] });
    for (const box of node.querySelectorAll("input[type=checkbox]")) box.checked = false;
    for (const input of [tool, turn, nth]) input.value = "";
    changed();
  }

  function list() {
    return [
      ...state.phases.map((phase) => ({ phase })),
      state.parse_error && { parse_error: true },
      state.tool && { tool: state.tool },
      state.turn && { turn: state.turn },
      state.nth && { nth_continue: state.nth },
    ].filter(Boolean);
  }

  return {
    node, list,
    /** The tools that can be named. */
    offer(tools) {
      if (names.childElementCount !== tools.length) names.replaceChildren(...tools.map((name) => h("option", { value: name })));
    },
  };
}

const EMPTY = { phases: [], parse_error: false, tool: "", turn: null, nth: null };

function load() {
  try { return { ...EMPTY, phases: [], ...JSON.parse(sessionStorage.getItem(PLACE) ?? "{}") }; } catch { return { ...EMPTY, phases: [] }; }
}

function whole(text) {
  const number = Math.round(Number(text));
  return number >= 1 && number <= 1000 ? number : null;
}

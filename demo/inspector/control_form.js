// The action that comes next as a form: the plan (sub-goal, context, tool) or the command (its arguments). Used at a
// pause and for a fork; says what changed, as it will be logged.

import { h } from "./dom.js";
import { t } from "./words.js";

const PLAN_FIELDS = [["sub_goal", "Sub-goal", 2], ["context", "Context", 3]];

/** What is about to be carried out: {kind, turn, tool, value}, or null where nothing can be edited. */
export function coming(flow) {
  const turn = flow.turns.at(-1);
  const { plan, command, tool, verify } = turn?.parts ?? {};
  if (!plan?.value || turn.failed || tool?.value || verify?.value) return null;
  const about = { turn: turn.number, tool: plan.value.tool };
  if (command?.value) return { ...about, kind: "command", value: command.value.arguments };
  return { ...about, kind: "plan", value: plan.value };
}

/** A form for `action`; `read()` gives the changes, null for none, and throws with a sentence for what is no JSON. */
export function createActionForm(action, tools) {
  const fields = action.kind === "plan" ? planFields(action.value, tools) : argumentFields(action.value);
  const changed = h("div.af-changes", { "aria-live": "polite" });
  const node = h("div.af-form", {}, fields.map((field) => field.node), changed);
  node.addEventListener("input", () => {
    try { changed.replaceChildren(...changeLines(action.value, read() ?? {})); }
    catch (error) { changed.replaceChildren(h("p.af-bad-text", {}, error.message)); }
  });

  function read() {
    const given = Object.fromEntries(fields.map((field) => [field.name, field.read()]));
    const differs = Object.keys(given).some((name) => JSON.stringify(given[name]) !== JSON.stringify(action.value[name]));
    if (!differs) return null;
    return action.kind === "plan" ? given : { arguments: { ...action.value, ...given } };
  }

  return { node, read };
}

/** Before and after of an edit, a line for each field that differs. */
export function changeLines(before, changes) {
  const after = changes.arguments ?? changes;
  return Object.keys(after).filter((name) => shown(after[name]) !== shown(before[name])).map((name) =>
    h("p.af-change", {}, h("span.af-label", {}, label(name)), h("del", {}, shown(before[name])), " ", h("ins", {}, shown(after[name]))));
}

function label(name) {
  return { sub_goal: t("Sub-goal"), context: t("Context"), tool: t("Tool") }[name] ?? name;
}

function shown(value) {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

function planFields(plan, tools) {
  const names = tools.includes(plan.tool) ? tools : [plan.tool, ...tools];
  const select = h("select.af-input", { name: "tool" }, names.map((name) => h("option", { value: name, selected: name === plan.tool }, name)));
  const texts = PLAN_FIELDS.map(([name, title, rows]) => textField(name, t(title), plan[name], rows));
  return [{ name: "tool", node: labelled(t("Tool"), select), read: () => select.value }, ...texts];
}

function argumentFields(values) {
  return Object.entries(values).map(([name, value]) => {
    if (typeof value === "string") return textField(name, name, value, value.includes("\n") ? 8 : 2);
    const field = textField(name, `${name} (JSON)`, JSON.stringify(value), 2);
    return { ...field, read: () => parsed(name, field.read()) };
  });
}

function parsed(name, text) {
  try { return JSON.parse(text); }
  catch { throw new Error(t("{name} is no JSON: {text}", { name, text: text.slice(0, 60) })); }
}

function textField(name, title, value, rows) {
  const area = h("textarea.af-input", { name, rows: String(rows), spellcheck: "false", dir: "auto", maxlength: "8000" });
  area.value = value ?? "";
  return { name, node: labelled(title, area), read: () => area.value };
}

/** A label around its field. */
export function labelled(title, field) {
  return h("label.af-field", {}, h("span.af-label", {}, title), field);
}

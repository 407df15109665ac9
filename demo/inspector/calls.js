// One event's model calls and value as tabs: prompt as sent, raw text, parsed fields with where they came from, tokens,
// JSON. Each view is made when its tab is opened.

import { h, icon } from "./dom.js";
import { failingSpot } from "./failing.js";
import { codeBlock } from "./folded.js";
import { errorView } from "./results.js";
import { fieldSpans } from "./spans.js";
import { tokensView } from "./tokens.js";
import { prettyJson } from "./text.js";
import { t, tn } from "./words.js";

export const TABS = ["Prompt", "Raw", "Parsed", "Tokens", "JSON"];
const VIEWS = { Prompt: promptView, Raw: rawView, Parsed: parsedView, Tokens: (event, calls, earned) => calls.flatMap((call) => tokensView(event, call, earned)), JSON: jsonView };

/** The tabs that an event has. */
export function tabsOf(event) {
  return callsOf(event).length ? TABS : ["Parsed", "JSON"];
}

/** The content of one tab. `earned` is what the flow earned in a training, where that is known. */
export function tabView(name, event, earned = null) {
  return VIEWS[name](event, callsOf(event), earned);
}

/** A tab list with its pane: `views` maps names to functions giving nodes; arrows move; `onShow(name)` is told. */
export function tabList(names, first, view, { label, onShow = () => {} }) {
  const pane = h("div.af-pane", { role: "tabpanel", tabindex: "0" });
  const buttons = names.map((name) => h("button.af-tab", { type: "button", role: "tab", "data-tab": name, onclick: () => show(name) }, t(name)));
  const list = h("div.af-tabs", {}, h("div.af-tab-row", { role: "tablist", "aria-label": label }, buttons), copyButton(pane));
  list.addEventListener("keydown", (key) => moveTab(key, buttons));
  function show(name) {
    buttons.forEach((b, i) => {
      b.setAttribute("aria-selected", String(names[i] === name));
      b.tabIndex = names[i] === name ? 0 : -1;
    });
    pane.setAttribute("aria-label", t(name));
    pane.dataset.tab = name;
    pane.replaceChildren(...[view(name)].flat());
    onShow(name);
  }
  show(names.includes(first) ? first : names[0]);
  return { node: h("div.af-tabbed", {}, list, pane), pane, show };
}

function callsOf(event) {
  return [event.call, ...(event.calls ?? [])].filter(Boolean);
}

function moveTab(key, buttons) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key.key];
  const at = buttons.indexOf(document.activeElement);
  if (!step || at < 0) return;
  key.preventDefault();
  const next = buttons[(at + step + buttons.length) % buttons.length];
  next.focus();
  next.click();
}

function copyButton(pane) {
  const button = h("button.af-copy", { type: "button", title: t("Copy this tab"), "aria-label": t("Copy this tab") }, icon("copy"), h("span", {}, t("Copy")));
  button.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(pane.innerText);
    button.lastChild.textContent = t("Copied");
    setTimeout(() => { button.lastChild.textContent = t("Copy"); }, 1500);
  });
  return button;
}

function promptView(_, calls) {
  return calls.flatMap((call) => [
    h("p.af-muted", {}, t("To {model} as {role} · {dialect} dialect · {sampling}", { model: call.completion.model, role: call.role, dialect: call.dialect, sampling: samplingText(call.sampling) })),
    ...(call.messages ?? []).map((m) => h("div.af-message", {}, h("span.af-message-role", {}, m.role), codeBlock(m.content))),
  ]);
}

function rawView(_, calls) {
  return calls.flatMap(({ completion: c, attempt }) => [
    codeBlock(c.text || t("(empty)")),
    h("p.af-muted", {}, [
      t("attempt {n}", { n: attempt ?? 1 }), tn(c.prompt_tokens, "{n} prompt token", "{n} prompt tokens"), tn(c.completion_tokens, "{n} new token", "{n} new tokens"),
      c.finish_reason === "length" ? t("cut at the token limit") : t("ended by itself"),
      c.seconds > 0 ? t("{n} tokens/s", { n: Math.round(c.completion_tokens / c.seconds) }) : "",
    ].filter(Boolean).join(" · ")),
  ]);
}

function parsedView(event) {
  const raw = event.call?.completion.text ?? "";
  if (event.type === "parse_failed") {
    return [errorView(t("No field “{field}” could be read: {problem}", { field: event.field, problem: event.problem }), ""), ...failedText(raw, event)];
  }
  const value = event.plan ?? event.command ?? event.verdict ?? event.answer
    ?? (event.analysis === undefined ? { tool: event.tool, arguments: event.arguments, ...event.result } : { analysis: event.analysis });
  const table = h("dl.af-fields", {}, Object.entries(value).flatMap(([name, v]) => [
    h("dt", { "data-field": fieldColour(name, value) }, name), h("dd", { dir: "auto" }, typeof v === "string" ? v || t("(empty)") : prettyJson(v)),
  ]));
  return event.call ? [table, ...markedText(raw, value)] : [table];
}

function markedText(raw, value) {
  const shown = writtenFields(value);
  const { pieces, missing } = fieldSpans(raw, shown);
  return [
    h("span.af-label", {}, t("Where it stands in the raw text")),
    h("pre.af-marked", { tabindex: "0", dir: "auto" }, pieces.map(({ text, field }) =>
      field ? h("mark.af-read", { "data-field": fieldColour(field.split(".")[0], value), title: field }, text) : text)),
    missing.length ? h("p.af-muted", {}, t("Rewritten or derived, so not found word for word: {names}.", { names: missing.join(", ") })) : null,
  ].filter(Boolean);
}

/** The raw text with the place marked at which it could not be read. */
function failedText(raw, event) {
  const { start, end } = failingSpot(raw, event);
  const cut = event.call.completion.finish_reason === "length";
  const mark = h("mark.af-wrong", { title: event.problem }, end > start ? raw.slice(start, end) : t("⟨missing⟩"));
  return [
    h("span.af-label", {}, t("What was written, and where it fails")),
    h("pre.af-marked", { tabindex: "0", dir: "auto" }, raw.slice(0, start), mark, raw.slice(end), cut ? h("mark.af-wrong", {}, t("⟨cut at the token limit⟩")) : null),
  ];
}

/** Fields that a model writes as text; flags and numbers of turns are derived from it. */
function writtenFields(value) {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => typeof v === "string" || (v && typeof v === "object" && !Array.isArray(v))));
}

function fieldColour(name, value) {
  return String(Object.keys(value).indexOf(name) % 5);
}

function jsonView(event) {
  return [codeBlock(prettyJson(event))];
}

function samplingText(sampling) {
  if (!sampling) return "";
  const { temperature, top_p: topP, max_tokens: max } = sampling;
  return t("temperature {temperature}, top-p {topP}, at most {max} tokens", { temperature, topP, max });
}

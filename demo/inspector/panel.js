// One module's call, exactly: prompt, raw text, parsed value and JSON, fetched when it is opened for the first time.
// The panel is made once and never touched by updates, so it stays as the reader left it.

import { h, icon } from "./dom.js";
import { codeBlock, errorView } from "./results.js";
import { plural, prettyJson } from "./text.js";

const TABS = ["Prompt", "Raw", "Parsed", "JSON"];

/** A closed panel for the event `seq`: its button and its body. `fetchEvent(seq)` gives the whole event. */
export function panel(label, seq, fetchEvent) {
  const body = h("div.af-panel", { id: `af-panel-${seq}`, hidden: true, "data-seq": String(seq) });
  const button = h("button.af-open", { type: "button", "aria-expanded": "false", "aria-controls": body.id }, label);
  let state = "empty";
  button.addEventListener("click", async () => {
    body.hidden = !body.hidden;
    button.setAttribute("aria-expanded", String(!body.hidden));
    if (body.hidden || state !== "empty") return;
    body.dispatchEvent(new CustomEvent("agentflow:reading", { bubbles: true }));
    state = "loading";
    body.replaceChildren(h("p.af-muted", {}, "Loading …"));
    try {
      const answer = await fetchEvent(seq);
      if (answer.problem) throw new Error(answer.problem);
      body.replaceChildren(tabs(answer.event));
      state = "shown";
    } catch (error) {
      state = "empty";
      body.replaceChildren(errorView(`This part could not be loaded. ${error?.message ?? ""}`, "Close and open it to try again."));
    }
  });
  return { button, body };
}

function tabs(event) {
  const views = { Prompt: promptView, Raw: rawView, Parsed: parsedView, JSON: jsonView };
  const calls = [event.call, ...(event.calls ?? [])].filter(Boolean);
  const names = calls.length ? TABS : ["Parsed", "JSON"];
  const pane = h("div.af-pane", { role: "tabpanel", tabindex: "0" });
  const buttons = names.map((name) => h("button.af-tab", { type: "button", role: "tab", onclick: () => show(name) }, name));
  const list = h("div.af-tabs", { role: "tablist", "aria-label": "What this module read and wrote" }, buttons, copyButton(pane));
  list.addEventListener("keydown", (key) => moveTab(key, buttons));
  function show(name) {
    buttons.forEach((b, i) => {
      b.setAttribute("aria-selected", String(names[i] === name));
      b.tabIndex = names[i] === name ? 0 : -1;
    });
    pane.setAttribute("aria-label", name);
    pane.replaceChildren(...views[name](event, calls));
  }
  show(names[0]);
  return h("div", {}, list, pane);
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
  const button = h("button.af-copy", { type: "button", title: "Copy this tab" }, icon("copy"), h("span", {}, "Copy"));
  button.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(pane.innerText);
    button.lastChild.textContent = "Copied";
    setTimeout(() => { button.lastChild.textContent = "Copy"; }, 1500);
  });
  return button;
}

function promptView(_, calls) {
  return calls.flatMap((call) => [
    h("p.af-muted", {}, `To ${call.completion.model} as ${call.role} · ${call.dialect} dialect · ${samplingText(call.sampling)}`),
    ...call.messages.map((m) => h("div.af-message", {}, h("span.af-message-role", {}, m.role), codeBlock(m.content))),
  ]);
}

function rawView(_, calls) {
  return calls.flatMap(({ completion: c, attempt }) => [
    codeBlock(c.text || "(empty)"),
    h("p.af-muted", {}, [
      `attempt ${attempt}`, `${plural(c.prompt_tokens, "prompt token")}, ${plural(c.completion_tokens, "new token")}`,
      c.finish_reason === "length" ? "cut at the token limit" : "ended by itself",
      c.seconds > 0 ? `${Math.round(c.completion_tokens / c.seconds)} tokens/s` : "",
    ].filter(Boolean).join(" · ")),
  ]);
}

function parsedView(event) {
  if (event.type === "parse_failed") return [errorView(`${event.field}: ${event.problem}`, "")];
  const value = event.plan ?? event.command ?? event.verdict ?? event.answer
    ?? (event.analysis === undefined ? { tool: event.tool, arguments: event.arguments, ...event.result } : { analysis: event.analysis });
  return [h("dl.af-fields", {}, Object.entries(value).flatMap(([name, v]) => [
    h("dt", {}, name), h("dd", { dir: "auto" }, typeof v === "string" ? v || "(empty)" : prettyJson(v)),
  ]))];
}

function jsonView(event) {
  return [codeBlock(prettyJson(event))];
}

function samplingText({ temperature, top_p: topP, max_tokens: max }) {
  return `temperature ${temperature}, top-p ${topP}, at most ${plural(max, "token")}`;
}

// One run of the history: what it was, how it ended, and what its owner can do with it.

import { h, icon } from "./dom.js";
import { seconds } from "./text.js";
import { language, t, tn } from "./words.js";

const STATUS = {
  answered: ["check", "Answered"], cancelled: ["stop", "Stopped"], failed: ["alert", "Failed"],
  unanswered: ["alert", "No answer"], budget: ["alert", "Budget spent"], unreadable: ["alert", "Unreadable"],
};
const MARKS = [["right", "check", "Right"], ["wrong", "cross", "Wrong"]];

/** The row; `picked` for a comparison; `act` has what its buttons do: open, mark, rename, remove, pick. */
export function historyRow(entry, picked, act) {
  const title = h("button.af-run-open", { type: "button", onclick: () => act.open(entry) }, entry.name || entry.question || t("(no question)"));
  const heading = h("div.af-run-head", {}, title, badge(entry.status));
  const node = h("li.af-run", {}, heading,
    entry.name && h("p.af-muted", { dir: "auto" }, entry.question),
    entry.found ? h("p.af-run-found", { dir: "auto" }, marked(entry.found)) : entry.answer && h("p.af-run-answer", { dir: "auto" }, entry.answer),
    h("p.af-run-facts", {}, facts(entry)),
    h("div.af-run-acts", {}, MARKS.map(([mark, sign, word]) => markButton(entry, mark, sign, word, act)),
      pickBox(entry, picked, act),
      h("button.af-open", { type: "button", onclick: () => renameForm(node, entry, act) }, t("Rename")),
      h("button.af-open", { type: "button", onclick: () => removeForm(node, entry, act) }, t("Delete"))));
  return node;
}

function badge(status) {
  if (!status) return h("span.af-badge.af-continue", {}, t("Not ended"));
  const [mark, word] = STATUS[status] ?? ["alert", status];
  return h("span.af-badge", { class: `af-badge ${status === "answered" ? "af-stop" : "af-failed"}` }, icon(mark), t(word));
}

function facts(entry) {
  const when = new Date(entry.created * 1000).toLocaleString(language(), { dateStyle: "medium", timeStyle: "short" });
  const said = [when, tn(entry.turns, "{n} turn", "{n} turns"), tn(entry.tokens, "{n} token", "{n} tokens"), seconds(entry.seconds)];
  if (entry.trouble) said.push(tn(entry.trouble, "{n} failure on the way", "{n} failures on the way"));
  return [said.filter(Boolean).join(" · "), " ", entry.tools.map((tool) => h("code.af-pill", {}, tool))];
}

/** An excerpt whose found words stand between the two control characters that the store puts around them. */
function marked(text) {
  return text.split("\u0002").flatMap((piece, i) => {
    if (i === 0) return [piece];
    const [hit, ...rest] = piece.split("\u0003");
    return [h("mark", {}, hit), rest.join("")];
  });
}

function markButton(entry, mark, sign, word, act) {
  const on = entry.mark === mark;
  const button = h("button.af-open", { type: "button", "aria-pressed": String(on), onclick: () => act.mark(entry, on ? "" : mark) }, icon(sign), t(word));
  button.dataset.mark = mark;
  return button;
}

function pickBox(entry, picked, act) {
  const box = h("input", { type: "checkbox", checked: picked });
  box.addEventListener("change", () => act.pick(entry, box.checked));
  return h("label.af-open", {}, box, t("Compare"));
}

function renameForm(node, entry, act) {
  const field = h("input.af-entry-field", { type: "text", maxlength: "200", value: entry.name, "aria-label": t("Name of the run") });
  const form = h("form.af-run-form", {}, field, h("button.af-button", { type: "submit" }, t("Save")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act.rename(entry, field.value);
  });
  put(node, form);
  field.focus();
}

function removeForm(node, entry, act) {
  const no = h("button.af-button", { type: "button", onclick: () => put(node, null) }, t("Keep it"));
  put(node, h("div.af-run-form", { role: "group" }, h("span", {}, t("Delete this run for good? Its link will lead nowhere.")),
    h("button.af-button", { type: "button", onclick: () => act.remove(entry) }, t("Delete")), no));
  no.focus();
}

function put(node, form) {
  node.querySelector(".af-run-form")?.remove();
  if (form) node.append(form);
}

// A run leaves and enters the page: its link, its file, a file opened. The server checks what enters; what leaves is
// saved by the browser itself, no file lies on the server.

import { h, icon } from "./dom.js";
import { randomName, visitorKey } from "./history_visitor.js";
import { t } from "./words.js";

const FILES = [["json", "json", "JSON document"], ["jsonl", "jsonl", "JSONL, one event a line"], ["otlp", "otlp.json", "OpenTelemetry spans (OTLP JSON)"], ["sts", "sts.jsonl", "Hugging Face trace (STS JSONL)"]];
const PIECE = 250_000;
const MOST_BYTES = 20_000_000;

/** Puts link and export into the toolbar, import into the bar. */
export function mountShare(host, bar) {
  const said = h("span.af-muted", { role: "status" });
  const copy = h("button.af-button", { type: "button", onclick: copyLink }, icon("link"), t("Copy link"));
  const menu = h("details.af-menu", {}, h("summary.af-button", {}, icon("export"), t("Export")),
    h("div.af-menu-list", {}, FILES.map(([format, ending, title]) =>
      h("button.af-menu-item", { type: "button", "data-format": format, onclick: () => save(format, ending) }, t(title)))));
  const node = h("div.af-share", { hidden: true }, copy, menu, said);
  const picker = h("input.af-sr", { type: "file", accept: ".json,.jsonl,application/json", "aria-label": t("File of a run"), tabindex: "-1" });

  host.regions.toolbar.append(node);
  host.regions.top.append(picker);
  bar.action("import", t("Import"), () => picker.click());
  picker.addEventListener("change", () => { if (picker.files[0]) load(picker.files[0]); picker.value = ""; });
  host.on("restart", () => { said.textContent = ""; menu.open = false; });
  host.on("change", () => {
    node.hidden = host.events.length === 0;
    copy.hidden = !host.run && !host.recording;
    for (const item of menu.querySelectorAll("[data-format=otlp], [data-format=sts]")) item.hidden = !host.run;
  });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") menu.open = false; });
  document.addEventListener("click", closeMenu);
  host.on("close", () => document.removeEventListener("click", closeMenu));

  function closeMenu(event) {
    if (!menu.contains(event.target)) menu.open = false;
  }

  /** Whoever has the link sees this run and can do nothing to it. */
  async function copyLink() {
    const url = new URL(location.pathname, location.origin);
    if (host.run) url.searchParams.set("run", host.run);
    else url.searchParams.set("trace", host.recording);
    try {
      await navigator.clipboard.writeText(url.href);
      said.textContent = t("Copied. Whoever has this link can watch, and nothing else.");
    } catch {
      said.replaceChildren(h("code.af-pill", {}, url.href));
    }
  }

  async function save(format, ending) {
    menu.open = false;
    const text = host.run ? await fromServer(format) : fromPage(format);
    if (text === null) return;
    const address = URL.createObjectURL(new Blob([text], { type: ending.endsWith("jsonl") ? "application/x-ndjson" : "application/json" }));
    h("a", { href: address, download: `agentflow-${fileName(host.flow.question)}.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  async function fromServer(format) {
    const answer = await host.server.export({ run: host.run, format }).catch(() => null);
    if (typeof answer?.text === "string") return answer.text;
    host.problem(answer?.problem ?? t("The server cannot be reached."));
    return null;
  }

  function fromPage(format) {
    if (format === "jsonl") return host.events.map((event) => `${JSON.stringify(event)}\n`).join("");
    return JSON.stringify({ kind: "agentflow-run", format: 1, events: host.events }, null, 1);
  }

  async function load(file) {
    if (file.size > MOST_BYTES) return host.problem(t("The file is too large: at most 20 MB are imported."));
    bar.closeAll();
    const pieces = cut(await file.text());
    const name = { visitor: visitorKey(), upload: randomName() };
    for (const [i, piece] of pieces.entries()) {
      host.say(pieces.length > 3 && i % 20 === 0 ? t("Importing, {n} of {all}", { n: i, all: pieces.length }) : "");
      const answer = await host.server.load({ ...name, piece, last: i === pieces.length - 1 }).catch(() => null);
      if (answer?.run) return host.showRun(answer.run, { follow: false });
      if (!answer?.more) return host.problem(answer?.problem ?? t("The server cannot be reached."));
    }
  }
}

/** The text in pieces that fit into one request each; no character is cut in two. */
export function cut(text, size = PIECE) {
  const pieces = [];
  for (let at = 0; at < text.length || !pieces.length;) {
    let end = Math.min(text.length, at + size);
    const code = text.charCodeAt(end - 1);
    if (end < text.length && code >= 0xd800 && code < 0xdc00) end += 1;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

/** A name for a file from the question: letters and digits only. */
export function fileName(question) {
  return question.normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 50).replace(/^-+|-+$/g, "") || "run";
}

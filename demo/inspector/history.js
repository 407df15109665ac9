// The history drawer: this browser's runs, searched and filtered by the server, which knows only this visitor's.

import { keyOf } from "./control_keys.js";
import { h } from "./dom.js";
import { historyRow } from "./history_row.js";
import { visitorKey } from "./history_visitor.js";
import { fromServer, t, tn } from "./words.js";

const TYPING_MS = 250;
const CLAIM_MS = [0, 1000, 4000];
const OUTCOMES = [["", "All outcomes"], ["answered", "Answered"], ["failed", "Not answered"], ["trouble", "With failures on the way"]];
const MARKS = [["", "Right and wrong"], ["right", "Marked right"], ["wrong", "Marked wrong"]];

/** Adds the drawer; `compare(a, b)` shows two runs side by side, with the marks that their owner gave them. */
export function mountHistory(host, bar, compare) {
  const search = h("input.af-entry-field", { type: "search", maxlength: "500", placeholder: t("Words of a question, plan, result or answer"), "aria-label": t("Search the history") });
  const outcome = choice(t("Outcome"), OUTCOMES);
  const mark = choice(t("Right or wrong"), MARKS);
  const tool = choice(t("Tool"), [["", "All tools"]]);
  const said = h("p.af-muted", { role: "status" });
  const list = h("ul.af-runs", {});
  const both = h("button.af-button.af-primary", { type: "button", hidden: true, onclick: comparePicked }, t("Compare the two"));
  const node = h("div.af-history", {}, h("div.af-filters", { role: "search" }, search, outcome, mark, tool, both), said, list);
  const drawer = bar.add({ mark: "memory", title: t("History"), node, onOpen: () => { refresh(); search.focus(); } });
  let asked = 0;
  let timer = null;
  let picked = [];

  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, TYPING_MS);
  });
  for (const filter of [outcome, mark, tool]) filter.addEventListener("change", refresh);
  host.on("event", (event) => { if (event.seq === 0 && host.source === "server") claim(host.run); });
  for (const news of ["end", "marked"]) host.on(news, () => { if (!drawer.node.hidden) refresh(); });

  const act = {
    open(entry) {
      drawer.close();
      host.showRun(entry.run, { follow: false });
    },
    async mark({ run }, mark) {
      if (await change({ do: "mark", run, mark })) host.emit("marked", { run, mark });
    },
    rename: (entry, name) => change({ do: "rename", run: entry.run, name }),
    remove: (entry) => change({ do: "delete", run: entry.run }),
    pick(entry, yes) {
      picked = [...picked.filter(({ run }) => run !== entry.run), ...(yes ? [entry] : [])].slice(-2);
      both.hidden = picked.length < 2;
      for (const box of list.querySelectorAll("input[type=checkbox]")) box.checked = isPicked(box.closest("li").dataset.run);
    },
  };

  async function refresh() {
    const number = ++asked;
    const wanted = { text: search.value.trim(), outcome: outcome.value, mark: mark.value, tool: tool.value };
    const answer = await ask({ do: "list", wanted });
    if (number !== asked) return;
    if (!answer.runs) return void (said.textContent = fromServer(answer.problem));
    offerTools(answer.runs);
    const filtered = Object.values(wanted).some(Boolean);
    said.textContent = answer.runs.length ? tn(answer.runs.length, "{n} run", "{n} runs")
      : filtered ? t("No run of yours has this.") : t("Your runs will be kept here, and nobody else sees them. Ask a question first.");
    picked = picked.map((old) => answer.runs.find(({ run }) => run === old.run) ?? old);
    list.replaceChildren(...answer.runs.map((entry) => {
      const row = historyRow(entry, isPicked(entry.run), act);
      row.dataset.run = entry.run;
      return row;
    }));
  }

  async function change(request) {
    const answer = await ask(request);
    if (answer.problem) said.textContent = fromServer(answer.problem);
    else await refresh();
    return !answer.problem;
  }

  async function ask(request) {
    const answer = await host.server.history({ visitor: visitorKey(), ...request }).catch(() => null);
    return answer ?? { problem: t("The server cannot be reached.") };
  }

  function offerTools(runs) {
    const known = new Set([...tool.options].map((option) => option.value));
    for (const name of new Set(runs.flatMap((entry) => entry.tools))) {
      if (!known.has(name)) tool.append(h("option", { value: name }, name));
    }
  }

  function isPicked(run) {
    return picked.some((entry) => entry.run === run);
  }

  function comparePicked() {
    drawer.close();
    compare(...picked.map(({ run, name, mark }) => ({ run, label: name, right: mark ? mark === "right" : null })));
  }

  /** Puts a run that was started here on this visitor's shelf; it is in the store a moment after its first event. */
  async function claim(run) {
    const key = keyOf(run);
    for (const wait of key ? CLAIM_MS : []) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const answer = await ask({ do: "claim", run, key });
      if (answer.done || answer.problem) return;
    }
  }

  return { claim };
}

function choice(title, options) {
  return h("select.af-entry-field", { "aria-label": title }, options.map(([value, text]) => h("option", { value }, t(text))));
}

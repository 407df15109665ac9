// The branches of a run, as a tree. Which run came from which is known to the browser that forked them, and to nobody
// else: a run's link shows that run alone. A recorded flow is named "recording:NAME".

import { h, icon } from "./dom.js";
import { t } from "./words.js";

const PLACE = "agentflow.branches";
const MOST = 200;
const RECORDING = "recording:";
const MARKS = { answered: ["check", "Answered"], cancelled: ["stop", "Stopped"], budget: ["alert", "Budget spent"], failed: ["alert", "Failed"], unanswered: ["alert", "No answer"] };
let kept = null;

/** Remembers that `run` was forked from `parent` after event `at`; `parent` may be a recording's name in the tree. */
export function rememberFork(edge) {
  kept = [...edges().filter((known) => known.run !== edge.run), edge].slice(-MOST);
  try { localStorage.setItem(PLACE, JSON.stringify(kept)); } catch { /* private browsing: the page remembers */ }
}

/** The tree that `run` is in, from `known` edges: {run, edge, children}, or null when it has no relatives. */
export function treeOf(run, known) {
  const parents = new Map(known.map((edge) => [edge.run, edge]));
  let root = run;
  for (let up = 0; parents.has(root) && up < MOST; up += 1) root = parents.get(root).parent;
  const grow = (id, depth) => ({
    run: id, edge: parents.get(id) ?? null,
    children: depth > MOST ? [] : known.filter((edge) => edge.parent === id).map((edge) => grow(edge.run, depth + 1)),
  });
  const tree = grow(root, 0);
  return tree.children.length ? tree : null;
}

/** What a recorded flow is called in the tree. */
export function recordingId(name) {
  return RECORDING + name;
}

/** All runs of a tree. */
export function members(tree) {
  return [tree.run, ...tree.children.flatMap(members)];
}

/** Puts the tree beside the selected module. */
export function mountTree(host) {
  const list = h("ul.af-branches", {});
  const node = h("section.af-tree", { hidden: true, "aria-label": t("Branches") }, h("h4", {}, icon("fork"), t("Branches")), list);
  const stands = new Map();
  let shown = null;

  host.regions.side.append(node);
  host.on("change", () => { if (here() !== shown) refresh(); });
  host.on("end", refresh);

  function here() {
    return host.run ?? (host.recording ? recordingId(host.recording) : null);
  }

  async function refresh() {
    shown = here();
    const tree = shown && treeOf(shown, edges());
    node.hidden = !tree;
    if (!tree) return;
    draw(tree);
    const answer = await host.server.family({ runs: members(tree).filter((id) => !id.startsWith(RECORDING)) }).catch(() => null);
    for (const one of answer?.runs ?? []) stands.set(one.run, one);
    if (shown === here()) draw(tree);
  }

  function draw(tree) {
    list.replaceChildren(branch(tree));
  }

  function branch({ run, edge, children }) {
    const current = run === here();
    const stand = stands.get(run);
    const [mark, word] = MARKS[stand?.status] ?? [null, !stand ? "" : stand.done ? "Interrupted" : "Running"];
    return h("li", {},
      h("div.af-branch-row", {},
        h("button.af-branch", { type: "button", "aria-current": current ? "true" : null, onclick: () => { if (!current) open(run); } },
          h("span.af-branch-name", {}, nameOf(run, edge)),
          h("span.af-branch-end", {}, mark ? icon(mark) : null, word ? t(word) : "", stand?.answer ? `: ${stand.answer.slice(0, 120)}` : "")),
        edge ? h("button.af-open", { type: "button", title: t("Compare with what it was forked from"), onclick: () => compare(run, edge) }, t("Compare")) : null),
      children.length ? h("ul.af-branches", {}, children.map(branch)) : null);
  }

  function nameOf(run, edge) {
    if (edge) return edge.label || t("Fork at event {n}", { n: edge.at });
    return run.startsWith(RECORDING) ? t("Recorded flow") : t("Original");
  }

  function open(run) {
    if (run.startsWith(RECORDING)) host.showRecording(run.slice(RECORDING.length));
    else host.showRun(run);
  }

  function compare(run, edge) {
    const known = edges();
    const parent = known.find((one) => one.run === edge.parent) ?? null;
    host.compare(sideOf(edge.parent, nameOf(edge.parent, parent)), sideOf(run, nameOf(run, edge)));
  }
}

/** A run of the tree as a side of a comparison. */
export function sideOf(id, label) {
  return id.startsWith(RECORDING) ? { recording: id.slice(RECORDING.length), label } : { run: id, label };
}

function edges() {
  if (kept) return kept;
  try {
    const read = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    kept = Array.isArray(read) ? read.filter((edge) => typeof edge?.run === "string" && typeof edge.parent === "string") : [];
  } catch { kept = []; }
  return kept;
}

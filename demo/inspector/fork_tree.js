// The branches of a run, as a tree. Which run came from which is known to the browser that forked them, and to nobody
// else: a run's link shows that run alone.

import { h, icon } from "./dom.js";
import { t } from "./words.js";

const PLACE = "agentflow.branches";
const MOST = 200;
const MARKS = { answered: ["check", "Answered"], cancelled: ["stop", "Stopped"], budget: ["alert", "Budget spent"], failed: ["alert", "Failed"], unanswered: ["alert", "No answer"] };
let kept = null;

/** Remembers that `run` was forked from `parent` after event `at`. */
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
  host.on("change", () => { if (host.run !== shown) refresh(); });
  host.on("end", refresh);

  async function refresh() {
    shown = host.run;
    const tree = host.run && treeOf(host.run, edges());
    node.hidden = !tree;
    if (!tree) return;
    draw(tree);
    const answer = await host.server.family({ runs: members(tree) });
    for (const one of answer?.runs ?? []) stands.set(one.run, one);
    if (shown === host.run) draw(tree);
  }

  function draw(tree) {
    list.replaceChildren(branch(tree));
  }

  function branch({ run, edge, children }) {
    const here = run === host.run;
    const stand = stands.get(run);
    const [mark, word] = MARKS[stand?.status] ?? [null, stand && !stand.done ? t("Running") : ""];
    return h("li", {},
      h("button.af-branch", { type: "button", "aria-current": here ? "true" : null, onclick: () => { if (run !== host.run) host.showRun(run); } },
        h("span.af-branch-name", {}, edge ? edge.label || t("Fork at event {n}", { n: edge.at }) : t("Original")),
        h("span.af-branch-end", {}, mark ? icon(mark) : null, word ? t(word) : "", stand?.answer ? `: ${stand.answer.slice(0, 120)}` : "")),
      children.length ? h("ul.af-branches", {}, children.map(branch)) : null);
  }
}

function edges() {
  if (kept) return kept;
  try {
    const read = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    kept = Array.isArray(read) ? read.filter((edge) => typeof edge?.run === "string" && typeof edge.parent === "string") : [];
  } catch { kept = []; }
  return kept;
}

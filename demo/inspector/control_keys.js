// The keys of the runs that this browser started. Whoever has a run's key may steer it; its id alone only shows it.

const PLACE = "agentflow.keys";
const MOST = 200;
let kept = null;

/** Keeps the key that came with a run that was just started. */
export function rememberKey(run, key) {
  if (!run || !key) return;
  kept = [...known().filter(([known]) => known !== run), [run, key]].slice(-MOST);
  try { localStorage.setItem(PLACE, JSON.stringify(kept)); } catch { /* private browsing: the page remembers */ }
}

/** The key of a run, or "" when it was started elsewhere. */
export function keyOf(run) {
  return known().find(([known]) => known === run)?.[1] ?? "";
}

function known() {
  if (kept) return kept;
  try {
    const read = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    kept = Array.isArray(read) ? read.filter((pair) => Array.isArray(pair) && pair.every((x) => typeof x === "string")) : [];
  } catch { kept = []; }
  return kept;
}

// Numbers and JSON as people read them. Pure.

/** "<1 ms", "4 ms", "0.42 s", "3.1 s", "2 min 05 s". */
export function seconds(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (value < 0.001) return "<1 ms";
  if (value < 0.1) return `${Math.round(value * 1000)} ms`;
  if (value < 10) return `${value.toFixed(value < 1 ? 2 : 1)} s`;
  if (value < 60) return `${Math.round(value)} s`;
  return `${Math.floor(value / 60)} min ${String(Math.round(value % 60)).padStart(2, "0")} s`;
}

/** "1 call", "3 calls", "2 entries". */
export function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** Indented JSON with lists of numbers (token ids) on one line. */
export function prettyJson(value) {
  const rows = [];
  const text = JSON.stringify(value, (_, v) => {
    if (!Array.isArray(v) || !v.length || !v.every((x) => typeof x === "number")) return v;
    rows.push(`[${v.join(", ")}]`);
    return `\u0000${rows.length - 1}`;
  }, 2);
  return text.replace(/"\\u0000(\d+)"/g, (whole, i) => rows[Number(i)] ?? whole);
}

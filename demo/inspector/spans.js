// Which stretch of a module's raw text became which field. The parser's own rules are not repeated here: a field is
// looked for where its text stands, after what was found before it; one that was rewritten is said to be so. Pure.

/** Fields `{name: value}` in `raw`: `{pieces: [{text, field}], missing: [name]}`; the pieces joined are `raw`. */
export function fieldSpans(raw, fields) {
  const spans = [];
  const missing = [];
  for (const [name, value] of named(fields)) {
    const span = place(raw, value, spans);
    if (span) spans.push({ ...span, name });
    else missing.push(name);
  }
  spans.sort((a, b) => a.start - b.start);
  const pieces = [];
  let at = 0;
  for (const { start, end, name } of spans) {
    if (start > at) pieces.push({ text: raw.slice(at, start), field: null });
    pieces.push({ text: raw.slice(start, end), field: name });
    at = end;
  }
  if (at < raw.length) pieces.push({ text: raw.slice(at), field: null });
  return { pieces, missing };
}

/** Longest first, so that a short value is not found inside a long one; nested ones by their path. */
function named(fields, path = "") {
  const rows = Object.entries(fields ?? {}).flatMap(([name, value]) => {
    const full = path + name;
    if (value && typeof value === "object" && !Array.isArray(value)) return named(value, `${full}.`);
    const text = typeof value === "string" ? value.trim() : JSON.stringify(value);
    return text ? [[full, text]] : [];
  });
  return path ? rows : rows.sort((a, b) => b[1].length - a[1].length);
}

function place(raw, value, taken) {
  for (const wanted of [value, JSON.stringify(value).slice(1, -1)]) {
    let start = raw.lastIndexOf(wanted);
    while (start >= 0) {
      const end = start + wanted.length;
      if (wordAt(raw, start, end) && !taken.some((span) => start < span.end && end > span.start)) return { start, end };
      start = start > 0 ? raw.lastIndexOf(wanted, start - 1) : -1;
    }
  }
  return null;
}

/** Not in the middle of a word: "true" is not in "untrue". */
function wordAt(raw, start, end) {
  const word = /[\p{L}\p{N}_]/u;
  const cut = (a, b) => a !== undefined && b !== undefined && word.test(a) && word.test(b);
  return !cut(raw[start - 1], raw[start]) && !cut(raw[end - 1], raw[end]);
}

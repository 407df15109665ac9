// Where in a raw text the parser could not go on: the stretch that was wrong, or the place where something is missing.
// Follows what the failure says (agentflow_core/parsing.py and the modules); an unknown message marks the end. Pure.

const QUOTED = /no tool (?:'([^']*)'|"([^"]*)")|CONTINUE: (?:'([^']*)'|"([^"]*)")$/;
const LABEL = /no [“<]([^”>]+)[”>]/;

/** `{start, end}` in `raw`; both are the same where something is missing. */
export function failingSpot(raw, { field = "", problem = "" }) {
  const end = raw.trimEnd().length;
  return quoted(raw, problem) ?? argument(raw, field, end) ?? label(raw, field, problem) ?? { start: end, end };
}

/** A tool that does not exist, a verdict that is none: the message repeats it. */
function quoted(raw, problem) {
  const found = QUOTED.exec(problem)?.slice(1).find((text) => text);
  const start = found ? raw.lastIndexOf(found) : -1;
  return start < 0 ? null : { start, end: start + found.length };
}

/** An argument that does not fit, or JSON that ends too early or breaks. */
function argument(raw, field, end) {
  if (field !== "arguments" && !field.startsWith("arguments.")) return null;
  const open = raw.indexOf("{");
  if (open < 0) return { start: 0, end };
  const broken = jsonBreak(raw.slice(open, end));
  if (broken !== null) return { start: open + Math.min(broken, end - open), end: Math.min(end, open + broken + 1) };
  const name = field.slice("arguments.".length).split(".")[0];
  const key = name ? new RegExp(`"${name.replace(/[^\w]/g, "\\$&")}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*"|[^,}\\]]*)`).exec(raw) : null;
  if (key) return { start: key.index, end: key.index + key[0].length };
  const close = raw.lastIndexOf("}", end);
  return { start: close, end: close };
}

/** The offset at which a text stops being JSON, null where it is JSON. Browsers say it in their own words, Safari not at all. */
function jsonBreak(text) {
  try {
    JSON.parse(text);
    return null;
  } catch ({ message }) {
    const position = /position (\d+)/.exec(message);
    const place = /line (\d+) column (\d+)/.exec(message);
    if (position) return Number(position[1]);
    if (place) return text.split("\n").slice(0, Number(place[1]) - 1).reduce((sum, line) => sum + line.length + 1, 0) + Number(place[2]) - 1;
    return text.length;
  }
}

/** The line of a label without a value; a label that is not there at all is missing at the end. */
function label(raw, field, problem) {
  const wanted = plain(LABEL.exec(problem)?.[1] ?? field);
  let [at, found] = [0, null];
  for (const line of raw.split("\n")) {
    if (wanted && plain(line.split(":")[0]) === wanted) found = { start: at, end: at + line.length };
    at += line.length + 1;
  }
  return found;
}

function plain(text) {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

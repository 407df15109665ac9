// The LaTeX that sympy and models write, as MathML: fractions, roots, scripts, functions, Greek, relations, accents,
// matrices, cases. What is not understood gives null and is shown as text: a formula is never half read. Pure up to
// `mathView`.

import { ACCENTS, blackboard, ENVIRONMENTS, FUNCTIONS, GREEK, OPERATORS, SPACES } from "./tex_symbols.js";

const TOKEN = /\\([A-Za-z]+|.)|(\d+(?:[.,]\d+)*)|([{}^_&])|(\s+)|(.)/gsu;
const DEEPEST = 60;

/** A tree `[tag, attributes?, ...children | text]` of MathML for `tex`, or null when it cannot be read whole. */
export function parseTex(tex) {
  const tokens = [...String(tex).matchAll(TOKEN)].map(([, command, number, mark, space, other]) => ({ command, number, mark, space, other }));
  const reader = { tokens, at: 0, depth: 0 };
  try {
    const row = readRow(reader, () => false);
    return peek(reader) === undefined && row.length ? ["mrow", ...row] : null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

class Unreadable extends Error {}

function fail() {
  throw new Unreadable();
}

/** The next token that is no space, which stays; undefined at the end. */
function peek(reader) {
  while (reader.tokens[reader.at]?.space !== undefined) reader.at += 1;
  return reader.tokens[reader.at];
}

function next(reader) {
  const token = peek(reader) ?? fail();
  reader.at += 1;
  return token;
}

function readRow(reader, ends) {
  if ((reader.depth += 1) > DEEPEST) fail();
  const row = [];
  for (let token = peek(reader); token !== undefined && !ends(token); token = peek(reader)) {
    const atom = readAtom(reader);
    if (atom) row.push(withScripts(reader, atom));
  }
  reader.depth -= 1;
  return row;
}

function withScripts(reader, base) {
  let [sub, sup] = [null, null];
  let primes = "";
  for (let token = peek(reader); token; token = peek(reader)) {
    if (token.other === "'") {
      primes += "′";
      reader.at += 1;
    } else if (token.mark === "^" || token.mark === "_") {
      reader.at += 1;
      const script = readArgument(reader);
      if (token.mark === "^") sup = sup ? fail() : script;
      else sub = sub ? fail() : script;
    } else break;
  }
  if (primes) sup = sup ? ["mrow", ["mo", primes], sup] : ["mo", primes];
  if (sub && sup) return ["msubsup", base, sub, sup];
  if (sub) return ["msub", base, sub];
  return sup ? ["msup", base, sup] : base;
}

function readArgument(reader) {
  if (peek(reader)?.mark !== "{") return readAtom(reader) ?? fail();
  next(reader);
  const row = readRow(reader, (x) => x.mark === "}");
  if (next(reader).mark !== "}") fail();
  return ["mrow", ...row];
}

function readAtom(reader) {
  const token = next(reader);
  if (token.number) return ["mn", token.number];
  if (token.mark === "{") {
    reader.at -= 1;
    return readArgument(reader);
  }
  if (token.mark) return fail();
  if (token.command !== undefined) return readCommand(reader, token.command);
  return /\p{L}/u.test(token.other) ? ["mi", token.other] : ["mo", token.other];
}

function readCommand(reader, name) {
  if (["frac", "dfrac", "tfrac", "cfrac"].includes(name)) return ["mfrac", readArgument(reader), readArgument(reader)];
  if (["binom", "dbinom", "tbinom"].includes(name)) return fenced("(", ["mfrac", { linethickness: "0" }, readArgument(reader), readArgument(reader)], ")");
  if (name === "sqrt") return readRoot(reader);
  if (name === "left" || name === "right" || name === "middle") return readDelimiter(reader);
  if (name === "begin") return readEnvironment(reader);
  if (["text", "textrm", "textbf", "textit", "mbox"].includes(name)) return ["mtext", plainText(reader) ?? fail()];
  if (["mathrm", "operatorname", "mathbf", "mathtt", "mathsf"].includes(name)) return readUpright(reader);
  if (name === "mathbb") return ["mi", [...(plainText(reader) ?? fail())].map(blackboard).join("")];
  if (["boxed", "mathit", "mathcal", "mathscr"].includes(name)) return readArgument(reader);
  if (Object.hasOwn(ACCENTS, name)) return ["mover", { accent: "true" }, readArgument(reader), ["mo", ACCENTS[name]]];
  if (name === "underline") return ["munder", readArgument(reader), ["mo", "_"]];
  if (name === "pmod") return ["mrow", ["mo", "("], ["mi", "mod"], readArgument(reader), ["mo", ")"]];
  if (FUNCTIONS.has(name)) return ["mi", name];
  if (Object.hasOwn(GREEK, name)) return ["mi", GREEK[name]];
  if (Object.hasOwn(OPERATORS, name)) return ["mo", OPERATORS[name]];
  if (SPACES.has(name)) return null;
  return "{}%$#&_|".includes(name) ? ["mo", name === "|" ? "‖" : name] : fail();
}

/** A name in upright letters; what holds more than letters is read as mathematics. */
function readUpright(reader) {
  const at = reader.at;
  const text = plainText(reader);
  if (text !== null && /^[\p{L}\p{N} .-]+$/u.test(text)) return ["mi", { mathvariant: "normal" }, text];
  reader.at = at;
  return readArgument(reader);
}

/** The text in braces with its spaces, or null where it is no plain text. */
function plainText(reader) {
  if (next(reader).mark !== "{") return null;
  let text = "";
  for (let token = reader.tokens[reader.at]; token && token.mark !== "}"; token = reader.tokens[reader.at]) {
    if (token.command !== undefined || token.mark) return null;
    text += token.space !== undefined ? "\u00a0" : token.number ?? token.other;
    reader.at += 1;
  }
  return next(reader).mark === "}" && text ? text : null;
}

function readRoot(reader) {
  if (peek(reader)?.other !== "[") return ["msqrt", readArgument(reader)];
  next(reader);
  const index = readRow(reader, (x) => x.other === "]");
  if (next(reader).other !== "]") fail();
  return ["mroot", readArgument(reader), ["mrow", ...index]];
}

function readDelimiter(reader) {
  const { other, command } = next(reader);
  if (other === ".") return null;
  return ["mo", other ?? ({ "{": "{", "}": "}", "|": "‖" })[command] ?? OPERATORS[command] ?? fail()];
}

/** `\begin{pmatrix} a & b \\ c & d \end{pmatrix}`: a table between its fences. */
function readEnvironment(reader) {
  const name = plainText(reader);
  if (!Object.hasOwn(ENVIRONMENTS, name ?? "")) fail();
  if (name === "array") plainText(reader) ?? fail();
  const rows = [[]];
  const ends = (x) => x.mark === "&" || x.command === "\\" || x.command === "end";
  for (;;) {
    rows.at(-1).push(["mtd", ...readRow(reader, ends)]);
    const token = next(reader);
    if (token.command === "end") break;
    if (token.command === "\\") rows.push([]);
  }
  if (plainText(reader) !== name) fail();
  const filled = rows.filter((row) => row.length > 1 || row[0].length > 1).map((row) => ["mtr", ...row]);
  const [left, right] = ENVIRONMENTS[name];
  return fenced(left, ["mtable", name === "cases" ? { columnalign: "left" } : {}, ...filled], right);
}

function fenced(left, inner, right) {
  return ["mrow", ...(left ? [["mo", left]] : []), inner, ...(right ? [["mo", right]] : [])];
}

/** A `<math>` element for `tex`, or null; `inline` stands in a line of text. */
export function mathView(tex, { inline = false } = {}) {
  const tree = parseTex(tex);
  if (!tree) return null;
  const math = element(tree, "math");
  math.setAttribute("class", inline ? "af-mathml-inline" : "af-mathml");
  math.setAttribute("display", inline ? "inline" : "block");
  math.setAttribute("alttext", tex);
  return math;
}

function element([tag, ...children], name = tag) {
  const node = document.createElementNS("http://www.w3.org/1998/Math/MathML", name);
  for (const child of children) {
    if (Array.isArray(child)) node.append(element(child));
    else if (typeof child === "string") node.append(document.createTextNode(child));
    else for (const [attribute, value] of Object.entries(child)) node.setAttribute(attribute, value);
  }
  return node;
}

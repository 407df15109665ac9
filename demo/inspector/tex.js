// The LaTeX that sympy and models write, as MathML: fractions, roots, powers, indices, functions, Greek, relations.
// What is not understood gives null and is shown as text: a formula is never half read. Pure up to `mathView`.

const GREEK = { alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", theta: "θ", lambda: "λ", mu: "μ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", omega: "ω", Delta: "Δ", Omega: "Ω", Sigma: "Σ", Gamma: "Γ", infty: "∞" };
const OPERATORS = { cdot: "·", times: "×", div: "÷", pm: "±", leq: "≤", le: "≤", geq: "≥", ge: "≥", neq: "≠", ne: "≠", approx: "≈", equiv: "≡", to: "→", in: "∈", ldots: "…", int: "∫", sum: "∑", prod: "∏", wedge: "∧", vee: "∨", bmod: "mod", mid: "|", lfloor: "⌊", rfloor: "⌋", lceil: "⌈", rceil: "⌉" };
const FUNCTIONS = new Set(["sin", "cos", "tan", "log", "ln", "exp", "min", "max", "gcd", "lim", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "operatorname"]);
const SPACES = new Set(["quad", "qquad", ",", ";", ":", "!", " ", "displaystyle"]);
const TOKEN = /\\([A-Za-z]+|.)|(\d+(?:[.,]\d+)*)|([{}^_&])|(\s+)|(.)/gsu;

/** A tree `[tag, ...children | text]` of MathML for `tex`, or null when it cannot be read whole. */
export function parseTex(tex) {
  const tokens = [...String(tex).matchAll(TOKEN)].filter((m) => m[4] === undefined)
    .map(([, command, number, mark, , other]) => ({ command, number, mark, other }));
  const reader = { tokens, at: 0 };
  try {
    const row = readRow(reader, () => false);
    return reader.at === tokens.length && row.length ? ["mrow", ...row] : null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

class Unreadable extends Error {}

function readRow(reader, ends) {
  const row = [];
  while (reader.at < reader.tokens.length && !ends(reader.tokens[reader.at])) {
    const atom = readAtom(reader);
    if (atom) row.push(withScripts(reader, atom));
  }
  return row;
}

function withScripts(reader, base) {
  let [sub, sup] = [null, null];
  for (let mark = reader.tokens[reader.at]?.mark; mark === "^" || mark === "_"; mark = reader.tokens[reader.at]?.mark) {
    reader.at += 1;
    const script = readArgument(reader);
    if (mark === "^") sup = script; else sub = script;
  }
  if (sub && sup) return ["msubsup", base, sub, sup];
  if (sub) return ["msub", base, sub];
  return sup ? ["msup", base, sup] : base;
}

function readArgument(reader) {
  const token = next(reader);
  if (token.mark !== "{") {
    reader.at -= 1;
    return readAtom(reader) ?? fail();
  }
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
  if (["frac", "dfrac", "tfrac"].includes(name)) return ["mfrac", readArgument(reader), readArgument(reader)];
  if (name === "sqrt") return readRoot(reader);
  if (name === "left" || name === "right") return readDelimiter(reader);
  if (["text", "mathrm", "operatorname", "mathbf", "boxed", "mathtt"].includes(name)) return readArgument(reader);
  if (FUNCTIONS.has(name)) return ["mi", name];
  if (GREEK[name]) return ["mi", GREEK[name]];
  if (OPERATORS[name]) return ["mo", OPERATORS[name]];
  if (SPACES.has(name)) return null;
  return "{}%$#&_|".includes(name) ? ["mo", name] : fail();
}

function readRoot(reader) {
  if (reader.tokens[reader.at]?.other !== "[") return ["msqrt", readArgument(reader)];
  reader.at += 1;
  const index = readRow(reader, (x) => x.other === "]");
  if (next(reader).other !== "]") fail();
  return ["mroot", readArgument(reader), ["mrow", ...index]];
}

function readDelimiter(reader) {
  const { other, command } = next(reader);
  if (other === ".") return null;
  return ["mo", other ?? ({ "{": "{", "}": "}", "|": "‖" })[command] ?? OPERATORS[command] ?? fail()];
}

function next(reader) {
  return reader.tokens[reader.at++] ?? fail();
}

function fail() {
  throw new Unreadable();
}

/** A `<math>` element for `tex`, or null. */
export function mathView(tex) {
  const tree = parseTex(tex);
  if (!tree) return null;
  const math = element(tree, "math");
  math.setAttribute("class", "af-mathml");
  math.setAttribute("display", "block");
  return math;
}

function element([tag, ...children], name = tag) {
  const node = document.createElementNS("http://www.w3.org/1998/Math/MathML", name);
  for (const child of children) node.append(Array.isArray(child) ? element(child) : document.createTextNode(child));
  return node;
}

// Python as people read it: comments, strings, keywords and numbers set apart. Pieces of text, joined they are the code.

import { h } from "./dom.js";

const PIECE = /(#[^\n]*)|((?:[rbf]{0,2})(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))|\b(and|as|assert|async|await|break|class|continue|def|del|elif|else|except|False|finally|for|from|global|if|import|in|is|lambda|None|not|or|pass|raise|return|True|try|while|with|yield)\b|\b(\d[\d_.]*(?:e[+-]?\d+)?)\b/g;
const KINDS = ["comment", "string", "keyword", "number"];

/** `[{kind, text}]` of a program; `kind` is null for all else. Pure. */
export function pieces(code) {
  const found = [];
  let at = 0;
  for (const match of code.matchAll(PIECE)) {
    if (match.index > at) found.push({ kind: null, text: code.slice(at, match.index) });
    found.push({ kind: KINDS[match.slice(1).findIndex((group) => group !== undefined)], text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < code.length) found.push({ kind: null, text: code.slice(at) });
  return found;
}

/** The pieces as nodes. */
export function highlighted(code) {
  return pieces(code).map(({ kind, text }) => (kind ? h("span.af-py", { "data-kind": kind }, text) : text));
}

// The interface's words in the reader's language. English is written where it is used and is the key of every other
// language's dictionary (zh.js): a text without a translation stays English, never empty.

import { ZH } from "./zh.js";

const DICTIONARIES = { zh: ZH };
let words = {};
let code = "en";

/** Chooses the language from what the browser prefers, in its order; returns its code. */
export function chooseLanguage(preferred) {
  const codes = [...preferred].map((tag) => String(tag).toLowerCase().split("-")[0]);
  code = codes.find((c) => c === "en" || DICTIONARIES[c]) ?? "en";
  words = DICTIONARIES[code] ?? {};
  return code;
}

/** The code of the chosen language. */
export function language() {
  return code;
}

/** An interface text in the reader's language; `{name}` stands for a value. */
export function t(text, values = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** "1 turn", "3 turns": the text for `n` things, where `{n}` is their number. */
export function tn(n, one, many) {
  return t(n === 1 ? one : many, { n: n.toLocaleString(code) });
}

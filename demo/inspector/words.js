// The interface's words in the reader's language. English is written where it is used and is the key of every other
// language's dictionary (zh.js): a text without a translation stays English, never empty.

import { ZH } from "./zh.js";
import { ZH_SERVER } from "./zh_server.js";

const DICTIONARIES = { zh: ZH };
const SERVER = { zh: ZH_SERVER };
let words = {};
let code = "en";
let sentences = [];

/** Chooses the language from what the browser prefers, in its order; returns its code. `more`: dictionaries of a view. */
export function chooseLanguage(preferred, more = {}) {
  const codes = [...preferred].map((tag) => String(tag).toLowerCase().split("-")[0]);
  code = codes.find((c) => c === "en" || DICTIONARIES[c]) ?? "en";
  words = { ...DICTIONARIES[code], ...more[code] };
  sentences = Object.entries(SERVER[code] ?? {}).map(([key, own]) => ({ own, pattern: patternOf(key) }));
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

/** What the server says, sentence by sentence; one without a translation stays English. */
export function fromServer(text) {
  if (!sentences.length || !text) return text ?? "";
  return translated(text) ?? text.split(/(?<=[.!?]) /).map((sentence) => translated(sentence) ?? ended(sentence) ?? sentence).join(" ");
}

/** An error is told without a full stop and has one where more follows. */
function ended(sentence) {
  const own = sentence.endsWith(".") ? translated(sentence.slice(0, -1)) : null;
  return own && `${own}。`;
}

function translated(text) {
  for (const { own, pattern } of sentences) {
    const found = pattern.exec(text);
    if (found) return own.replace(/\{(\w+)\}/g, (whole, name) => found.groups[name]);
  }
  return null;
}

/** A text with values in braces as the expression that recognises it. */
function patternOf(key) {
  const fixed = key.split(/\{\w+\}/).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const names = [...key.matchAll(/\{(\w+)\}/g)].map((found) => `(?<${found[1]}>.*?)`);
  return new RegExp(`^${fixed.map((piece, at) => piece + (names[at] ?? "")).join("")}$`, "s");
}

/** "1 turn", "3 turns": the text for `n` things, where `{n}` is their number. */
export function tn(n, one, many) {
  return t(n === 1 ? one : many, { n: n.toLocaleString(code) });
}

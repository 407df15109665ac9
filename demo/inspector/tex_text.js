// Where formulas stand in a text: $…$, $$…$$, \(…\), \[…\]. A dollar sign is more often money than mathematics, so what
// stands between two of them must look like a formula. Pure.

const FORMULA = /\$\$([^$]{1,2000}?)\$\$|\\\[([\s\S]{1,2000}?)\\\]|\\\(([\s\S]{1,2000}?)\\\)|\$(?![\s$])([^$\n]{1,500}?)(?<!\s)\$(?!\d)/g;
const COMMAND = /\\(?:text|textrm|mathrm|operatorname|mbox)\s*\{[^{}]*\}|\\[A-Za-z]+/g;

/** `[{raw, tex?, display?}]`: the pieces of a text, joined they are the text. */
export function mathPieces(text) {
  const found = [];
  let at = 0;
  for (const match of text.matchAll(FORMULA)) {
    const [raw, block, bracket, round, dollar] = match;
    if (dollar !== undefined && !looksLikeMath(dollar)) continue;
    if (match.index > at) found.push({ raw: text.slice(at, match.index) });
    found.push({ raw, tex: block ?? bracket ?? round ?? dollar, display: block !== undefined || bracket !== undefined });
    at = match.index + raw.length;
  }
  if (at < text.length) found.push({ raw: text.slice(at) });
  return found;
}

/** A sign of mathematics or a single short name, and no words of a language. */
function looksLikeMath(tex) {
  if (/\p{L}{4,}|\p{L}{2,}\s+\p{L}{2,}/u.test(tex.replace(COMMAND, " "))) return false;
  return /[\\^_=<>+*/|-]/.test(tex) || /^[\p{L}\p{N}.,()]{1,5}$/u.test(tex);
}

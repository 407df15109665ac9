// Texts of any length: long ones show their beginning, formulas in them are shown as such. Everything becomes text nodes
// and MathML elements, never markup.

import { add, h, visible } from "./dom.js";
import { highlighted } from "./code.js";
import { mathView } from "./tex.js";
import { mathPieces } from "./tex_text.js";
import { language, t } from "./words.js";

const FOLDED_CHARACTERS = 700;
const MOST_MADE = 20_000;

/** Long text shows its beginning; one button shows all of it. Nothing folds again by itself. */
export function folded(text, spec, made = (shown) => [shown]) {
  const whole = visible(text);
  const node = h(spec, { dir: "auto", tabindex: spec.startsWith("pre") ? "0" : null });
  if (whole.length <= FOLDED_CHARACTERS * 1.3) return add(node, made(whole));
  add(node, made(`${whole.slice(0, FOLDED_CHARACTERS)} …`));
  const more = h("button.af-more", { type: "button" }, t("Show all {n} characters", { n: whole.length.toLocaleString(language()) }));
  more.addEventListener("click", () => {
    node.replaceChildren();
    add(node, whole.length > MOST_MADE ? [whole] : made(whole));
    more.remove();
  });
  return h("div", {}, node, more);
}

/** What a model wrote for people: text, with its formulas as formulas. */
export function prose(text, spec) {
  return folded(text, spec, mathed);
}

/** Text in a fixed-width block. */
export function codeBlock(text, kind = "af-code", python = false) {
  return folded(text, `pre.${kind}`, python ? highlighted : undefined);
}

/** A text's pieces as nodes: `$x^2$` and `\(x^2\)` as MathML where it can be read, else as they are written. */
export function mathed(text) {
  return mathPieces(text).map(({ raw, tex, display }) => (tex !== undefined && mathView(tex, { inline: !display })) || raw);
}

// A tool's call and result, shown for what they are: articles with their source, programs with their output,
// mathematics as such, anything else as text.

import { add, h, icon, link, visible } from "./dom.js";
import { plural, prettyJson, seconds } from "./text.js";

const FOLDED_CHARACTERS = 700;

/** The arguments of a call, each under its name; code is shown as code. */
export function callView(args) {
  const rows = Object.entries(args ?? {}).map(([name, value]) => {
    const text = typeof value === "string" ? value : prettyJson(value);
    const code = name === "code" || text.includes("\n");
    return h("div.af-arg", {}, h("span.af-arg-name", {}, name), code ? codeBlock(text) : h("code.af-inline", {}, text));
  });
  return h("div.af-args", {}, rows.length ? rows : h("span.af-muted", {}, "no arguments"));
}

/** What the tool gave. */
export function resultView({ tool, result }) {
  const body = result.error ? errorView(result.error) : (RENDER[tool] ?? textView)(result);
  return h("div.af-result", { "data-tool": tool }, body, sourcesView(result));
}

const RENDER = {
  wikipedia_search: wikiView,
  math_solver: (result) => h("output.af-math", { dir: "auto" }, result.text),
  python_coder: (result) => codeBlock(result.text, "af-output"),
};

function textView(result) {
  return folded(result.text, "p.af-text");
}

function wikiView(result) {
  const articles = result.data?.articles ?? [];
  if (!articles.length) return textView(result);
  const addresses = new Map((result.sources ?? []).map((source) => [source.title, source.url]));
  return h("div.af-result", {},
    result.data.exact === false ? h("p.af-muted", {}, "No article has exactly this title. The closest:") : null,
    articles.map((article) => articleView(article, addresses.get(article.title))));
}

function articleView({ title: name, text }, address) {
  return h("article.af-article", {}, h("h5", {}, address ? link(name, address) : name), folded(text, "p.af-text"));
}

function sourcesView(result) {
  const origin = result.data?.source;
  if (typeof origin === "string") return h("p.af-sources", {}, `Source: ${origin}`);
  const named = (result.sources ?? []).flatMap((source, i) => [i ? ", " : "", source.url ? link(source.title, source.url) : source.title]);
  return named.length ? h("p.af-sources", {}, "Source: ", named) : null;
}

/** A failure in its place, with what happens next. */
export function errorView(message, next = "The planner reads this message and can choose another way.") {
  return h("div.af-failure", {}, icon("alert"),
    h("div", {}, h("p.af-text", {}, message), next ? h("p.af-muted", {}, next) : null));
}

/** Text in a fixed-width block. */
export function codeBlock(text, kind = "af-code") {
  return folded(text, `pre.${kind}`);
}

/** Long text shows its beginning; one button shows all of it. Nothing folds again by itself. */
export function folded(text, spec) {
  const whole = visible(text);
  const node = h(spec, { dir: "auto", tabindex: spec.startsWith("pre") ? "0" : null });
  if (whole.length <= FOLDED_CHARACTERS * 1.3) return add(node, [whole]);
  add(node, [`${whole.slice(0, FOLDED_CHARACTERS)} …`]);
  const more = h("button.af-more", { type: "button" }, `Show all ${plural(whole.length, "character")}`);
  more.addEventListener("click", () => {
    node.textContent = whole;
    more.remove();
  });
  return h("div", {}, node, more);
}

/** "0.4 s, 412 + 84 tokens". */
export function costView(part) {
  const call = part.call?.completion;
  const words = [];
  if (part.seconds !== undefined) words.push(seconds(part.seconds));
  if (call) {
    words.push(seconds(call.seconds), `${call.prompt_tokens.toLocaleString("en")} + ${plural(call.completion_tokens, "token")}`);
  }
  return words.length ? h("span.af-cost", {}, words.join(" · ")) : null;
}

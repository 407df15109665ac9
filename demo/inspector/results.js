// A tool's call and result, shown for what they are: articles with their source, programs with their output,
// mathematics as such, anything else as text.

import { h, icon, link } from "./dom.js";
import { filesView } from "./files.js";
import { codeBlock, folded, prose } from "./folded.js";
import { imagesView } from "./images.js";
import { mathView } from "./tex.js";
import { prettyJson, seconds } from "./text.js";
import { language, t, tn } from "./words.js";

/** The arguments of a call, each under its name; code is shown as code. */
export function callView(args) {
  const rows = Object.entries(args ?? {}).map(([name, value]) => {
    const text = typeof value === "string" ? value : prettyJson(value);
    const code = name === "code" || text.includes("\n");
    return h("div.af-arg", {}, h("span.af-arg-name", {}, name), code ? codeBlock(text, "af-code", name === "code") : h("code.af-inline", {}, text));
  });
  return h("div.af-args", {}, rows.length ? rows : h("span.af-muted", {}, t("no arguments")));
}

/** What the tool gave. */
export function resultView({ tool, result }) {
  const body = result.error ? errorView(result.error) : (RENDER[tool] ?? textView)(result);
  const notice = result.notice ? h("p.af-muted.af-promise", {}, icon("alert"), ` ${result.notice}`) : null;
  return h("div.af-result", { "data-tool": tool }, body, imagesView(result.images),
    tool === "python_coder" ? filesView(result.data?.files) : null, sourcesView(result), notice);
}

const RENDER = {
  wikipedia_search: wikiView,
  math_solver: equationView,
  python_coder: (result) => codeBlock(result.text, "af-output"),
  web_search: hitsView,
  web_page: pageView,
};

function textView(result) {
  return prose(result.text, "p.af-text");
}

/** The result large, and as an equation when the tool gave its notation and that can be read. */
function equationView(result) {
  const { latex, problem, exact } = result.data ?? {};
  const math = typeof latex === "string" && latex.length < 2000 ? mathView(latex) : null;
  return h("div.af-equation", {},
    typeof problem === "string" ? h("code.af-inline", {}, problem) : null,
    h("output.af-math", { dir: "auto" }, result.text), math,
    typeof exact === "string" && exact !== result.text ? h("p.af-muted", {}, t("exactly {value}", { value: exact })) : null);
}

function hitsView(result) {
  const hits = listOf(result.data?.results).filter((hit) => typeof hit?.title === "string");
  if (!hits.length) return textView(result);
  return h("ol.af-hits", {}, hits.map((hit) => h("li.af-article", {},
    h("h5", {}, link(hit.title, hit.url)), h("p.af-muted.af-address", {}, String(hit.url ?? "")), folded(hit.text, "p.af-text"))));
}

function pageView(result) {
  const { title, url, answer, passages } = result.data ?? {};
  const read = listOf(passages).filter((passage) => typeof passage?.text === "string");
  if (!read.length || typeof title !== "string") return textView(result);
  return h("div.af-result", {}, h("h5", {}, link(title, url)), h("p.af-muted.af-address", {}, String(url ?? "")),
    typeof answer === "string" && answer ? h("p.af-text", { dir: "auto" }, answer) : null,
    h("details", {}, h("summary.af-muted", {}, tn(read.length, "{n} passage that it read", "{n} passages that it read")),
      read.map((passage) => h("blockquote.af-article", {}, passage.section ? h("h5", {}, passage.section) : null, folded(passage.text, "p.af-text")))));
}

function wikiView(result) {
  const articles = listOf(result.data?.articles).filter((article) => typeof article?.title === "string");
  if (!articles.length) return textView(result);
  const addresses = new Map((result.sources ?? []).map((source) => [source.title, source.url]));
  return h("div.af-result", {},
    result.data.exact === false ? h("p.af-muted", {}, t("No article has exactly this title. The closest:")) : null,
    articles.map((article) => articleView(article, addresses.get(article.title))));
}

/** A tool's data may be anything in a run that somebody made: what is no list is an empty one. */
function listOf(value) {
  return Array.isArray(value) ? value : [];
}

function articleView({ title: name, text }, address) {
  return h("article.af-article", {}, h("h5", {}, address ? link(name, address) : name), folded(text, "p.af-text"));
}

function sourcesView(result) {
  const origin = result.data?.source;
  if (typeof origin === "string") return h("p.af-sources", {}, t("Source: {name}", { name: origin }));
  const named = (result.sources ?? []).flatMap((source, i) => [i ? ", " : "", source.url ? link(source.title, source.url) : source.title]);
  return named.length ? h("p.af-sources", {}, t("Source: {name}", { name: "" }), named) : null;
}

/** A failure in its place, with what happens next. */
export function errorView(message, next = t("The planner reads this message and can choose another way.")) {
  return h("div.af-failure", {}, icon("alert"),
    h("div", {}, h("p.af-text", {}, message), next ? h("p.af-muted", {}, next) : null));
}

/** "0.4 s, 412 + 84 tokens". */
export function costView(part) {
  const call = part.call?.completion;
  const words = [];
  if (part.seconds !== undefined) words.push(seconds(part.seconds));
  if (call) {
    words.push(seconds(call.seconds), t("{read} + {written} tokens", { read: call.prompt_tokens.toLocaleString(language()), written: call.completion_tokens.toLocaleString(language()) }));
  }
  return words.length ? h("span.af-cost", {}, words.join(" · ")) : null;
}

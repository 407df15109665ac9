// The tokens that were sampled, tinted by how sure the model was of each. Pure arithmetic above, one view below.

import { h } from "./dom.js";
import { t, tn } from "./words.js";

const MOST_TOKENS = 4000;
const STEPS = [0.99, 0.9, 0.6, 0.3, 0];

/** `[{text, probability, step}]` of a completion, or null where the backend gave no probabilities or texts. */
export function tokensOf({ text, logprobs, token_characters: lengths }) {
  if (!logprobs?.length || lengths?.length !== logprobs.length) return null;
  const characters = [...text]; // lengths count characters, not UTF-16 units
  let at = 0;
  return logprobs.slice(0, MOST_TOKENS).map((logprob, i) => {
    const piece = characters.slice(at, (at += lengths[i])).join("");
    const probability = Math.exp(Math.min(0, logprob));
    return { text: piece, probability, step: STEPS.findIndex((least) => probability >= least) };
  });
}

/** Mean log-probability and how often the model was in doubt. */
export function certainty(logprobs) {
  const mean = logprobs.reduce((sum, x) => sum + x, 0) / logprobs.length;
  return { perplexity: Math.exp(-mean), unsure: logprobs.filter((x) => Math.exp(x) < 0.6).length };
}

/** The Tokens tab of one call. */
export function tokensView({ role, completion }) {
  const tokens = tokensOf(completion);
  if (!tokens) return [h("p.af-muted", {}, t("This model's backend gave no log-probabilities, so there is nothing to tint."))];
  const { perplexity, unsure } = certainty(completion.logprobs);
  const trained = role === "planner" ? t("Flow-GRPO trains exactly these tokens; the prompt is masked.")
    : t("Flow-GRPO masks these tokens: only the planner is trained.");
  const readout = h("p.af-muted.af-token-read", { "aria-live": "polite" }, t("Point at a token to read its probability."));
  const text = h("div.af-tokens", { tabindex: "0", role: "group", "aria-label": t("Tokens") }, tokens.map((token, i) =>
    h("span.af-token", { "data-step": token.step, "data-at": i, title: described(token) }, shownText(token.text))));
  text.addEventListener("pointerover", (e) => {
    const at = e.target.dataset?.at;
    if (at !== undefined) readout.textContent = described(tokens[at]);
  });
  const more = completion.logprobs.length - tokens.length;
  return [
    h("p.af-muted", {}, `${tn(completion.logprobs.length, "{n} token", "{n} tokens")} · ${t("perplexity {value}", { value: perplexity.toFixed(2) })} · ${tn(unsure, "{n} below 60%", "{n} below 60%")} · ${trained}`),
    h("div.af-token-key", { "aria-hidden": "true" }, STEPS.map((least, step) => h("span.af-token", { "data-step": step }, least ? `≥ ${least * 100}%` : "< 30%"))),
    text, more > 0 ? h("p.af-muted", {}, t("{n} more tokens are not shown.", { n: more })) : null, readout,
  ].filter(Boolean);
}

function shownText(text) {
  if (!text) return "∅";
  return text.replace(/\n/g, "↵\n");
}

function described({ text, probability }) {
  return `${JSON.stringify(text)}  ${(probability * 100).toFixed(probability > 0.1 ? 1 : 3)}%`;
}

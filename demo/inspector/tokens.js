// The tokens that were sampled, tinted by how sure the model was of each. Pure arithmetic above, one view below.

import { h, icon } from "./dom.js";
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

/**
 * What Flow-GRPO does with the tokens of a call: "trained"; or masked, and why: "cut" at the token limit, "analysis", or
 * written by a "frozen" module. As training/rollout.py has it: plans are trained, unreadable ones too.
 */
export function learning({ type, phase }, { finish_reason: reason }) {
  if (type === "planned" || (type === "parse_failed" && phase === "plan")) return reason === "length" ? "cut" : "trained";
  return type === "analyzed" || phase === "analyze" ? "analysis" : "frozen";
}

const LEARNING = {
  trained: ["Trained", "Flow-GRPO trains exactly these tokens; the prompt is masked."],
  cut: ["Masked", "Flow-GRPO masks these tokens: the text was cut at the token limit."],
  analysis: ["Masked", "Flow-GRPO masks these tokens: how the question is read is not trained, only the plans are."],
  frozen: ["Masked", "Flow-GRPO masks these tokens: only the planner's plans are trained."],
};

/** The Tokens tab of one call. `earned` is what the flow earned, `{reward, advantage, gold}`, or null where that is not known. */
export function tokensView(event, { completion }, earned = null) {
  const state = learning(event, completion);
  const head = [learningView(state), earnedView(state, earned)].filter(Boolean);
  const tokens = tokensOf(completion);
  if (!tokens) return [...head, h("p.af-muted", {}, t("This model's backend gave no log-probabilities, so there is nothing to tint."))];
  const { perplexity, unsure } = certainty(completion.logprobs);
  const readout = h("p.af-muted.af-token-read", { "aria-live": "polite" }, t("Point at a token to read its probability."));
  const text = h("div.af-tokens", { tabindex: "0", role: "group", "aria-label": t("Tokens"), "data-learning": state === "trained" ? "trained" : "masked" }, tokens.map((token, i) =>
    h("span.af-token", { "data-step": token.step, "data-at": i, title: described(token) }, shownText(token.text))));
  text.addEventListener("pointerover", (e) => {
    const at = e.target.dataset?.at;
    if (at !== undefined) readout.textContent = described(tokens[at]);
  });
  const more = completion.logprobs.length - tokens.length;
  return [
    ...head,
    h("p.af-muted", {}, `${tn(completion.logprobs.length, "{n} token", "{n} tokens")} · ${t("perplexity {value}", { value: perplexity.toFixed(2) })} · ${tn(unsure, "{n} below 60%", "{n} below 60%")}`),
    h("div.af-token-key", { "aria-hidden": "true" }, STEPS.map((least, step) => h("span.af-token", { "data-step": step }, least ? `≥ ${least * 100}%` : "< 30%"))),
    text, more > 0 ? h("p.af-muted", {}, t("{n} more tokens are not shown.", { n: more })) : null, readout,
  ].filter(Boolean);
}

function learningView(state) {
  const [word, why] = LEARNING[state];
  const trained = state === "trained";
  return h("p.af-learning", {}, h("span.af-badge", { class: `af-badge ${trained ? "af-trained" : "af-masked"}` }, icon(trained ? "planner" : "lock"), t(word)), t(why));
}

/** One reward for the whole flow, and its advantage over the others of its group: what every trained token gets. */
function earnedView(state, earned) {
  if (!earned || earned.reward === null) return null;
  const { reward, advantage } = earned;
  const gold = (earned.gold ?? []).join(" / ");
  const words = [t("Reward of the flow: {value}", { value: shortNumber(reward) }) + (gold ? t(" (right answer: {gold})", { gold }) : "")];
  if (advantage !== null && advantage !== undefined) words.push(t("advantage in its group: {value}", { value: signed(advantage) }));
  if (state === "trained" && advantage) words.push(advantage > 0 ? t("so these tokens become more likely") : t("so these tokens become less likely"));
  if (state === "trained" && advantage === 0) words.push(t("so nothing is learnt from them"));
  if (state !== "trained") words.push(t("which masked tokens do not get"));
  return h("p.af-earned", { "data-sign": state === "trained" ? Math.sign(advantage ?? 0) : 0 }, `${words.join(", ")}.`);
}

function shortNumber(value) {
  return String(Number(value.toFixed(2)));
}

function signed(value) {
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}

function shownText(text) {
  if (!text) return "∅";
  return text.replace(/\n/g, "↵\n");
}

function described({ text, probability }) {
  return `${JSON.stringify(text)}  ${(probability * 100).toFixed(probability > 0.1 ? 1 : 3)}%`;
}

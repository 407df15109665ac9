// The names that LaTeX has for single signs, and the signs. Pure.

export const GREEK = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", varepsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", vartheta: "ϑ",
  iota: "ι", kappa: "κ", lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", upsilon: "υ", phi: "φ",
  varphi: "φ", chi: "χ", psi: "ψ", omega: "ω", Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Xi: "Ξ", Pi: "Π", Sigma: "Σ",
  Phi: "Φ", Psi: "Ψ", Omega: "Ω", infty: "∞", emptyset: "∅", varnothing: "∅", ell: "ℓ", hbar: "ℏ", partial: "∂", nabla: "∇", degree: "°",
};

export const OPERATORS = {
  cdot: "·", times: "×", div: "÷", pm: "±", mp: "∓", ast: "∗", circ: "∘", leq: "≤", le: "≤", geq: "≥", ge: "≥", neq: "≠", ne: "≠",
  ll: "≪", gg: "≫", approx: "≈", equiv: "≡", sim: "∼", simeq: "≃", cong: "≅", propto: "∝", to: "→", rightarrow: "→", leftarrow: "←",
  leftrightarrow: "↔", Rightarrow: "⇒", Leftarrow: "⇐", implies: "⟹", iff: "⟺", mapsto: "↦", in: "∈", notin: "∉", ni: "∋",
  subset: "⊂", subseteq: "⊆", supset: "⊃", supseteq: "⊇", cup: "∪", cap: "∩", setminus: "∖", forall: "∀", exists: "∃", neg: "¬",
  lnot: "¬", wedge: "∧", land: "∧", vee: "∨", lor: "∨", oplus: "⊕", otimes: "⊗", perp: "⊥", parallel: "∥", angle: "∠",
  ldots: "…", dots: "…", cdots: "⋯", vdots: "⋮", ddots: "⋱", int: "∫", iint: "∬", oint: "∮", sum: "∑", prod: "∏", bmod: "mod",
  mid: "|", vert: "|", lvert: "|", rvert: "|", Vert: "‖", lVert: "‖", rVert: "‖", lfloor: "⌊", rfloor: "⌋", lceil: "⌈", rceil: "⌉",
  langle: "⟨", rangle: "⟩", prime: "′", colon: ":", therefore: "∴", because: "∵",
};

/** Signs that are put over (or under) an argument. */
export const ACCENTS = {
  hat: "^", widehat: "^", bar: "¯", overline: "¯", vec: "→", overrightarrow: "→", tilde: "~", widetilde: "~", dot: "˙", ddot: "¨",
};

export const FUNCTIONS = new Set(["sin", "cos", "tan", "cot", "sec", "csc", "log", "ln", "lg", "exp", "min", "max", "sup", "inf", "gcd", "lim", "det", "dim", "ker", "deg", "arg", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "Pr"]);
export const SPACES = new Set(["quad", "qquad", ",", ";", ":", "!", " ", "displaystyle", "textstyle", "limits", "nolimits", "big", "Big", "bigg", "Bigg"]);

/** Left and right of the tables that LaTeX calls environments; "" for none. */
export const ENVIRONMENTS = {
  matrix: ["", ""], smallmatrix: ["", ""], pmatrix: ["(", ")"], bmatrix: ["[", "]"], Bmatrix: ["{", "}"], vmatrix: ["|", "|"],
  Vmatrix: ["‖", "‖"], cases: ["{", ""], array: ["", ""], aligned: ["", ""], "align*": ["", ""], align: ["", ""],
};

const BLACKBOARD = { C: "ℂ", H: "ℍ", N: "ℕ", P: "ℙ", Q: "ℚ", R: "ℝ", Z: "ℤ" };

/** A letter as it is written on a blackboard: ℝ, 𝔼; anything else as it is. */
export function blackboard(letter) {
  const at = letter.length === 1 ? letter.charCodeAt(0) - 65 : -1;
  return BLACKBOARD[letter] ?? (at >= 0 && at < 26 ? String.fromCodePoint(0x1d538 + at) : letter);
}

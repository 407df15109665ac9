import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTex } from "../../../demo/inspector/tex.js";
import { mathPieces } from "../../../demo/inspector/tex_text.js";

const flat = (tree) => (Array.isArray(tree) ? `${tree[0]}(${tree.slice(1).filter((x) => typeof x === "string" || Array.isArray(x)).map(flat).join(" ")})` : tree);
const read = (tex) => flat(parseTex(tex));

test("fractions, roots, powers, indices, Greek and delimiters become MathML", () => {
  assert.equal(read("\\frac{1}{2}"), "mrow(mfrac(mrow(mn(1)) mrow(mn(2))))");
  assert.equal(read("x^{2} + \\sqrt{3}"), "mrow(msup(mi(x) mrow(mn(2))) mo(+) msqrt(mrow(mn(3))))");
  assert.equal(read("\\sqrt[3]{8}"), "mrow(mroot(mrow(mn(8)) mrow(mn(3))))");
  assert.equal(read("\\left(\\pi_{1}\\right)"), "mrow(mo(() msub(mi(π) mrow(mn(1))) mo()))");
  assert.equal(read("1{,}234 \\cdot 2.5"), "mrow(mn(1) mrow(mo(,)) mn(234) mo(·) mn(2.5))");
});

test("matrices and cases are tables between their fences; text in them keeps its spaces", () => {
  assert.equal(read("\\begin{pmatrix}1 & x\\\\ 0 & 1\\end{pmatrix}"),
    "mrow(mrow(mo(() mtable(mtr(mtd(mn(1)) mtd(mi(x))) mtr(mtd(mn(0)) mtd(mn(1)))) mo())))");
  assert.equal(read("\\left[\\begin{matrix}1\\\\2\\\\\\end{matrix}\\right]"), "mrow(mo([) mrow(mtable(mtr(mtd(mn(1))) mtr(mtd(mn(2))))) mo(]))");
  assert.equal(read("\\begin{cases} x & \\text{if } x > 0 \\\\ 0 & \\text{else}\\end{cases}"),
    "mrow(mrow(mo({) mtable(mtr(mtd(mi(x)) mtd(mtext(if\u00a0) mi(x) mo(>) mn(0))) mtr(mtd(mn(0)) mtd(mtext(else))))))");
  assert.equal(read("\\begin{array}{cc}1&2\\end{array}"), "mrow(mrow(mtable(mtr(mtd(mn(1)) mtd(mn(2))))))");
});

test("binomials, accents, number sets, the empty set, primes", () => {
  assert.equal(read("\\binom{n}{k}"), "mrow(mrow(mo(() mfrac(mrow(mi(n)) mrow(mi(k))) mo())))");
  assert.equal(read("\\overline{AB} \\hat{x}"), "mrow(mover(mrow(mi(A) mi(B)) mo(¯)) mover(mrow(mi(x)) mo(^)))");
  assert.equal(read("x \\in \\mathbb{R} \\setminus \\emptyset"), "mrow(mi(x) mo(∈) mi(ℝ) mo(∖) mi(∅))");
  assert.equal(read("\\mathbb{E}"), "mrow(mi(𝔼))");
  assert.equal(read("f'' \\mathrm{d}x"), "mrow(msup(mi(f) mo(′′)) mi(d) mi(x))");
  assert.equal(read("\\operatorname{rank} A"), "mrow(mi(rank) mi(A))");
});

test("what is not understood is not half read", () => {
  const unread = ["\\begin{tikzpicture}1\\end{tikzpicture}", "\\begin{matrix}1\\end{pmatrix}", "\\begin{matrix}1", "\\frac{1}", "x^", "x^1^2", "{x", "x}", "", "\\href{javascript:1}{x}",
    "\\begin{constructor}1\\end{constructor}", "\\constructor", "\\includegraphics{/x}", "{".repeat(500) + "}".repeat(500)];
  for (const tex of unread) assert.equal(parseTex(tex), null, tex.slice(0, 40));
});

test("formulas are found in a text, and money is not one", () => {
  const tex = (text) => mathPieces(text).filter((piece) => piece.tex !== undefined).map((piece) => [piece.tex, piece.display]);
  assert.deepEqual(tex("So $x^2 = 4$ and \\(y\\), thus \\[z\\] or $$w$$."), [["x^2 = 4", false], ["y", false], ["z", true], ["w", true]]);
  assert.deepEqual(tex("the set $A$ has $n$ parts and $12$ more"), [["A", false], ["n", false], ["12", false]]);
  for (const text of ["It costs $5 and $10.", "$5,$10", "from $5 to 6$ or so", "a $ b $ c", "pay $20-odd for the lot$", "`${window.x=1} ¦ `$", "$", "$$", "US$ and A$"]) {
    assert.deepEqual(tex(text), [], text);
  }
  for (const text of ["So $x^2 = 4$.", "$5 and $6", "\\(a\\)\\(b\\)", ""]) assert.equal(mathPieces(text).map((piece) => piece.raw).join(""), text);
});

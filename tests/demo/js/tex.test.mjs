import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTex } from "../../../demo/inspector/tex.js";

const flat = (tree) => (Array.isArray(tree) ? `${tree[0]}(${tree.slice(1).map(flat).join(" ")})` : tree);

test("fractions, roots, powers, indices, Greek and delimiters become MathML", () => {
  assert.equal(flat(parseTex("\\frac{1}{2}")), "mrow(mfrac(mrow(mn(1)) mrow(mn(2))))");
  assert.equal(flat(parseTex("x^{2} + \\sqrt{3}")), "mrow(msup(mi(x) mrow(mn(2))) mo(+) msqrt(mrow(mn(3))))");
  assert.equal(flat(parseTex("\\sqrt[3]{8}")), "mrow(mroot(mrow(mn(8)) mrow(mn(3))))");
  assert.equal(flat(parseTex("\\left(\\pi_{1}\\right)")), "mrow(mo(() msub(mi(π) mrow(mn(1))) mo()))");
  assert.equal(flat(parseTex("1{,}234 \\cdot 2.5")), "mrow(mn(1) mrow(mo(,)) mn(234) mo(·) mn(2.5))");
});

test("what is not understood is not half read", () => {
  for (const tex of ["\\begin{matrix}1\\end{matrix}", "\\frac{1}", "x^", "{x", "x}", "", "\\href{javascript:1}{x}"]) assert.equal(parseTex(tex), null, tex);
});

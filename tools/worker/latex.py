"""Reads mathematics in LaTeX into sympy objects, with `latex2sympy2_extended`.

Forms that it does not know are rewritten into ones that it does.

Only ever import this in the sandboxed process: parsers are not made for hostile input.
"""

import re
from typing import Any

import sympy
from latex2sympy2_extended import latex2sympy  # type: ignore[import-untyped]

from tools.worker.arithmetic import Unreadable
from tools.worker.pieces import pieces

SIGNS = re.compile(r"\\[A-Za-z({\[]|\^\s*\{|_\s*\{|\$[^$]*[A-Za-z^][^$]*\$")
REWRITTEN: tuple[tuple[str, str], ...] = (
    (r"(?<!\\)\\[,;:! ]", " "),
    (r"\\[()\[\]]|\$|\\left\.|\\right\.|\\(?:displaystyle|limits|quad|qquad)\b", " "),
    (r"(?<=\d)\{,\}(?=\d{3})|(?<=\d),(?=\d{3}(?!\d))", ""),
    (r"\\[dt]frac\b", r"\\frac"),
    (r"\\frac\s*(\d)\s*(\w)", r"\\frac{\1}{\2}"),
    (r"\\frac\s*(\d)\s*\{", r"\\frac{\1}{"),
    (r"\\(?:b|p)mod\b", r"\\mod"),
    (r"\\(?:text|mathrm)\{(gcd|lcm)\}", r"\\operatorname{\1}"),
    (r"\\lcm\b", r"\\operatorname{lcm}"),
    (r"\\lg\b", r"\\log_{10}"),
    (r"\\(?:mathrm|operatorname)\{([de])\}", r"\1"),
    (r"(\d+(?:\.\d+)?)\s*\^\s*\{?\\circ\}?", r"(\1 \\cdot \\frac{\\pi}{180})"),
    (r"\\degree\b", r"\\cdot \\frac{\\pi}{180}"),
)
NTH_DERIVATIVE = re.compile(r"\\frac\s*\{\s*d\s*\^\s*\{?(\d)\}?\s*\}\s*\{\s*d\s*(\w)\s*\^\s*\{?\1\}?\s*\}")
ONE_SIDED = re.compile(r"(\\to\s*[^{}^]+?)\s*\^\s*\{?([+-])\}?(?=\s*\})")


def is_latex(text: str) -> bool:
    return SIGNS.search(text) is not None


def read(text: str) -> list[Any]:
    """The expressions or equations of `text`: one, or several set apart by `;`, lines or commas. Raises Unreadable."""
    return [_one(part) for part in _parts(text)]


def _parts(text: str) -> list[str]:
    for pattern, replacement in REWRITTEN:
        text = re.sub(pattern, replacement, text)
    text = re.sub(r"\\begin\{(?:cases|aligned|align\*?)\}|\\end\{(?:cases|aligned|align\*?)\}", ";", text)
    if "\\begin" not in text:  # in a matrix these set its cells apart
        text = re.sub(r"\\\\|&|\\text\{\s*and\s*\}", lambda found: "" if found[0] == "&" else ";", text)
    return [part.rstrip(".?") for part in pieces(text)]


def _one(text: str) -> Any:
    text = NTH_DERIVATIVE.sub(lambda found: rf"\frac{{d}}{{d{found[2]}}} " * int(found[1]), text)
    sided = ONE_SIDED.search(text)
    text = ONE_SIDED.sub(r"\1", text)
    try:
        value = latex2sympy(text)
    except Exception as error:  # the parser's own errors are of no common class
        raise Unreadable(text, "it is no LaTeX that is known here") from error
    if not isinstance(value, sympy.Basic):
        return value
    value = value.replace(lambda part: isinstance(part, sympy.Limit), lambda limit: _limit(limit, sided and sided[2]))
    value = value.replace(lambda part: part.is_Float, lambda number: sympy.Rational(str(number)))
    return value.subs(sympy.Symbol("i"), sympy.I) if _is_imaginary(value) else value


def _limit(limit: Any, side: str | None) -> Any:
    """From both sides where the text names none; at infinity there is but one."""
    function, variable, point, _ = limit.args
    direction = side or ("-" if point == sympy.oo else "+" if point == -sympy.oo else "+-")
    return sympy.Limit(function, variable, point, direction)


def _is_imaginary(value: Any) -> bool:
    """`i` is a number unless something runs over it."""
    bound = {symbol for part in value.atoms(sympy.Sum, sympy.Product) for symbol in part.variables}
    return sympy.Symbol("i") in value.free_symbols - bound

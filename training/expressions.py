"""Whether two mathematical answers are the same, by math-verify: LaTeX, fractions, sets, intervals, equations.

math-verify takes the last expression of a text for its answer, and numbers that agree in six digits for equal. Here all
expressions that an answer names count, so that two of them are an answer only where the gold is a set, and a decimal is
what it says and no more.
"""

import re
from collections.abc import Iterator
from typing import Any

from training.quantities import Unreadable, quantities

_SIGNS = {
    "−": "-", "×": r"\times ", "·": r"\cdot ", "⋅": r"\cdot ", "÷": "/", "π": r"\pi ", "∞": r"\infty ", "²": "^2",
    "³": "^3", "≤": r"\le ", "≥": r"\ge ", "∪": r"\cup ", "½": r"\frac{1}{2}", "{,}": ",", r"\%": "/100", "%": "/100",
}  # fmt: skip
_WRITTEN = re.compile(r"\$\$(.+?)\$\$|(?<!\\)\$(.+?)(?<!\\)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
_OPENING = re.compile(
    r"^\s*(?:(?:so|thus|hence|therefore|then)\b,?\s*)?(?:(?:(?:the|my)\s+)?(?:final\s+)?(?:answers?|results?|values?|solutions?"
    r"|roots?|it)\b\s*(?:is|are|'s|’s|:|=)?:?\s*)?",
    re.IGNORECASE,
)
_PROSE = re.compile(r"(?<![\\\w{])(?!(?:and|or|sin|cos|tan|log|ln|exp|sqrt|pi)\b)[^\W\d_]{2,}")
_AND = re.compile(r",?\s+(?:and|or)\s+(?![^{]*\})")


def same(answer: str, gold: str) -> bool:
    """Raises `Unreadable` where the answer says more, or less, than expressions."""
    from math_verify import verify  # type: ignore[import-untyped]

    wanted = ", ".join(_written(gold)) or gold
    if "".join(answer.split()) == "".join(wanted.split()):
        return True
    return bool(verify(_parsed(wanted), _parsed(_claim(answer)), float_rounding=15))


def _claim(answer: str) -> str:
    """What the answer names: what is boxed, else all that is written as mathematics, else its text."""
    if held := dict.fromkeys(boxed(answer)):
        return ", ".join(held)
    if written := dict.fromkeys(_written(answer)):
        if any(one.value != 1 for one in quantities(_WRITTEN.sub(" 1 ", answer))):
            raise Unreadable("numbers around the expressions")
        return ", ".join(written)
    text = _OPENING.sub("", answer, count=1).strip().rstrip(".")
    if not _PROSE.search(text):
        return text
    return ", ".join(dict.fromkeys(str(one.value) for one in quantities(answer)))


def _written(text: str) -> Iterator[str]:
    return (next(part for part in found if part).strip().rstrip(".,") for found in _WRITTEN.findall(text))


def boxed(text: str) -> Iterator[str]:
    """What each `\\boxed{...}` holds, braces inside it included."""
    for begin in re.finditer(r"\\boxed\s*\{", text):
        depth = 1
        for place in range(begin.end(), len(text)):
            depth += {"{": 1, "}": -1}.get(text[place], 0)
            if depth == 0:
                yield text[begin.end() : place].strip()
                break


def _parsed(text: str) -> list[Any]:
    """As math-verify reads it, decimals as the fractions that they are."""
    from math_verify import LatexExtractionConfig, parse
    from sympy import Basic, Float, Rational

    for sign, latex in _SIGNS.items():
        text = text.replace(sign, latex)
    text = re.sub(
        r"√\s*(?:\(([^()]*)\)|([\w.]+))|\bsqrt\(([^()]*)\)", lambda f: rf"\sqrt{{{f[1] or f[2] or f[3]}}}", text
    )
    found = parse(f"${_AND.sub(', ', text)}$", [LatexExtractionConfig()])
    if not found:
        raise Unreadable(f"{text[:80]!r} is no mathematics")
    return [
        one.replace(lambda part: isinstance(part, Float), lambda part: Rational(str(part)))
        if isinstance(one, Basic)
        else one
        for one in found
    ]

"""Plain arithmetic and comparisons, exact, without sympy: most questions need no more, and sympy takes 0.3 s to load.

A problem that is neither is answered by None: `symbolic` may read it.
"""

import ast
import re
from collections.abc import Callable
from fractions import Fraction

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+"
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
LENGTHS = "km m cm mm mi ft metres meters kilometres kilometers miles"
OTHERS = "km² m² km2 m2 km³ m³ ha ft² °C °F °K K kg g mg t u s min h d ms years year days"
WORDS = "people inhabitants euros dollars € $ £"
UNITS = frozenset(f"{LENGTHS} {OTHERS} {WORDS}".split())
ASCII = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "^": "**", "\u00a0": " ", "\u202f": " "})
FORMS = (
    "Write an expression (6,650 + 1,233; sqrt(8); integrate(x**2, (x, 0, 1))), an equation (3*x + 5 = 20), "
    "or a comparison (largest: A = 6,650 ; B = 1,233)."
)
LONGEST_BITS = 14_000
"""Larger whole numbers, over 4,200 digits, are refused: nobody reads them, and powers grow without end."""


class MathError(Exception):
    """The problem cannot be solved as written: the message says why and what to write instead."""


class Unreadable(MathError):
    """The problem is not in a form that is read here."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__(f"cannot read {part.strip()!r}: {why}. {FORMS}")


def solve(problem: str) -> dict[str, str] | None:
    """The report for a comparison or plain arithmetic, or None when it is neither. Raises MathError."""
    if chosen := compare(problem):
        return {"text": chosen, "exact": chosen}
    value = evaluate(problem)
    return None if value is None else report(value, grouped(problem))


def grouped(problem: str) -> bool:
    """Whether the problem has digits grouped by commas, or a scale such as `million`: then its result has them too."""
    return re.search(rf"\d,\d\d\d|\b({'|'.join(SCALES)})\b", problem) is not None


def report(value: Fraction, commas: bool) -> dict[str, str]:
    """A rational result: `text` is rounded to three decimals, `exact` is the whole fraction."""
    sign, top, bottom = "-" if value < 0 else "", abs(value.numerator), value.denominator
    latex = f"{sign}{top}" if bottom == 1 else f"{sign}\\frac{{{top}}}{{{bottom}}}"
    text = decimal(value, commas)
    return {"text": text, "exact": str(value), "decimal": text, "latex": latex}


def decimal(value: Fraction, commas: bool) -> str:
    """At most three decimals without trailing zeros; three significant digits where that would leave nothing."""
    if value and abs(value) < Fraction(1, 1000):
        return f"{float(value):.3g}"
    rounded = round(value, 3)
    whole, thousandths = divmod(abs(rounded.numerator) * 1000 // rounded.denominator, 1000)
    text = f"{whole:,}" if commas else str(whole)
    text += f".{thousandths:03d}".rstrip("0") if thousandths else ""
    return f"-{text}" if rounded < 0 else text


def compare(problem: str) -> str | None:
    """`largest: Nile = 6,650 km ; Rhine = 1,233` gives `Nile`, as written; several that tie are joined by commas."""
    head = re.fullmatch(r"\s*(largest|smallest|max|min)\s*:\s*(.+)", problem, re.DOTALL | re.IGNORECASE)
    if not head:
        return None
    rows = [_row(part) for part in head[2].split(";") if part.strip()]
    units = {unit for _, _, unit in rows if unit}
    if len(units) > 1:
        raise MathError(f"cannot compare {' with '.join(sorted(units))}: write all values in the same unit")
    best = (max if head[1].lower() in ("largest", "max") else min)(value for _, value, _ in rows)
    return ", ".join(label for label, value, _ in rows if value == best)


def _row(part: str) -> tuple[str, Fraction, str]:
    label, equals, right = part.rpartition("=")
    found = re.match(rf"\s*([+-]?)\s*({NUMBER})\s*({'|'.join(SCALES)})?\s*([^\s\d(]*)", _ascii(right))
    if not equals or not label.strip() or not found:
        raise Unreadable(part, "a comparison needs a label, = and a number for each thing")
    value = _fraction(found[2]) * SCALES.get(found[3], 1)
    return label.strip(), -value if found[1] == "-" else value, found[4]


def evaluate(problem: str) -> Fraction | None:
    """The exact value of plain arithmetic: numbers with commas and units, + - * / // % **, a few functions."""
    text = readable(problem)
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    try:
        return _value(tree.body, text)
    except _NotPlain:
        return None
    except ZeroDivisionError:
        raise MathError("division by zero") from None
    except RecursionError:
        raise MathError("the expression is nested too deeply") from None


def readable(problem: str) -> str:
    """The problem in one notation: ASCII operators, no thousands commas, no units, no question mark."""
    return without_units(ungroup(_ascii(problem).strip().rstrip("=? ")))


def _ascii(text: str) -> str:
    """One sign for each operator."""
    text = re.sub(rf"({NUMBER})\s*%\s+of\s+", r"(\1)/100*", text)
    text = re.sub(r"(?<=[\d)])\s+mod\s+", " % ", text)
    return text.translate(ASCII)


def ungroup(text: str) -> str:
    """Takes out thousands commas.

    In the arguments of a function a comma groups digits only if other arguments are set apart by a comma and a space:
    `gcd(100,200)` has two arguments, and so has `sum(6,650, 1,233)`.
    """
    opened: list[int] = []
    inside: dict[int, int] = {}
    for at, char in enumerate(text):
        if char in "([{":
            opened.append(at)
        elif char in ")]}" and opened:
            opened.pop()
        elif char == ",":
            inside[at] = opened[-1] if opened else -1
    spaced = {inside[at] for at in inside if text[at + 1 : at + 2].isspace()}

    def groups(at: int) -> bool:
        start = inside[at]
        arguments = start >= 0 and (text[start] != "(" or re.search(r"\w\s*$", text[:start]) is not None)
        return not arguments or start in spaced

    def drop(number: re.Match[str]) -> str:
        commas = [number.start() + i for i, char in enumerate(number[0]) if char == ","]
        return number[0].replace(",", "") if all(map(groups, commas)) else number[0]

    return re.sub(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\d])", drop, text)


def without_units(text: str) -> str:
    """`6650 km + 1233 km` without its units, if there is only one kind; scales such as `million` are multiplied out."""
    text = re.sub(rf"(?<![\w.])({NUMBER})\s+({'|'.join(SCALES)})\b", lambda m: f"({m[1]}*{SCALES[m[2]]})", text)
    kinds = set()

    def drop(found: re.Match[str]) -> str:
        if found[2] not in UNITS:
            return found[0]
        kinds.add(found[2])
        return found[1]

    bare = re.sub(rf"(?<![\w.])({NUMBER}|\))\s*([^\W\d_]+[²³2]?|°[CFK]|[€$£])(?![\w(])", drop, text)
    bare = re.sub(r"[€$£]\s*(?=\d)", "", bare)
    if len(kinds) > 1 and re.fullmatch(r"[\d\s.+\-()]*", bare):
        raise MathError(f"cannot add {' and '.join(sorted(kinds))}: write all numbers in the same unit")
    return bare


class _NotPlain(Exception):
    """Something that is not plain arithmetic."""


def _value(node: ast.expr, text: str) -> Fraction:
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return _sized(Fraction(number))
        case ast.Constant(value=float()):
            return _fraction(ast.get_source_segment(text, node) or "")
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand, text)
        case ast.UnaryOp(op=ast.UAdd()):
            return _value(node.operand, text)
        case ast.BinOp(op=ast.Pow()):
            return _power(_value(node.left, text), _value(node.right, text))
        case ast.BinOp() if operation := OPERATIONS.get(type(node.op)):
            return _sized(operation(_value(node.left, text), _value(node.right, text)))
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS and node.args:
            return FUNCTIONS[name]([_value(item, text) for item in _arguments(node)])
    raise _NotPlain


def _arguments(call: ast.Call) -> list[ast.expr]:
    """`sum(1, 2)` and `sum([1, 2])` mean the same."""
    first = call.args[0]
    items = first.elts if len(call.args) == 1 and isinstance(first, ast.List | ast.Tuple) else call.args
    if not items:
        raise _NotPlain
    return items


OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: Fraction(a // b),
    ast.Mod: lambda a, b: a % b,
}


def _mean(values: list[Fraction]) -> Fraction:
    return Fraction(sum(values), len(values))


FUNCTIONS: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "sum": lambda values: sum(values, Fraction()),
    "max": max,
    "min": min,
    "mean": _mean,
    "average": _mean,
}


def _fraction(number: str) -> Fraction:
    number = number.replace(",", "")
    exponent = re.search(r"[eE]([+-]?\d+)$", number)
    if exponent and abs(int(exponent[1])) > LONGEST_BITS // 4:
        raise MathError(f"{number} is too large to be written out")
    return Fraction(number)


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        raise _NotPlain  # a root: exact only in symbols
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(base) != 1 and bits * abs(exponent) > 2 * LONGEST_BITS:
        raise MathError("the power is too large to be written out (more than 4,000 digits); ask for its logarithm")
    return _sized(base ** int(exponent))


def _sized(value: Fraction) -> Fraction:
    if value.numerator.bit_length() > LONGEST_BITS or value.denominator.bit_length() > LONGEST_BITS:
        raise MathError("the result is too large to be written out (more than 4,000 digits)")
    return value

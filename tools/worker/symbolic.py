"""Algebra and calculus with sympy: expressions, equations and systems, in sympy's notation.

Reading an expression with sympy evaluates it as code: only ever import this in the sandboxed process.
"""

import re
from fractions import Fraction
from typing import Any

import sympy
from sympy.parsing.sympy_parser import (
    convert_xor,
    implicit_multiplication,
    parse_expr,
    rationalize,
    standard_transformations,
)

from tools.worker.arithmetic import MathError, Unreadable, report

TRANSFORMATIONS = (*standard_transformations, convert_xor, implicit_multiplication, rationalize)
NAMES: dict[str, Any] = {
    "e": sympy.E,
    "log10": lambda x: sympy.log(x, 10),
    "log2": lambda x: sympy.log(x, 2),
    "choose": sympy.binomial,
    "mean": lambda *values: sympy.Add(*values) / len(values),
    "sum": lambda *values: sympy.Add(*(values[0] if len(values) == 1 else values)),
    "max": sympy.Max,
    "min": sympy.Min,
}
KNOWN: dict[str, Any] = {
    "__builtins__": {},  # a name that sympy does not have is a symbol, never a Python function
    **{name: getattr(sympy, name) for name in sympy.__all__},
    "abs": sympy.Abs,
    "pow": sympy.Pow,
    "round": round,
}
EQUALS = re.compile(r"(?<![<>!=])=(?!=)")
Report = dict[str, str]


def solve(problem: str, commas: bool) -> Report:
    """The report for an expression, an equation or a system of equations. Raises MathError."""
    problem = re.sub(r"(?<=\d)i\b", "*I", problem)
    body = _body(problem)
    if body is not None or EQUALS.search(_outside_calls(problem)):
        return _equations(problem if body is None else body)
    value = _parse(problem)
    return _equations(problem) if isinstance(value, sympy.Equality) else _show(value, commas)


def _body(problem: str) -> str | None:
    """What is to be solved in `solve(x**2 - 4, x)` or `solve: x**2 = 4`."""
    found = re.fullmatch(r"\s*solve\s*(?:\((.*)\)|[:\s](.*))\s*", problem, re.DOTALL | re.IGNORECASE)
    return None if not found else found[1] if found[1] is not None else found[2]


def _outside_calls(text: str) -> str:
    """`text` without what is in parentheses, so that `f(a=1)` is no equation."""
    while (shorter := re.sub(r"\([^()]*\)", "", text)) != text:
        text = shorter
    return text


def _parse(text: str) -> Any:
    if re.search(r"__|['\"`\\;{}@]|:=|\.\s*[A-Za-z_]|\blambda\b", text):
        raise Unreadable(text, "it has signs that no mathematical expression has")
    if re.search(r"[^\W\d]\w*\s+[^\W\d]", text):
        raise Unreadable(text, "it reads like a sentence")
    called = re.findall(r"\b([^\W\d]\w+)\s*\(", text)
    if unknown := sorted(set(called) - KNOWN.keys() - NAMES.keys()):
        raise Unreadable(text, f"there is no function {' or '.join(unknown)}")
    try:
        return parse_expr(text.strip(), dict(NAMES), TRANSFORMATIONS, dict(KNOWN))
    except (SyntaxError, TypeError, ValueError, AttributeError, NameError, IndexError, sympy.SympifyError) as error:
        raise Unreadable(text, str(error) or type(error).__name__) from error


def _equations(text: str) -> Report:
    unknowns: list[Any] = []
    equations: list[Any] = []
    names: set[Any] = set()
    for part in _parts(text):
        left, right = _halves(part)
        if right is None and isinstance(left, sympy.Symbol):
            unknowns.append(left)
            continue
        if isinstance(left, sympy.Equality):
            left, right = left.args
        names |= left.free_symbols | (right.free_symbols if right is not None else set())
        equations.append(left if right is None else left - right)
    if not equations:
        raise Unreadable(text, "there is no equation")
    symbols = unknowns or sorted(names, key=str)
    if not symbols:
        return _plain("true" if all(sympy.simplify(e) == 0 for e in equations) else "false")
    return _solutions(equations, symbols[: len(equations)])


def _halves(part: str) -> tuple[Any, Any]:
    """The two sides of an equation; None for the right one where there is no `=`."""
    sides = EQUALS.split(part)
    if len(sides) > 2 or not all(side.strip() for side in sides):
        raise Unreadable(part, "an equation has one = between two expressions")
    parsed = [_parse(side) for side in sides]
    return parsed[0], parsed[1] if len(parsed) == 2 else None


def _parts(text: str) -> list[str]:
    """Equations and unknowns, set apart by ; or new lines or "and", or by commas outside parentheses."""
    depth, current, parts = 0, "", []
    for char in re.sub(r"\band\b", ";", text).translate(str.maketrans("", "", "[]")):
        depth += (char == "(") - (char == ")")
        if char in ";\n" or (char == "," and depth <= 0):
            parts.append(current)
            current = ""
        else:
            current += char
    return [part.strip() for part in [*parts, current] if part.strip()]


def _solutions(equations: list[Any], symbols: list[Any]) -> Report:
    try:
        found = sympy.solve(equations, symbols, dict=True)
    except NotImplementedError as error:
        raise MathError(f"sympy knows no way to solve this exactly: {error}") from error
    if not found:
        always = all(sympy.simplify(equation) == 0 for equation in equations)
        return _plain("every value is a solution" if always else "no solution")
    single = len(symbols) == 1
    found.sort(key=lambda solution: [_order(solution.get(symbol, symbol)) for symbol in symbols])
    rows = [", ".join(_assignment(symbol, row[symbol]) for symbol in symbols if symbol in row) for row in found]
    exact = (", " if single else "; ").join(rows)
    return {"text": exact, "exact": str(found), "latex": sympy.latex(found)}


def _order(value: Any) -> tuple[int, float, str]:
    return (0, float(value), "") if value.is_real and value.is_number else (1, 0.0, str(value))


def _assignment(symbol: Any, value: Any) -> str:
    return f"{symbol} = {value}{_approximation(value)}"


def _show(value: Any, commas: bool) -> Report:
    if isinstance(value, sympy.Expr) and value.is_Rational:
        exact = Fraction(int(value.p), int(value.q))
        shown = report(exact, commas)
        return shown if exact.denominator == 1 else {**shown, "text": str(exact)}
    if isinstance(value, sympy.Symbol) and len(value.name) > 1:
        raise Unreadable(value.name, "it is a word")
    if isinstance(value, sympy.core.relational.Relational) and value.free_symbols:
        value = sympy.reduce_inequalities(value)
    value = value.doit() if isinstance(value, sympy.Basic) else value
    shown = _plain(str(value))
    if isinstance(value, sympy.Basic):
        shown["latex"] = sympy.latex(value)
        shown["text"] += (approximation := _approximation(value))
        if approximation:
            shown["decimal"] = approximation.removeprefix(" ≈ ")
    return shown


def _approximation(value: Any) -> str:
    """` ≈ decimal` for a number that is not rational, else nothing."""
    if not isinstance(value, sympy.Expr) or not value.is_number or value.is_rational or not value.is_finite:
        return ""
    near = value.evalf(15)
    if not near.is_Float:  # a complex number
        return "" if all(part.is_rational for part in value.as_real_imag()) else f" ≈ {value.evalf(6)}"
    return f" ≈ {_six(Fraction(str(near)))}"


def _six(value: Fraction) -> str:
    """At most six decimals; very large and very small values keep six significant digits."""
    if not Fraction(1, 1000) <= abs(value) < 10**12:
        return f"{float(value):.6g}"
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def _plain(text: str) -> Report:
    return {"text": text, "exact": text}

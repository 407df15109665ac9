"""Algebra and calculus with sympy: expressions, equations and systems, in sympy's notation.

Reading an expression with sympy evaluates it as code: only ever import this in the sandboxed process.
"""

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import sympy
from sympy.ntheory.modular import crt
from sympy.parsing.sympy_parser import (
    convert_xor,
    implicit_multiplication,
    parse_expr,
    rationalize,
    standard_transformations,
)

from tools.worker import latex
from tools.worker.arithmetic import MathError, Unreadable, grouped, readable, report
from tools.worker.pieces import pieces
from tools.worker.words import words

TASKS: dict[str, Any] = {
    "simplify": lambda value: sympy.simplify(_done(value)),
    "factor": lambda value: sympy.factor(_done(value)),
    "expand": lambda value: sympy.expand(_done(value)),
    "differentiate": lambda value: sympy.diff(_done(value), _variable(value)),
    "derive": lambda value: sympy.diff(_done(value), _variable(value)),
    "integrate": lambda value: value.doit() if value.has(sympy.Integral) else sympy.integrate(value, _variable(value)),
    "evaluate": lambda value: _done(value),
    "compute": lambda value: _done(value),
    "calculate": lambda value: _done(value),
    "find": lambda value: _done(value),
}
SOLVING = "solve"
TRANSFORMATIONS = (*standard_transformations, convert_xor, implicit_multiplication, rationalize)
NUMBER_THEORY = words(
    "discrete_log is_primitive_root jacobi_symbol legendre_symbol mobius n_order nthroot_mod primitive_root "
    "quadratic_residues sqrt_mod"
)
LISTED = 200
"""Members shown of something that goes on, such as `primerange`."""
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
    "pow": lambda base, exponent, modulus=None: (
        sympy.Pow(base, exponent) if modulus is None else pow(base, exponent, modulus)
    ),
    "round": round,
    **{name: getattr(sympy.ntheory, name) for name in NUMBER_THEORY},
    "crt": crt,
    "mod": sympy.Mod,
}
EQUALS = re.compile(r"(?<![<>!=])=(?!=)")
Report = dict[str, str]


def solve(problem: str) -> Report:
    """The report for an expression, an equation or a system of equations. Raises MathError."""
    commas = grouped(problem)
    try:
        return _in_latex(problem, commas) if latex.is_latex(problem) else _in_sympy(readable(problem), commas)
    except ValueError as error:  # sympy's word for "there is no such thing", as of a limit with two sides
        raise MathError(f"there is no result: {error}") from error


def _in_latex(problem: str, commas: bool) -> Report:
    """The task may be named before it: `solve`, `simplify`, ..."""
    named = re.match(
        rf"\s*({'|'.join(TASKS)}|{SOLVING})\b(?:\s+for\s+\w+)?[\s:]*(.+)", problem, re.DOTALL | re.IGNORECASE
    )
    task, text = (named[1].lower(), named[2]) if named else ("", problem)
    values = latex.read(text)
    if not values:
        raise Unreadable(problem, "it is empty")
    if any(isinstance(value, sympy.Equality) for value in values) or re.fullmatch(SOLVING, task):
        unknowns = [value for value in values if isinstance(value, sympy.Symbol)]
        equations = [value for value in values if value not in unknowns]
        names = set().union(*(equation.free_symbols for equation in equations))
        return _solve([_difference(equation) for equation in equations], unknowns, names)
    value = values[0] if len(values) == 1 else sympy.Tuple(*values)
    return _show(TASKS[task](value) if task else _done(value), commas)


def _difference(value: Any) -> Any:
    return value.lhs - value.rhs if isinstance(value, sympy.Equality) else value


def _done(value: Any) -> Any:
    """Carries out what is only written down: a limit, an integral, `3*4`."""
    return value.doit() if isinstance(value, sympy.Basic) else value


def _in_sympy(problem: str, commas: bool) -> Report:
    problem = re.sub(r"(?<=\d)i\b", "*I", _in_calls(problem))
    body = _body(problem)
    if body is not None or EQUALS.search(_outside_calls(problem)):
        return _equations(problem if body is None else body)
    value = _parse(problem)
    return _equations(problem) if isinstance(value, sympy.Equality) else _show(value, commas)


def _variable(value: Any) -> Any:
    """The one letter of an expression."""
    letters = sorted(value.free_symbols, key=str)
    if len(letters) == 1:
        return letters[0]
    raise Unreadable(str(value), "name the variable: diff(f, x), integrate(f, x) or integrate(f, (x, 0, 1))")


IN_WORDS: dict[str, str] = {
    r"(?:the )?limit (?:of )?(.+) (?:as|for) (\w+) *(?:->|→|to) *(.+)": r"limit(\1, \2, \3)",
    r"integrate (.+?)(?: d(\w))? from (.+) to (.+)": r"integrate(\1, (\2, \3, \4))",
    r"(?:differentiate|derive) (.+) (?:by|with respect to) (\w+)": r"diff(\1, \2)",
    r"integrate (.+) with respect to (\w+)": r"integrate(\1, \2)",
    r"(?:differentiate|derive) (.+)": r"diff(\1)",
    r"(simplify|factor|expand|integrate) ([^(].*|\([^()]*\)\s*[-+*/^].+)": r"\1(\2)",
}


def _in_calls(problem: str) -> str:
    """`integrate x**2 from 0 to 1` as `integrate(x**2, (x, 0, 1))`, and the like."""
    problem = problem.strip()
    for pattern, call in IN_WORDS.items():
        if found := re.fullmatch(pattern, problem, re.IGNORECASE | re.DOTALL):
            return found.expand(call).replace("(, ", "(x, ")
    return problem


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
    text = re.sub(r"\|([^|]+)\|", r"Abs(\1)", text)
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
    return _solve(equations, unknowns, names)


def _solve(equations: list[Any], unknowns: list[Any], names: set[Any]) -> Report:
    """The solutions of `equations`, each of which is to be 0; `names` are the symbols in them before they were one."""
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
    return pieces(re.sub(r"\band\b", ";", text).translate(str.maketrans("", "", "[]")))


def _solutions(equations: list[Any], symbols: list[Any]) -> Report:
    try:
        found = _solved(equations, symbols)
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


def _solved(equations: list[Any], symbols: list[Any]) -> list[dict[Any, Any]]:
    """All solutions; those over the reals where sympy finds no others (an absolute value)."""
    try:
        complex_ones: list[dict[Any, Any]] = sympy.solve(equations, symbols, dict=True)
        return complex_ones
    except NotImplementedError:
        real = {symbol: sympy.Symbol(symbol.name, real=True) for symbol in symbols}
        found = sympy.solve([equation.subs(real) for equation in equations], [*real.values()], dict=True)
        back = {new: old for old, new in real.items()}
        return [{back[new]: value.subs(back) for new, value in solution.items()} for solution in found]


def _order(value: Any) -> tuple[int, float, str]:
    return (0, float(value), "") if value.is_real and value.is_number else (1, 0.0, str(value))


def _assignment(symbol: Any, value: Any) -> str:
    return f"{symbol} = {value}{_approximation(value)}"


def _show(value: Any, commas: bool) -> Report:
    if isinstance(value, dict):
        product = " * ".join(str(base) if power == 1 else f"{base}**{power}" for base, power in value.items())
        return {**_plain(str(value)), "text": product or "1"}
    if isinstance(value, Iterator):
        value = list(itertools.islice(value, LISTED))
    if isinstance(value, int) and not isinstance(value, bool):
        value = sympy.Integer(value)
    if isinstance(value, sympy.Basic) and value.has(sympy.zoo, sympy.nan):
        raise MathError("there is no such value: it grows without limit or is not defined")
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

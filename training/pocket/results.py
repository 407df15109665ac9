"""What the tools return in traces: the same texts as `tools/`, as tiny pure functions.

Training must not start a sandbox for each of a hundred thousand examples. A test holds these against the real tools.
"""

import ast
import math
import operator
import re
from decimal import Decimal
from fractions import Fraction

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?: million)?")


def number_in(text: str) -> str:
    """The first number of a value, as written: with its "million", without its unit."""
    found = NUMBER.match(text)
    if not found:
        raise ValueError(f"no number at the start of {text!r}")
    return found[0]


def value_of(number: str) -> Decimal:
    """A number as written, thousands commas and "million" allowed."""
    plain = number.removesuffix(" million").replace(",", "")
    return Decimal(plain) * (1 if plain == number.replace(",", "") else 10**6)


def shown(value: Decimal, commas: bool) -> str:
    """At most three decimals, no trailing zeros, thousands commas if asked for."""
    text = f"{round(value, 3):,f}" if commas else f"{round(value, 3):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def total(left: str, sign: str, right: str) -> str:
    """`math_solver` on `left + right` or `left - right`, numbers as written: grouped where one of them is."""
    a, b = value_of(left), value_of(right)
    return shown(a + b if sign == "+" else a - b, commas="," in left + right or "million" in left + right)


def winner(which: str, a: tuple[str, str], b: tuple[str, str]) -> str:
    """`math_solver` on a comparison: the label whose number is the `largest` or the `smallest`."""
    first, second = value_of(a[1]), value_of(b[1])
    return a[0] if (first > second) == (which == "largest") else b[0]


_COMPARED = re.compile(r"(largest|smallest): (.+) = (\S+(?: million)?) ; (.+) = (\S+(?: million)?)")
_SUMMED = re.compile(r"(\S+(?: million)?) ([+-]) (\S+(?: million)?)")


def solve(command: str) -> str | None:
    """`math_solver` on a sum or a comparison as the executor writes it, None where the two values are equal."""
    if compared := _COMPARED.fullmatch(command):
        which, a, left, b, right = compared.groups()
        return winner(which, (a, left), (b, right)) if value_of(left) != value_of(right) else None
    if summed := _SUMMED.fullmatch(command):
        left, sign, right = summed.groups()
        return total(left, sign, right)
    raise ValueError(f"neither a sum nor a comparison: {command!r}")


def roots(quadratic: int, linear: int, constant: int) -> str:
    """`math_solver` on `quadratic*x**2 + linear*x + constant = 0` where the solutions are whole: `x = 2, x = 3`."""
    if quadratic == 0:
        found = [Fraction(-constant, linear)]
    else:
        spread = math.isqrt(linear**2 - 4 * quadratic * constant)
        found = sorted({Fraction(-linear + sign * spread, 2 * quadratic) for sign in (-1, 1)})
    return ", ".join(f"x = {root}" for root in found)


def solved(expression: str) -> str:
    """`math_solver` on `a + b`, `a - b`, `a * b` or `a / b` whose value has at most three decimals."""
    left, sign, right = expression.split(" ")
    a, b = value_of(left), value_of(right)
    value = {"+": a + b, "-": a - b, "*": a * b, "/": a / b}[sign]
    return shown(value, commas="," in expression)


_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def python(expression: str) -> str:
    """`python_coder` on a plain expression: the value as Python prints it."""

    def walk(node: ast.expr) -> int | float:
        match node:
            case ast.Constant(value=int() | float() as value):
                return value
            case ast.BinOp(left=left, op=op, right=right):
                result: int | float = _OPERATORS[type(op)](walk(left), walk(right))
                return result
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -walk(operand)
        raise ValueError(f"not plain arithmetic: {expression!r}")

    return str(walk(ast.parse(expression, mode="eval").body))

"""Questions that need a calculation and nothing looked up: arithmetic, equations, units and years."""

import random
from collections.abc import Callable
from fractions import Fraction

from training.pocket import results, wording
from training.pocket.question import Question

Worded = Callable[[wording.Wording], str]
"""Chooses one of its wordings."""

# What one of the first is in the second, each as people write it.
_UNITS: tuple[tuple[tuple[str, ...], int, tuple[str, ...]], ...] = (
    (("km", "kilometres", "kilometers"), 1000, ("m", "metres", "meters")),
    (("m", "metres", "meters"), 100, ("cm", "centimetres", "centimeters")),
    (("m", "metres", "meters"), 1000, ("mm", "millimetres", "millimeters")),
    (("cm", "centimetres", "centimeters"), 10, ("mm", "millimetres", "millimeters")),
    (("kg", "kilograms", "kilos"), 1000, ("g", "grams")),
    (("t", "tonnes", "tons"), 1000, ("kg", "kilograms")),
    (("g", "grams"), 1000, ("mg", "milligrams")),
    (("l", "litres", "liters"), 1000, ("ml", "millilitres", "milliliters")),
    (("hours", "h"), 60, ("minutes", "min")),
    (("minutes", "min"), 60, ("seconds", "s")),
    (("hours", "h"), 3600, ("seconds", "s")),
    (("days",), 24, ("hours", "h")),
    (("weeks",), 7, ("days",)),
    (("years",), 12, ("months",)),
    (("centuries",), 100, ("years",)),
    (("decades",), 10, ("years",)),
    (("euros",), 100, ("cents",)),
)


def arithmetic(rng: random.Random, worded: Worded) -> Question:
    """An expression, written or in words."""

    def number() -> str:
        if rng.random() < 0.08:
            return f"{rng.randint(1, 99)}.{rng.randint(1, 9)}"
        return str(rng.randint(2, 10 ** rng.choice((1, 2, 2, 3, 3, 4, 5, 6))))

    while True:
        left, right = number(), number()
        draw, operator = rng.random(), rng.choice("++--***/")
        if operator == "/":
            left = str(rng.randint(2, 200) * int(right)) if right.isdigit() else left
        expression = f"{left} {operator} {right}"
        if draw < 0.3:
            expression += f" {rng.choice('+-*')} {number()}"
        elif draw < 0.4:
            expression = f"({left} {rng.choice('+-')} {right}) * {number()}"
        elif draw < 0.45:
            expression = f"{rng.randint(2, 30)} ** {rng.randint(2, 4)}"
        answer = results.python(expression)
        if len(answer) <= 13 and "e" not in answer:
            break
    text = wording.typed(worded(wording.CALCULATE).format(e=_spoken(expression, rng)), rng)
    return Question("arith", text, expression, answer, operation="python", command=expression)


def _spoken(expression: str, rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.15:
        for sign, word in ((" + ", " plus "), (" - ", " minus "), (" * ", " times "), (" / ", " divided by ")):
            expression = expression.replace(sign, word)
        return expression.replace(" ** ", " to the power of ")
    if draw < 0.3:
        return expression.replace(" ** ", "^").replace("*", "×")
    return expression.replace(" ** ", "^") if draw < 0.4 else expression


def equation(rng: random.Random, worded: Worded) -> Question:
    """A linear or quadratic equation with whole roots."""
    if rng.random() < 0.55:
        factor, root, shift = rng.randint(1, 12), rng.randint(-30, 60), rng.randint(-60, 60) or 7
        total = factor * root + shift
        written = f"{_term(factor, 'x')}{_signed(shift)} = {total}"
        answer = results.roots(0, factor, shift - total)
    else:
        one, two = rng.randint(-12, 15), rng.randint(-12, 15)
        linear, constant = -(one + two), one * two
        middle = _signed(linear, "x") if linear else ""
        written = f"x**2{middle}{_signed(constant) if constant else ''} = 0"
        answer = results.roots(1, linear, constant)
    shown = written
    if (draw := rng.random()) < 0.55:
        shown = shown.replace("*x", "x")
    if draw < 0.8:
        shown = shown.replace("x**2", rng.choice(("x^2", "x^2", "x²")))
    if rng.random() < 0.15:
        shown = shown.replace(" ", "")
    text = wording.typed(worded(wording.SOLVE).format(e=shown), rng)
    return Question("eq", text, written, answer, operation="equation", command=written)


def _term(factor: int, name: str) -> str:
    return name if factor == 1 else f"{factor}*{name}"


def _signed(value: int, name: str = "") -> str:
    size = _term(abs(value), name) if name else str(abs(value))
    return f" {'-' if value < 0 else '+'} {size}"


def units(rng: random.Random, worded: Worded) -> Question:
    """A conversion between units, or a reckoning with years, in words."""
    return _conversion(rng, worded) if rng.random() < 0.6 else _years(rng, worded)


def _conversion(rng: random.Random, worded: Worded) -> Question:
    large, factor, small = rng.choice(_UNITS)
    of, to, sign = rng.choice(large), rng.choice(small), "*"
    number = _amount(rng, rng.choice((20, 100, 1000, 10_000)))
    if rng.random() < 0.45:
        of, to, sign = to, of, "/"
        exact = results.value_of(number) * factor
        number = results.shown(exact, commas=exact >= 1000 and rng.random() < 0.5)
    expression = f"{number} {sign} {factor}"
    text = wording.typed(worded(wording.CONVERT).format(n=number, of=of, to=to), rng)
    return Question("units", text, expression, results.solved(expression), operation="convert", command=expression)


def _amount(rng: random.Random, highest: int) -> str:
    """A number that keeps at most three decimals whatever it is converted to."""
    value = Fraction(rng.randint(2, highest))
    if rng.random() < 0.35:
        return f"{float(value + Fraction(rng.randint(1, 9), 10)):.1f}"
    return f"{int(value):,}" if rng.random() < 0.5 else str(value)


def _years(rng: random.Random, worded: Worded) -> Question:
    year = rng.randint(800, 2030)
    span = rng.randint(2, rng.choice((60, 150, 700)))
    how = rng.choice((wording.SPAN, wording.SPAN, wording.LATER, wording.EARLIER))
    if how is wording.SPAN:
        expression = f"{year + span} - {year}"
    else:
        expression = f"{year} {'+' if how is wording.LATER else '-'} {span}"
    text = wording.typed(worded(how).format(a=year, b=year + span, n=span), rng)
    return Question("units", text, expression, results.solved(expression), operation="years", command=expression)

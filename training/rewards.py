"""The reward of an answer: 1 for right, 0 for wrong (F1: between). A doubt, a refusal or a crash is never right.

Each kind of question has its own check. `math` is math-verify's; the others are short because they are strict: an
answer that names several values, or the right one only to deny it, has not answered.
"""

import ast
import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

log = logging.getLogger(__name__)

_NUMBER = r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?"
_QUANTITY = re.compile(
    rf"(?<![\w.])(?P<money>[$€£]\s*)?(?P<value>(?=[-+−]?[.\d]){_NUMBER})(?:\s*/\s*(?P<below>\d+))?"
    r"\s*(?P<unit>%|°\s*[CF]\b|[^\W\d_]+(?:\^?[23]|[²³])?(?:/[^\W\d_]+)?)?"
)
_DENIAL = re.compile(r"\b(?:not|never|isn't|wasn't|aren't|cannot|can't|neither|nor|unlikely|wrong|incorrect)\b", re.I)
_LETTER = re.compile(
    r"^\W*\(?([A-Z])\s*(?:[).:]|$)"
    r"|\b(?i:answer|option|choice)\b(?:\s+is)?\s*:?\s*\**\(?([A-Z])\b(?![a-z'])"
    r"|\(([A-Z])\)",
    re.MULTILINE,
)
_UNITS: dict[str, tuple[str, Fraction]] = {
    name: (dimension, Fraction(factor))
    for dimension, sizes in {
        "length": {"mm": "1/1000", "cm": "1/100", "m": "1", "km": "1000", "mi": "1609.344", "ft": "0.3048"},
        "mass": {"mg": "1/1000000", "g": "1/1000", "kg": "1", "t": "1000"},
        "time": {"s": "1", "min": "60", "h": "3600", "d": "86400"},
        "share": {"%": "1/100"},
    }.items()
    for name, factor in sizes.items()
}
_LONG = {
    "metre": "m", "meter": "m", "kilometre": "km", "kilometer": "km", "centimetre": "cm", "centimeter": "cm",
    "millimetre": "mm", "millimeter": "mm", "mile": "mi", "foot": "ft", "feet": "ft", "gram": "g", "kilogram": "kg",
    "tonne": "t", "second": "s", "sec": "s", "minute": "min", "hour": "h", "hr": "h", "day": "d", "percent": "%",
}  # fmt: skip


def reward(kind: str, answer: str, gold: Sequence[str], question: str = "") -> float:
    """Between 0 and 1; the best over the accepted answers. Raises `ValueError` for a kind that is not here."""
    check = _CHECKS.get(kind)
    if check is None:
        raise ValueError(f"no reward for answers of kind {kind!r}: there are {', '.join(_CHECKS)}")
    if not answer.strip():
        return 0.0
    try:
        return max((float(check(answer, one, question)) for one in gold), default=0.0)
    except Exception:  # the boundary: whatever a checker trips over, the answer has not been shown to be right
        log.warning("the %s check failed on %r against %r: scored as wrong", kind, answer[:200], gold, exc_info=True)
        return 0.0


# --- text ------------------------------------------------------------------------------------------------------------


def exact(answer: str, gold: str, question: str = "") -> bool:
    """Equal but for case, spacing and a final mark."""
    return _plain(answer) == _plain(gold)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!")


def f1(answer: str, gold: str, question: str = "") -> float:
    """Harmonic mean of precision and recall over words, articles and punctuation apart."""
    mine, wanted = _words(answer), _words(gold)
    common = sum((Counter(mine) & Counter(wanted)).values())
    return 2 * common / (len(mine) + len(wanted)) if common else 0.0


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.casefold()) if word not in ("a", "an", "the")]


# --- numbers ---------------------------------------------------------------------------------------------------------


def numeric(answer: str, gold: str, question: str = "") -> bool:
    """The one quantity of the answer equals the gold's. A unit may be left out, but not be another one."""
    wanted, found = _quantities(gold), _quantities(answer)
    if len(wanted) != 1 or len(found) != 1 or _DENIAL.search(answer):
        return False
    (value, unit), (right, right_unit) = found.pop(), wanted.pop()
    if not unit or not right_unit or unit == right_unit:
        return value == right
    mine, other = _UNITS.get(unit), _UNITS.get(right_unit)
    return bool(mine and other and mine[0] == other[0] and value * mine[1] == right * other[1])


def _quantities(text: str) -> set[tuple[Fraction, str]]:
    """Values with their units; a word that is no unit is none, and neither is a thousands' comma out of place."""
    found = set()
    for match in _QUANTITY.finditer(text):
        if re.match(r",\d|\.\d", text[match.end("value") :]):
            return set()
        value = Fraction(match["value"].replace(",", "").replace("−", "-"))
        if match["below"]:
            value /= int(match["below"])
        found.add((value, _unit(match["unit"] or "", match["money"] or "")))
    return found


def _unit(text: str, money: str) -> str:
    if money:
        return money.strip()
    name = text if text in _UNITS else text.casefold()
    name = _LONG.get(name) or _LONG.get(name.removesuffix("s")) or name
    if name in _UNITS or re.search(r"[/²³^°]|\d$", name):
        return name.replace(" ", "").replace("^", "").replace("²", "2").replace("³", "3")
    return ""


def math(answer: str, gold: str, question: str = "") -> bool:
    """Mathematically the same, by math-verify: LaTeX, fractions, sets, intervals, equations."""
    from math_verify import parse, verify  # type: ignore[import-untyped]

    if _DENIAL.search(answer):
        return False
    wanted, found = parse(gold) or parse(f"${gold}$"), parse(answer) or parse(f"${answer}$")
    return bool(wanted and found) and bool(verify(wanted, found))


def game24(answer: str, gold: str, question: str = "") -> bool:
    """A formula that makes 24 of the gold's numbers, each used once, with + - * / and brackets."""
    text = answer.translate(str.maketrans("×·÷−", "**/-")).replace("\\times", "*").replace("\\div", "/")
    sides = [
        side for side in re.findall(r"[-+*/()\d\s]*\d[-+*/()\d\s]*", text.split("=")[0]) if re.search(r"[-+*/]", side)
    ]
    if len(sides) != 1:
        return False
    used: list[int] = []
    value = _value(ast.parse(sides[0].strip(), mode="eval").body, used)
    return value == 24 and Counter(used) == Counter(int(number) for number in re.findall(r"\d+", gold))


def _value(node: ast.expr, used: list[int]) -> Fraction:
    match node:
        case ast.Constant(value=int() as number):
            used.append(number)
            return Fraction(number)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _value(left, used), _value(right, used)
            match op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div() if b:
                    return a / b
    raise ValueError(f"not a formula of + - * / over whole numbers: {ast.unparse(node)[:80]}")


# --- choice ----------------------------------------------------------------------------------------------------------


def choice(answer: str, gold: str, question: str = "") -> bool:
    """The one letter that the answer names as its choice."""
    letters = {letter for match in _LETTER.findall(answer) for letter in match if letter}
    return letters == {gold.strip(" ().:")[:1].upper()} and not _DENIAL.search(answer)


_CHECKS: Mapping[str, Callable[[str, str, str], bool | float]] = {
    "exact": exact,
    "numeric": numeric,
    "math": math,
    "choice": choice,
    "game24": game24,
    "f1": f1,
}

"""Quantities in a text: numbers with their units, read strictly. What is not surely a quantity is refused, not guessed.

A number in an expression, a bound ("more than 42") or a range is no quantity; a scale ("5 million", "5%") belongs to
the number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from training.units import Unit, unit


class Unreadable(ValueError):
    """The text holds no number, or one that is more than a quantity."""


@dataclass(frozen=True)
class Quantity:
    """`units`: what the written unit may mean ("pounds"); empty where none is written."""

    value: Fraction
    units: tuple[Unit, ...] = ()

    def same(self, other: "Quantity") -> bool:
        """Equal once both are in one unit; a unit may be left out, but not be another one."""
        if not self.units or not other.units:
            return self.value == other.value
        pairs = ((mine, yours) for mine in self.units for yours in other.units)
        return any(mine.alike(yours) and mine.base(self.value) == yours.base(other.value) for mine, yours in pairs)


_GAP = " \u00a0\u2009\u202f"
_NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>[-+−]|(?:minus|negative)\s+)?(?P<money>(?:US\s?)?[$€£¥]\s*)?"
    rf"(?P<value>(?=\.?\d)(?:\d{{1,3}}(?P<mark>[,'’{_GAP}])\d{{3}}(?:(?P=mark)\d{{3}})*(?!\d)|\d+)?(?:\.\d+)?(?:e[-+]?\d{{1,3}}(?!\d))?)"
    r"(?:\s*(?:[x×*·⋅]|\\times|\\cdot)\s*(?P<ten>10)\s*(?:\^|\*\*)\s*[{(]?(?P<power>[-+−]?\d{1,3})(?!\d)[)}]?"
    r"|\s*/\s*(?P<below>\d+)|\s(?P<above>\d+)/(?P<part>\d+))?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:[\w)\]}][-–−({\[]|[-−]\s|[<>≤≥≠±√∛^_*×÷·⋅/\\+])\s*$"
    r"|\b(?:than|over|under|above|below|beyond|exceed(?:s|ed|ing)?|up to|upwards of|until|nearly|almost|short of|half"
    r"|between|either|at (?:the )?(?:very )?(?:least|most)|twice|double|triple|times|sqrt|sin|cos|tan|log|ln|exp|plus"
    r"|mod(?:ulo)?|(?:minimum|maximum|multiple|factor|divisor|root|square|cube|power|half|third|quarter|reciprocal"
    r"|factorial|logarithm|inverse|negative|sum|product) of)\s+(?:the\s+)?(?:number\s+)?[(\[]?$",
    re.IGNORECASE,
)
"""What makes the number behind it part of an expression or a bound."""
_BEHIND = re.compile(
    r"\s*[)\]}]*\s*(?:[!^√²³⁰-⁹]|\.\.|…)|[,.:'’]\d|\s*[x×*·⋅÷/\\+–−-]\s*[\d(√]|\s*[*·⋅÷/+]|_|\s*[<>≤≥≠±]", re.IGNORECASE
)
"""The same, behind it."""
_BOUND = re.compile(
    r"\s+(?:or (?:more|less|fewer|so|above|below|over|under|higher|lower|greater|later|earlier)|and (?:a|one|three) "
    r"(?:half|third|quarters?)|plus|minus|times|squared|cubed|factorial|mod|at (?:the )?(?:least|most))\b|\s*\+",
    re.IGNORECASE,
)
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "mn": 6, "billion": 9, "bn": 9, "trillion": 12, "tn": 12}
_SCALE = re.compile(rf"[\s-]*({'|'.join(_SCALES)})s?\b", re.IGNORECASE)
_SHORTS = {"k": 3, "m": 6, "b": 9, "t": 12}
"""Behind an amount of money only: $5M."""
_SHORT = re.compile(r"([kmbt])\b", re.IGNORECASE)
_PERCENT = re.compile(r"[\s-]*(?:%|(?:percent|per cent|pct)\b)(?!\w)", re.IGNORECASE)
_ERA = re.compile(r"\s*(?:BCE?\b|B\.C\.)")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4"}


def quantities(text: str, percent: Fraction = Fraction(1, 100)) -> list[Quantity]:
    """All that the text names. `percent`: what one is worth. Raises `Unreadable`."""
    found = list(_read(_plain(text), percent))
    if not found:
        raise Unreadable("no number")
    return found


def _plain(text: str) -> str:
    """Without the marks of LaTeX and Markdown, and with powers of ten and fractions written in line."""
    text = text.replace("{,}", ",").replace("\\%", "%").replace("−", "-").replace("μ", "µ")
    text = re.sub(r"\\(?:boxed|text|mathrm|mathbf)\s*\{([^{}]*)\}", r" \1 ", text)
    text = re.sub(r"(?<!\\)\$([^$]+)(?<!\\)\$", r"\1", text).replace("\\$", "$")
    text = re.sub(r"\\[,;:! ]|\\[()\[\]]|[~≈]", " ", text)
    text = re.sub(r"(\*\*|`|\"|')(?=\S)([^*`\"']+)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<!\d)10(⁻?[⁰¹²³⁴-⁹]+)", lambda found: "10^" + found[1].translate(_RAISED), text)
    text = re.sub(
        r"([x×*·⋅]\s*|\\(?:times|cdot)\s*)?(?<![\w.])10\s*(?:\^|\*\*)", lambda f: (f[1] or "1×") + "10^", text
    )
    text = re.sub("[½⅓⅔¼¾]", lambda found: " " + _VULGAR[found[0]], text)
    return re.sub(r"([$€£¥])\s*-\s*(?=\d)", r"-\1", text)


def _read(text: str, percent: Fraction) -> Iterator[Quantity]:
    place = 0
    while found := _NUMBER.search(text, place):
        value, place = _value(found), found.end()
        _refuse(_BEFORE.search(text[: found.start()]) or _BEHIND.match(text, place), text, found)
        while scale := _SCALE.match(text, place):
            value, place = value * 10 ** _SCALES[scale[1].casefold()], scale.end()
        money = (found["money"] or "").strip()
        if money and (short := _SHORT.match(text, place)):
            value, place = value * 10 ** _SHORTS[short[1].casefold()], short.end()
        if share := _PERCENT.match(text, place):
            value, place = value * percent, share.end()
        if era := _ERA.match(text, place):
            value, place = -value, era.end()
        meanings, place = (unit(money[-1])[0], place) if money else _unit(text, place, value)
        _refuse(_BOUND.match(text, place), text, found)
        yield Quantity(value, meanings)


def _refuse(why: object, text: str, found: re.Match[str]) -> None:
    if why:
        raise Unreadable(f"{text[max(0, found.start() - 20) : found.end() + 20]!r} is no plain quantity")


def _value(found: re.Match[str]) -> Fraction:
    value = Fraction(re.sub(rf"[,'’{_GAP}]", "", found["value"]))
    if found["ten"]:
        value *= Fraction(10) ** int(found["power"])
    below = int(found["below"] or found["part"] or 1)
    if below == 0:
        raise Unreadable(f"{found[0]!r} divides by zero")
    value = value + Fraction(int(found["above"]), below) if found["above"] else value / below
    return -value if found["sign"] and found["sign"].strip().casefold() in ("-", "minus", "negative") else value


def _unit(text: str, place: int, value: Fraction) -> tuple[tuple[Unit, ...], int]:
    """What is written behind a number, and where it ends. Letters at its very end must be a unit: "3x" is no number."""
    rest = text[place:].lstrip(f"{_GAP}-")
    start = len(text) - len(rest)
    meanings, length = unit(rest)
    words = meanings[0].words if meanings else ()
    glued = start == place and rest[:1].isalpha()
    decade = glued and value >= 1000 and re.match(r"s\b", rest)
    if decade or (words and (glued or len(words[0]) == 1)) or (glued and not meanings):
        raise Unreadable(f"{text[:start][-20:]}{rest[:10]!r} is no number with a unit")
    return meanings, start + length if meanings else place

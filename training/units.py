"""Units of measurement and of money, by symbols and names: each a factor to the base unit of its dimensions.

Words that are no unit here ("3 apples") are a unit of their own, equal to nothing but themselves.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

_PREFIXES = (
    ("n", "nano", "1e-9"), ("µ", "micro", "1e-6"), ("m", "milli", "1e-3"), ("c", "centi", "1e-2"),
    ("d", "deci", "1e-1"), ("h", "hecto", "1e2"), ("k", "kilo", "1e3"), ("M", "mega", "1e6"), ("G", "giga", "1e9"),
    ("T", "tera", "1e12"),
)  # fmt: skip
_METRIC = """
m metre meter = length               | s second = time                | g gram gramme = mass 1e-3
W watt = energy time-1               | J joule = energy               | Wh watt-hour = energy 3600
l litre liter = length3 1e-3         | L = length3 1e-3               | Pa pascal = pressure
V volt = voltage                     | A ampere amp = current         | Ω ohm = resistance
Hz hertz = time-1                    | K kelvin = temperature         | mol mole = substance
N newton = force
"""
_LARGE = """
t tonne = mass 1e3                   | eV electronvolt = energy 1.602176634e-19
cal calorie = energy 4.184           | B byte = data 8                | b bit = data
"""
_OTHERS = """
in inch = length 0.0254              | ft foot feet = length 0.3048   | yd yard = length 0.9144
mi mile = length 1609.344            | nautical-mile = length 1852    | ly light-year = length 9460730472580800
AU = length 149597870700             | ha hectare = length2 1e4       | acre = length2 4046.8564224
lb pound = mass 0.45359237           | oz ounce = mass 0.028349523125 | ton = mass 1e3 | bar = pressure 1e5
sec = time | min minute = time 60    | h hr hour = time 3600          | d day = time 86400 | week = time 604800
month = calendar                     | yr year = calendar 12          | decade = calendar 120
century centuries = calendar 1200    | mph = length time-1 0.44704    | kph = length time-1 5/18
gallon = length3 0.003785411784      | knot = length time-1 463/900   | ° degree = angle
$ USD dollar US-dollar = dollar      | € EUR euro = euro              | £ GBP pound = sterling
¥ JPY yen = yen                      | CHF franc = franc              | degree = temperature 1 273.15
degree = temperature 5/9 45967/180
°C Celsius degree-C degree-Celsius degrees-C degrees-Celsius = temperature 1 273.15
°F Fahrenheit degree-F degree-Fahrenheit degrees-F degrees-Fahrenheit = temperature 5/9 45967/180
"""
"""Names = dimensions with their powers, then the factor, then an offset. Months and days have no fixed relation."""
_PROSE = (
    *(
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "will",
        "would",
        "can",
        "in",
        "on",
        "at",
        "by",
        "to",
    ),
    *(
        "for",
        "from",
        "of",
        "and",
        "or",
        "nor",
        "but",
        "so",
        "as",
        "if",
        "that",
        "which",
        "who",
        "where",
        "when",
        "with",
    ),
    *("because", "since", "while", "per", "a", "an", "the", "this", "these", "those", "it", "its", "they", "we", "you"),
    *(
        "he",
        "she",
        "there",
        "here",
        "then",
        "thus",
        "hence",
        "total",
        "altogether",
        "exactly",
        "overall",
        "each",
        "long",
    ),
    *("high", "tall", "wide", "deep", "old", "away"),
)
"""Behind a number these go on with the sentence."""
_LETTER = r"[^\W\d_²³⁰-⁹¹]"
_WORD = rf"(?:{_LETTER}+|°\s?[CF]?\b|°|[$€£¥])"
_NAMED = re.compile(rf"(?:(square|sq|cubic|cu)\b\.?\s*)?({_WORD})(?:[ -]({_WORD}))?", re.IGNORECASE)
_POWER = re.compile(r"\^?\{?([23])\}?(?![\d.])|([²³])|\s(squared|cubed)\b", re.IGNORECASE)
_POWERS = {"2": 2, "²": 2, "squared": 2, "square": 2, "sq": 2, "3": 3, "³": 3, "cubed": 3, "cubic": 3, "cu": 3}
_JOINED = re.compile(r"\s*([/·⋅])\s*|\s+(per)\s+", re.IGNORECASE)
_WORDS = re.compile(rf"{_LETTER}+(?: {_LETTER}+){{0,2}}")


@dataclass(frozen=True)
class Unit:
    """`words` are those of a unit that is none here."""

    dimensions: frozenset[tuple[str, int]] = frozenset()
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    words: tuple[str, ...] = ()

    def alike(self, other: "Unit") -> bool:
        """Whether both measure the same. Words may go on as prose: those of the shorter row decide."""
        n = min(len(self.words), len(other.words))
        same = self.words[:n] == other.words[:n] and bool(self.words) == bool(other.words)
        return same and self.dimensions == other.dimensions

    def base(self, value: Fraction) -> Fraction:
        return value * self.factor + self.offset

    def times(self, other: "Unit", power: int = 1) -> "Unit":
        """Their product, the other one raised to a power."""
        sizes = Counter(dict(self.dimensions))
        for name, size in other.dimensions:
            sizes[name] += size * power
        left = frozenset((name, size) for name, size in sizes.items() if size)
        return Unit(left, self.factor * other.factor**power, words=self.words + other.words)


def unit(text: str) -> tuple[tuple[Unit, ...], int]:
    """The unit that a text begins with, in all its meanings, and where it ends; none is () and 0."""
    meanings, end = _known(text)
    if not meanings and (words := _words(text)):
        meanings, end = (Unit(words=words),), len(" ".join(words))
    while meanings and (joint := _JOINED.match(text, end)):
        further, length = _known(text[joint.end() :])
        if not further:
            break
        power = 1 if joint[1] in ("·", "⋅") else -1
        meanings = tuple(one.times(other, power) for one in meanings for other in further)
        end = joint.end() + length
    return meanings, end


def _known(text: str) -> tuple[tuple[Unit, ...], int]:
    found = _NAMED.match(text)
    if not found or (found[2].casefold() == "in" and re.match(r"in\s+\w", text, re.IGNORECASE)):
        return (), 0
    pair = [(f"{found[2]}-{found[3]}", found.end(3))] if found[3] else []
    for name, end in (*pair, (found[2], found.end(2))):
        if meanings := _by_name(name.replace("° ", "°")):
            power = _POWERS[found[1].casefold()] if found[1] else 1
            if raised := _POWER.match(text, end):
                power, end = _POWERS[(raised[1] or raised[2] or raised[3]).casefold()], raised.end()
            return tuple(one if power == 1 else Unit().times(one, power) for one in meanings), end
    return (), 0


def _by_name(name: str) -> tuple[Unit, ...]:
    forms = (name, name.removesuffix("s"), name.removesuffix("es"))
    exact = next((_UNITS[form] for form in forms if form in _UNITS), ())
    return exact or next((_LOWER[form.casefold()] for form in forms if form.casefold() in _LOWER), ())


def _words(text: str) -> tuple[str, ...]:
    found = _WORDS.match(text)
    words = found[0].split(" ") if found else []
    until = next((place for place, word in enumerate(words) if word.casefold() in _PROSE), len(words))
    return tuple(words[:until])


def _rows(table: str) -> Iterator[tuple[list[str], Unit]]:
    for row in re.split(r"[|\n]", table):
        names, _, size = row.partition("=")
        dimensions = [re.fullmatch(r"([a-z]+)(-?\d)?", part) for part in size.split()]
        numbers = [Fraction(part) for part in size.split() if part[0].isdigit()]
        factor, offset = numbers + [Fraction(1), Fraction(0)][len(numbers) :]
        sizes = frozenset((found[1], int(found[2] or 1)) for found in dimensions if found)
        if sizes:
            yield names.split(), Unit(sizes, factor, offset)


def _all() -> Iterator[tuple[str, Unit]]:
    for names, one in (*_rows(_METRIC), *_rows(_LARGE), *_rows(_OTHERS)):
        yield from ((name, one) for name in names)
    for table, least in ((_METRIC, 0), (_LARGE, 1000)):  # a deci-byte would be a decibel
        for names, one in _rows(table):
            for short, long, size in _PREFIXES:
                if Fraction(size) >= least:
                    larger = Unit(factor=Fraction(size)).times(one)
                    yield from (
                        (before + name, larger) for before, name in zip([short, long, long], names, strict=False)
                    )


_UNITS: defaultdict[str, tuple[Unit, ...]] = defaultdict(tuple)
_LOWER: defaultdict[str, tuple[Unit, ...]] = defaultdict(tuple)
"""For names whose capitals are not as usual; a name that means several things then means any of them."""
for _name, _one in _all():
    _UNITS[_name] += (_one,)
    if len(_name) > 1:
        _LOWER[_name.casefold()] += (_one,)

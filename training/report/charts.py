"""Charts as inline SVG: lines with 95% bands, and dots with 95% whiskers. Colours are classes, so that the page's theme
sets them; every text is escaped, every mark has a title for pointers and screen readers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from markupsafe import Markup

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 420, 240, 48, 14, 12, 42
ROW, LABEL, LETTERS = 24, 170, 22
COLOURS = 6
Place = Callable[[float, float], tuple[float, float]]
"""Where a value stands in the drawing."""


@dataclass(frozen=True)
class Point:
    """A value with its 95% interval, where there is one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Dots:
    """One row of a dot chart: a value of each series, by its place; `x` of the points is not used."""

    label: str
    points: tuple[Point | None, ...]


def lines(series: Sequence[Series], x_label: str, y_label: str, *, percent: bool = False) -> Markup:
    """A line for each series; y begins at 0, and ends at 100% unless all shares are small."""
    points = [point for one in series for point in one.points]
    if not points:
        return Markup("")
    xs = [point.x for point in points]
    highest = max(point.high or point.y for point in points)
    top = 1.0 if percent and highest > 0.5 else _round_up(highest)
    begin, span = min(xs), (max(xs) - min(xs)) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        across = LEFT + (x - begin) / span * (WIDTH - LEFT - RIGHT)
        return across, HEIGHT - BOTTOM - min(max(y / top, 0.0), 1.0) * (HEIGHT - BOTTOM - TOP)

    parts = [*_grid(top, percent, place, begin), *_x_ticks(xs, place)]
    for number, one in enumerate(series):
        parts.append(_line(one, number, place, percent))
    parts.append(_text((WIDTH + LEFT) / 2, HEIGHT - 6, x_label, "middle"))
    return _svg(parts, HEIGHT, y_label, [one.name for one in series])


def dots(rows: Sequence[Dots], names: Sequence[str], label: str, *, percent: bool = True) -> Markup:
    """A row of dots with whiskers for each label, a colour for each name."""
    rows = [row for row in rows if any(row.points)]
    if not rows:
        return Markup("")
    known = [point for row in rows for point in row.points if point]
    top = 1.0 if percent else _round_up(max(point.high or point.y for point in known))
    height = TOP + len(rows) * ROW * max(1, (len(names) + 1) // 2) + BOTTOM // 2
    foot = height - BOTTOM // 2
    each = (foot - TOP) / len(rows)
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = LABEL + tick * (WIDTH - LABEL - 2 * RIGHT)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{foot}"/>')
        parts.append(_text(x, foot + 16, _shown(tick * top, percent), "middle"))
    for number, row in enumerate(rows):
        middle = TOP + each * (number + 0.5)
        parts.append(_text(LABEL - 10, middle + 4, _short(row.label), "end"))
        for place, point in enumerate(row.points):
            if point:
                y = middle + (place - (len(names) - 1) / 2) * each / (len(names) + 1)
                parts.append(_dot(point, y, place, f"{row.label}, {names[place]}", top, percent))
    return _svg(parts, height, label, names)


def _line(one: Series, number: int, place: Place, percent: bool) -> str:
    colour = f"c{number % COLOURS}"
    found = [place(point.x, point.y) for point in one.points]
    band = [(p.x, p.low, p.high) for p in one.points if p.low is not None and p.high is not None]
    edge = [place(x, high) for x, _, high in band] + [place(x, low) for x, low, _ in reversed(band)]
    parts = [f'<polygon class="band {colour}" points="{_joined(edge)}"/>' if edge else ""]
    parts.append(f'<polyline class="line {colour}" points="{_joined(found)}"/>')
    for point, (x, y) in zip(one.points, found, strict=True):
        parts.append(
            f'<circle class="dot {colour}" cx="{x:.1f}" cy="{y:.1f}" r="2.6">'
            f"{_title(point, one.name, percent)}</circle>"
        )
    return "".join(parts)


def _dot(point: Point, y: float, number: int, name: str, top: float, percent: bool) -> str:
    def across(value: float) -> float:
        return LABEL + min(max(value / top, 0.0), 1.0) * (WIDTH - LABEL - 2 * RIGHT)

    whisker = ""
    if point.low is not None and point.high is not None:
        whisker = (
            f'<line class="whisker c{number % COLOURS}" x1="{across(point.low):.1f}" x2="{across(point.high):.1f}" '
            f'y1="{y:.1f}" y2="{y:.1f}"/>'
        )
    dot = f'<circle class="dot c{number % COLOURS}" cx="{across(point.y):.1f}" cy="{y:.1f}" r="4.5">'
    return f"{whisker}{dot}{_title(point, name, percent)}</circle>"


def _grid(top: float, percent: bool, place: Place, begin: float) -> Iterable[str]:
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        _, y = place(begin, tick * top)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(LEFT - 6, y + 4, _shown(tick * top, percent), "end")


def _x_ticks(xs: Sequence[float], place: Place) -> Iterable[str]:
    different = sorted(set(xs))
    every = max(1, -(-len(different) // 10))
    for x in different[::every]:
        yield _text(place(x, 0.0)[0], HEIGHT - BOTTOM + 16, f"{x:g}", "middle")


def _title(point: Point, name: str, percent: bool) -> str:
    interval = ""
    if point.low is not None and point.high is not None:
        interval = f" ({_shown(point.low, percent)} to {_shown(point.high, percent)})"
    return f"<title>{escape(name)}: {_shown(point.y, percent)}{interval}</title>"


def _svg(parts: Iterable[str], height: float, label: str, names: Sequence[str]) -> Markup:
    keys = "".join(f'<li><span class="key c{n % COLOURS}"></span>{escape(name)}</li>' for n, name in enumerate(names))
    return Markup(
        f'<figcaption>{escape(label)}</figcaption><ul class="legend">{keys}</ul>'
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"


def _joined(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _shown(value: float, percent: bool) -> str:
    return f"{100 * value:.3g}%" if percent else f"{value:.3g}"


def _round_up(value: float) -> float:
    """To a number whose quarters read well."""
    steps = [m * 10.0**e for e in range(-3, 7) for m in (1, 2, 4, 8)]
    return next((after for before, after in pairwise([0.0, *steps]) if before < value <= after), value or 1.0)

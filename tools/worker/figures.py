"""The figures that a program drew with matplotlib, as PNG; matplotlib is not loaded for programs without any."""

import base64
import io
import sys
from typing import Any

MOST = 8
PIXELS_WIDE = 1_600
"""A figure of more is drawn at fewer dots per inch."""


def take(room: int) -> tuple[list[dict[str, Any]], int]:
    """All open figures, at most `room` bytes of them, as `{"png": base64}`; and how many are left out."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return [], 0
    numbers = pyplot.get_fignums()
    images: list[dict[str, Any]] = []
    for number in numbers[:MOST]:
        png = _png(pyplot.figure(number))
        if len(png) <= room:
            room -= len(png)
            images.append({"png": base64.b64encode(png).decode()})
    return images, len(numbers) - len(images)


def rehearse() -> None:
    """Draws once, so that fonts are found; and makes `show` wait for the end of the program without a warning."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot([0, 1], label="x")
    axes.set_title("x")
    axes.legend()
    _png(figure)
    pyplot.close("all")
    quiet()


def quiet() -> None:
    """`show` has no window to open: the figures are taken at the end of the program."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.show = lambda *args, **kwargs: None  # type: ignore[attr-defined]


def _png(figure: Any) -> bytes:
    block = io.BytesIO()
    inches = max(*figure.get_size_inches(), 1)
    figure.savefig(block, format="png", dpi=min(100, PIXELS_WIDE / inches), bbox_inches="tight")
    return block.getvalue()

"""The Training tab's parts as the strings that `gr.HTML` takes. Loads no torch: training has processes of its own."""

from functools import cache
from pathlib import Path

from demo.bundle import bundle

HERE = Path(__file__).parent


@cache
def script() -> str:
    """The body of `js_on_load`."""
    return bundle(HERE / "training.js")


@cache
def navigation() -> str:
    """The script of the links between the views."""
    return bundle(HERE / "views.js")


@cache
def template() -> str:
    return '<section class="at" aria-label="Training"></section>'


@cache
def style() -> str:
    """For `launch(css=...)`."""
    return (HERE / "training.css").read_text(encoding="utf-8")

"""The Training tab's parts: script, template, style. Loads no torch: training has processes of its own."""

from functools import cache
from pathlib import Path

from demo.script import Script

HERE = Path(__file__).parent


@cache
def script() -> Script:
    return Script(HERE / "training.js")


@cache
def navigation() -> str:
    """The body of `js_on_load` of the links between the views."""
    return (HERE / "views.js").read_text(encoding="utf-8")


@cache
def template() -> str:
    return '<section class="at" aria-label="Training"></section>'


@cache
def style() -> str:
    """For `launch(css=...)`."""
    return (HERE / "training.css").read_text(encoding="utf-8")

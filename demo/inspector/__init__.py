"""The inspector's parts: constant template, script, style.

The script is written as small ES modules, tested with Node; `demo.bundle` joins them without a build step.
"""

from functools import cache
from pathlib import Path

from demo.script import Script

HERE = Path(__file__).parent
ENTRY = "inspector"


@cache
def script() -> Script:
    return Script(HERE / f"{ENTRY}.js")


@cache
def template() -> str:
    return (HERE / "inspector.html").read_text(encoding="utf-8")


@cache
def style() -> str:
    """For `launch(css=...)`: a component's own style would be run as a template and nested under its id.

    Every style sheet here is part of it, the frame's first.
    """
    sheets = sorted(HERE.glob("*.css"), key=lambda path: (path.stem != ENTRY, path.stem))
    return "\n".join(path.read_text(encoding="utf-8") for path in sheets)

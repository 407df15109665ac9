"""The inspector's parts as the strings that `gr.HTML` takes: constant template, script, style.

The script is written as small ES modules (tested with Node) and joined here into one function body: there is no build
step, and the browser fetches nothing.
"""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
MODULES = (
    "text",
    "dom",
    "fold",
    "voice",
    "follow",
    "scroll",
    "results",
    "panel",
    "cards",
    "part",
    "timeline",
    "head",
    "welcome",
    "inspector",
)
"""In the order of their imports."""
IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)


@cache
def script() -> str:
    """The body of `js_on_load`: every module, then the start."""
    modules = "\n".join(source(name) for name in MODULES)
    return f'"use strict";\n{modules}\nmount({{ element, props, server, watch, trigger }});'


def source(name: str) -> str:
    """One module without its imports and exports."""
    return EXPORT.sub("", IMPORT.sub("", (HERE / f"{name}.js").read_text(encoding="utf-8")))


@cache
def template() -> str:
    return (HERE / "inspector.html").read_text(encoding="utf-8")


@cache
def style() -> str:
    """For `launch(css=...)`: a component's own style would be run as a template and nested under its id."""
    return (HERE / "inspector.css").read_text(encoding="utf-8")

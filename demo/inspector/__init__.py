"""The inspector's parts as the strings that `gr.HTML` takes: constant template, script, style.

The script is written as small ES modules (tested with Node) and joined here into one function body, each module in a
function of its own: there is no build step, and the browser fetches nothing.
"""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
ENTRY = "inspector"
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)


@cache
def script() -> str:
    """The body of `js_on_load`: every module, then the start."""
    joined = "\n".join(source(name) for name in modules())
    return f'"use strict";\n{joined}\n${ENTRY}.mount({{ element, props, server, watch, trigger }});'


def modules() -> list[str]:
    """The names of all modules that the entry needs, each after those that it imports."""
    ordered: list[str] = []

    def visit(name: str) -> None:
        for _, needed in IMPORT.findall(_text(name)):
            if needed not in ordered:
                visit(needed)
        ordered.append(name)

    visit(ENTRY)
    return ordered


def source(name: str) -> str:
    """One module as a constant: an object of what it exports."""
    exported = EXPORT.findall(_text(name))
    body = EXPORT.sub("", IMPORT.sub(_import, _text(name)))
    return f"const ${name} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _import(found: re.Match[str]) -> str:
    return f"const {{{found[1].replace(' as ', ': ')}}} = ${found[2]};\n"


def _text(name: str) -> str:
    return (HERE / f"{name}.js").read_text(encoding="utf-8")


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

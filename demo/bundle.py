"""Joins small ES modules into one: a browser would fetch sixty files, some only after it had read the one before.

Each module becomes a constant: an object of what it exports. A module imports from files beside it or in a neighbouring
folder (`../inspector/dom.js`), by names in braces, one statement a line.
"""

import re
from pathlib import Path

IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[\w./]+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)


def bundle(entry: Path) -> str:
    """The entry and all that it needs, each module after those that it imports; exports the entry's `mount`."""
    joined = "\n".join(_module(path) for path in modules(entry))
    return f"{joined}\nexport const {{ mount }} = {_name(entry)};\n"


def modules(entry: Path) -> list[Path]:
    """The files of all modules that the entry needs, itself last."""
    ordered: list[Path] = []

    def visit(path: Path) -> None:
        for _, needed in IMPORT.findall(path.read_text(encoding="utf-8")):
            if (other := _beside(path, needed)) not in ordered:
                visit(other)
        ordered.append(path)

    visit(entry.resolve())
    return ordered


def _module(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    exported = EXPORT.findall(text)

    def constant(found: re.Match[str]) -> str:
        return f"const {{{found[1].replace(' as ', ': ')}}} = {_name(_beside(path, found[2]))};\n"

    body = EXPORT.sub("", IMPORT.sub(constant, text))
    return f"const {_name(path)} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _beside(path: Path, needed: str) -> Path:
    return (path.parent / f"{needed}.js").resolve()


def _name(path: Path) -> str:
    return f"${path.parent.name}_{path.stem}"

"""The documentation as tests read it: its pages, what stands as code in them, its links and commands. Pure."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
PAGES = (*READMES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md")))

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^    (\S.*)$", re.MULTILINE)
SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MODULE = re.compile(r"([a-z_.]+)(.*)")
PART = re.compile(r"\s[>|]\s")
SHELL = re.compile(r"(?:[A-Z_]+=(?:'[^']*'|\S*) )*(?:python|make|pip|docker|accelerate|apt) \S")
COMMENT = re.compile(r"\s+#\s.*")


class Command(NamedTuple):
    """`python -m module arguments`, as some page has it."""

    module: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """Without its blocks of code."""
        return BLOCK.sub("", self.text)

    def blocks(self, language: str) -> list[str]:
        return [body for known, body in BLOCK.findall(self.text) if known == language]

    def code(self) -> Iterator[str]:
        """Every line of code and every span, one after the other."""
        for _, body in BLOCK.findall(self.text):
            yield from body.replace("\\\n", " ").splitlines()  # a command may go on in the next line
        yield from INDENTED.findall(self.prose)
        yield from SPAN.findall(self.prose)

    def links(self) -> Iterator[str]:
        """Those to other files, and to headings."""
        yield from (target for target in LINK.findall(self.prose) if "://" not in target)

    def lines(self) -> Iterator[str]:
        """What one would type into a shell, without its comment."""
        for line in self.code():
            if SHELL.match(line):
                yield " ".join(COMMENT.sub("", line).split())

    def commands(self) -> Iterator[Command]:
        for line in self.code():
            for start in re.finditer(r"(?<= -m )", line):  # a launcher's module may come before ours
                found = MODULE.match(line, start.end())
                if found and (ROOT / found[1].split(".")[0]).is_dir():
                    yield Command(found[1], tuple(shlex.split(PART.split(found[2])[0], comments=True)))

    def anchors(self) -> set[str]:
        """As GitHub makes them of headings."""
        headings = re.findall(r"^#+ (.+)$", self.prose, re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def pages() -> tuple[Page, ...]:
    return tuple(Page(path) for path in PAGES)


def page(name: str) -> Page:
    return Page(ROOT / name)


JOINED = re.compile(r"""(["'])\s*\n\s*(?:\+ )?[rf]*\1""")


@cache
def sources() -> tuple[str, ...]:
    """Everything that can say something to a person, with texts that are cut over several lines joined."""
    folders = ("agentflow_core", "tools", "training", "demo", "serving")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".js")]
    return tuple(
        JOINED.sub("", path.read_text(encoding="utf-8")) for path in (*files, ROOT / "app.py", ROOT / "Makefile")
    )


def is_said(message: str) -> bool:
    """Whether one source has all pieces of a message between its ellipses: in their order, or, where the message is put
    together from parts, pieces of several words anywhere.

    The page's own texts have ellipses, too, and are found whole.
    """
    pieces = [piece.strip() for piece in message.split("…") if piece.strip()]
    pattern = re.compile(".{0,200}?".join(map(re.escape, pieces)), re.DOTALL)
    telling = all(" " in piece for piece in pieces)
    return any(
        message in source or pattern.search(source) or (telling and all(piece in source for piece in pieces))
        for source in sources()
    )

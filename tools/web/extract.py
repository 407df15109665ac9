"""The main text of an HTML page or a PDF; runs as a program in a process of its own, and imports nothing of ours.

Parsers are slow, recursive or crash on hostile files, and a thread cannot be stopped. So the parent
(`tools.web.reader`) runs this file with an empty environment, gives it a line of JSON and the file's bytes, and kills
it when its time is over.
"""

import contextlib
import io
import json
import os
import re
import sys
from typing import Any

PDF_PAGES = 200
TEXT_CHARACTERS = 400_000
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!<>|~-])")
EMPHASIS = re.compile(r"(?<!\\)\*{1,3}|</?su[bp]>")
"""Markdown's escapes and emphasis go: the text is for reading and ranking, only its headings are used."""


def main() -> None:
    """Reads the task from standard input, writes `{"title", "text"}`, `{"error"}` or `{"limit"}` to standard output."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    import lxml.html  # noqa: F401
    import trafilatura  # imported while the parent still waits for the page

    task = json.loads(sys.stdin.buffer.readline())
    _limit(task["cpu_seconds"], task["memory"])
    try:
        content = sys.stdin.buffer.read()
        found = _pdf(content) if task["pdf"] else _html(trafilatura, content, task["url"], task["charset"])
    except MemoryError:
        found = {"limit": f"its text could not be read out with {task['memory'] >> 20} MB of memory"}
    except Exception as error:  # noqa: BLE001 - whatever a parser makes of a hostile file
        found = {"error": f"{type(error).__name__}: {error}"[:300]}
    answers.write(json.dumps(found))
    answers.flush()
    os._exit(0)  # no time for the destruction of a deep tree


def _html(trafilatura: Any, content: bytes, url: str, charset: str | None) -> dict[str, str]:
    """Markdown, with the headings as lines that begin with #; all text of the page where no main text is found."""
    source: bytes | str = content
    if charset is not None:
        with contextlib.suppress(LookupError, ValueError):
            source = content.decode(charset, errors="replace")
    text = trafilatura.extract(source, url=url, output_format="markdown", include_comments=False, deduplicate=True)
    text = ESCAPED.sub(r"\1", EMPHASIS.sub("", text)) if text else _all_text(source)
    about = trafilatura.extract_metadata(source, default_url=url)
    return {"title": (about.title if about else None) or "", "text": text[:TEXT_CHARACTERS]}


def _all_text(source: bytes | str) -> str:
    """All that a reader of the page could see, a line a piece."""
    import lxml.etree
    import lxml.html

    content, encoding = (source.encode(), "utf-8") if isinstance(source, str) else (source, None)
    try:
        tree = lxml.html.document_fromstring(content, parser=lxml.html.HTMLParser(encoding=encoding))
    except lxml.etree.ParserError:  # nothing in it
        return ""
    lxml.etree.strip_elements(
        tree, "script", "style", "template", "noscript", "head", lxml.etree.Comment, with_tail=False
    )
    return "\n".join(" ".join(piece.split()) for piece in tree.itertext() if piece.strip())


def _pdf(content: bytes) -> dict[str, str]:
    """The text of each page under a heading with its number."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    parts: list[str] = []
    size = 0
    for number, page in enumerate(reader.pages[:PDF_PAGES], 1):
        text = page.extract_text()
        parts.append(f"# page {number}\n\n{text}")
        size += len(text)
        if size > TEXT_CHARACTERS:
            break
    title = reader.metadata.title if reader.metadata else None
    return {"title": str(title or ""), "text": "\n\n".join(parts)[:TEXT_CHARACTERS]}


def _limit(cpu_seconds: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # not a Unix: the parent's clock is the limit
        return
    for kind, soft, hard in (
        (resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1),  # at the soft one it ends by SIGXCPU, which says why
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft, hard))


if __name__ == "__main__":
    main()

"""Reads text out of pages and PDFs, in a process of its own that is killed when its time is over."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from tools.web.errors import LimitReached, WebError
from tools.web.fetcher import PDF
from tools.web.page import Page

PROGRAM = Path(__file__).parent / "extract.py"
SECONDS = 25.0
"""Of the wall clock; a busy machine is no hostile page."""
CPU_SECONDS = 8
MEMORY = 1 << 30
LAST_WORDS = 2_000
"""Bytes kept of what the process wrote to its standard error."""
HTML = ("text/html", "application/xhtml+xml", "")


@dataclass(frozen=True)
class Document:
    """What a page says: `text` is Markdown for HTML and PDF, else the page as it came."""

    title: str
    text: str


class _Found(BaseModel):
    title: str = ""
    text: str = ""
    error: str | None = None
    limit: str | None = None


class Reader:
    """One process that has loaded the parsers and waits for its page."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def read(self, page: Page, seconds: float = SECONDS) -> Document:
        """The main text of one page; a reader reads one.

        Raises LimitReached for a page that takes too much, WebError for one that is broken or breaks the reader.
        """
        if page.content_type not in (*HTML, PDF):
            return Document("", page.text)
        task = {
            "url": page.url,
            "charset": page.charset,
            "pdf": page.content_type == PDF,
            "cpu_seconds": CPU_SECONDS,
            "memory": MEMORY,
        }
        try:
            async with asyncio.timeout(seconds):
                out, said = await self._converse(json.dumps(task).encode() + b"\n" + page.body)
        except TimeoutError:
            raise LimitReached(f"its text could not be read out within {seconds:g} s") from None
        try:
            found = _Found.model_validate_json(out)
        except ValidationError:
            assert self._process.returncode is not None  # `_converse` has waited for it
            raise _end(self._process.returncode, said) from None
        if found.limit:
            raise LimitReached(found.limit)
        if found.error:
            raise WebError(f"its text could not be read out: {found.error}")
        return Document(found.title, found.text)

    async def _converse(self, task: bytes) -> tuple[bytes, bytes]:
        """What the process answered, and the last that it complained of; it has ended then."""
        writing, answers, complaints = self._process.stdin, self._process.stdout, self._process.stderr
        assert writing and answers and complaints  # all three are pipes: see `reader`
        _, out, said = await asyncio.gather(_write(writing, task), answers.read(), _tail(complaints))
        await self._process.wait()
        return out, said


async def _write(stream: asyncio.StreamWriter, data: bytes) -> None:
    with suppress(ConnectionError):  # it has ended already: its exit status says more
        stream.write(data)
        await stream.drain()
    stream.close()


async def _tail(stream: asyncio.StreamReader) -> bytes:
    """The last bytes of what may be endless: parsers complain of each fault of a page."""
    kept = b""
    while data := await stream.read(1 << 16):
        kept = (kept + data)[-LAST_WORDS:]
    return kept


def _end(code: int, said: bytes) -> WebError:
    """Why there is no answer: a limit of the reader was reached, or the reader itself broke."""
    if code == -signal.SIGXCPU:
        return LimitReached(f"its text could not be read out within {CPU_SECONDS} s of CPU time")
    if code == -signal.SIGKILL:
        return LimitReached("its text could not be read out: the reader was killed, as when the machine lacks memory")
    how = f"was ended by signal {-code}" if code < 0 else f"ended with exit status {code}"
    return WebError(f"its text could not be read out: the reader {how}: {_last_words(said)}")


def _last_words(said: bytes) -> str:
    """The message after a traceback, of however many lines; of anything else the last line."""
    lines = said.decode(errors="replace").strip().splitlines()
    stack = [at for at, line in enumerate(lines) if line.startswith("  ")]
    message = lines[stack[-1] + 1 :] if stack else lines[-1:]
    return " ".join(message)[:300] or "it said nothing"


@asynccontextmanager
async def reader() -> AsyncIterator[Reader]:
    """A reader that is loading its parsers while the page is fetched; gone when the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(PROGRAM),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={},
        cwd=PROGRAM.anchor,
        start_new_session=True,
    )
    try:
        yield Reader(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await asyncio.shield(process.wait())

"""A model's Python program, run once in the sandbox."""

import base64
import binascii
import struct
import time
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tools.sandbox.limits import MEMORY_BYTES
from tools.sandbox.promises import Standing, Tier
from tools.sandbox.runner import Outcome, run_worker
from tools.sandbox.text import clean, one_line
from tools.worker.figures import MOST as MOST_IMAGES
from tools.worker.made_files import MOST as MOST_FILES
from tools.worker.python_program import FILE_BYTES, IMAGE_BYTES, VALUE_CHARACTERS
from tools.worker.session import MOST_BYTES as STATE_BYTES

Status = Literal[
    "ok",
    "error",
    "exited",
    "timeout",
    "cpu_limit",
    "output_limit",
    "disk_limit",
    "killed",
    "crashed",
    "forbidden_syscall",
    "not_started",
]
"""`error`: the program raised; `exited`: it ended without a report; `not_started`: the sandbox failed, not the program;
the others say what stopped it."""

PNG = b"\x89PNG\r\n\x1a\n"
PIXELS = 16_000_000
"""Of an image: a few bytes can be a picture that fills the memory of whoever looks at it."""


class ProgramError(BaseModel):
    """Why a program failed; `line` is in the program's own text."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: str
    message: str
    line: int | None = None


class MadeFile(BaseModel):
    """A file that a program left in its folder; `content` is base64, None when it was too large."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    size: int
    content: str | None


class SandboxResult(BaseModel):
    """What a program printed, and the `repr` of its last expression if it ended with one that is not None.

    Control characters in texts are shown escaped. `images` are PNG files as base64.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    status: Status
    stdout: str
    stderr: str
    value: str | None = None
    error: ProgramError | None = None
    seconds: float
    images: tuple[str, ...] = ()
    images_left_out: int = 0
    files: tuple[MadeFile, ...] = ()
    state: str | None = None
    """The variables, for the next program of the session; opaque, and to be read in the sandbox only."""
    lost: tuple[str, ...] = ()
    """Names of variables that could not be kept."""
    broken: tuple[str, ...] = ()
    """Names of the session's variables that could not be read again, each with its error in parentheses."""
    standing: Standing


Count = Annotated[int, Field(ge=0, lt=1 << 53)]
Whole = BeforeValidator(lambda text: text.encode(errors="replace").decode() if isinstance(text, str) else text)
"""Without halves of surrogate pairs, which have no length in UTF-8."""
Text = Annotated[str, Whole, Field(max_length=VALUE_CHARACTERS + 100)]  # it says at its end how much is cut


class _Image(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    png: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: Annotated[str, Whole, Field(max_length=4096)]
    size: Count
    content: str | None


class _Error(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    type: Text
    message: Text
    line: Count | None


class _Report(BaseModel):
    """The child's own account, which a program can write itself: never trusted further than shape and size."""

    model_config = ConfigDict(extra="forbid", strict=True)
    value: Text | None
    error: _Error | None
    images: Annotated[list[_Image], Field(max_length=MOST_IMAGES)] = []
    images_left_out: Count = 0
    files: Annotated[list[_File], Field(max_length=MOST_FILES)] = []
    state: Annotated[str, Field(max_length=3 * STATE_BYTES)] | None = None
    lost: list[Text] = []
    broken: list[Text] = []

    def fits(self) -> bool:
        """Whether images and files are as a worker makes them."""
        if _decoded_size([image.png for image in self.images]) > IMAGE_BYTES:
            return False
        paths = [PurePosixPath(file.name) for file in self.files]
        if any(path.is_absolute() or ".." in path.parts for path in paths):
            return False
        return _decoded_size([file.content for file in self.files if file.content]) <= FILE_BYTES


async def run_python(
    code: str,
    *,
    seconds: float,
    memory: int = MEMORY_BYTES,
    session: bool = False,
    state: str | None = None,
    highest: Tier = "A",
) -> SandboxResult:
    """Runs `code` for at most `seconds` of wall clock with at most `memory` bytes beyond the interpreter's own.

    With `session` the result has a `state`; handed to the next call, its program finds the variables of this one.
    """
    started = time.monotonic()
    task = {"code": code.encode(errors="replace").decode(), "keep": session, "state": state}
    outcome = await run_worker("tools.worker.python_program", task, seconds=seconds, memory=memory, highest=highest)
    report = _report(outcome)
    took = time.monotonic() - started
    if report is None:
        return _without_report(outcome, took)
    error = report.error and ProgramError(
        type=clean(report.error.type), message=clean(report.error.message), line=report.error.line
    )
    return SandboxResult(
        status="error" if error else "ok",
        stdout=clean(outcome.stdout),
        stderr=clean(outcome.stderr),
        value=None if report.value is None else clean(report.value),
        error=error,
        seconds=took,
        images=tuple(image.png for image in report.images if is_png(image.png)),
        images_left_out=report.images_left_out,
        files=tuple(MadeFile(name=one_line(f.name), size=f.size, content=f.content) for f in report.files),
        state=report.state,
        lost=tuple(map(clean, report.lost)),
        broken=tuple(map(one_line, report.broken)),
        standing=outcome.standing,
    )


def is_png(encoded: str) -> bool:
    """Whether this is base64 of something that begins as a PNG file of a reasonable size does."""
    try:
        head = base64.b64decode(encoded, validate=True)[:24]
        width, height = struct.unpack(">II", head[16:])
    except (binascii.Error, ValueError, struct.error):
        return False
    return head.startswith(PNG) and 0 < width * height <= PIXELS


def _decoded_size(encoded: list[str]) -> int:
    """Bytes of all together. Raises ValueError where one is not base64."""
    return sum(len(base64.b64decode(text, validate=True)) for text in encoded)


def _without_report(outcome: Outcome, took: float) -> SandboxResult:
    status: Status = "error" if outcome.status == "ended" else outcome.status
    kind = "".join(word.capitalize() for word in status.split("_"))
    return SandboxResult(
        status=status,
        stdout=clean(outcome.stdout),
        stderr=clean(outcome.stderr),
        error=ProgramError(type=kind, message=outcome.reason or "its report was damaged"),
        seconds=took,
        standing=outcome.standing,
    )


def _report(outcome: Outcome) -> _Report | None:
    if outcome.report is None:
        return None
    try:
        report = _Report.model_validate(outcome.report)
        return report if report.fits() else None
    except ValueError:  # a ValidationError, or a binascii.Error
        return None

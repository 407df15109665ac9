"""A model's Python program, run once in a process of its own."""

import time
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from tools.sandbox.runner import MEMORY_BYTES, Outcome, run_worker


class ProgramError(BaseModel):
    """Why a program failed; `line` is in the program's own text."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: str
    message: str
    line: int | None = None


class SandboxResult(BaseModel):
    """What a program printed, and the `repr` of its last expression if it ended with one that is not None."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    status: Literal["ok", "error", "timeout", "killed"]
    stdout: str
    stderr: str
    value: str | None = None
    error: ProgramError | None = None
    seconds: float


class _Report(BaseModel):
    """The child's own account: never trusted further than its shape."""

    model_config = ConfigDict(extra="forbid", strict=True)
    value: str | None
    error: ProgramError | None


async def run_python(code: str, *, seconds: float, memory: int = MEMORY_BYTES) -> SandboxResult:
    """Runs `code` for at most `seconds` of wall clock in at most `memory` bytes of address space.

    See `tools.sandbox.runner` for what is promised about the process and what is not.
    """
    started = time.monotonic()
    outcome = await run_worker("tools.worker.python_program", {"code": code}, seconds=seconds, memory=memory)
    report = _report(outcome)
    if report is None:
        status: Literal["error", "timeout", "killed"] = "error" if outcome.status == "ended" else outcome.status
        error = ProgramError(type=status.capitalize(), message=outcome.reason or "its report was damaged")
        return _result(outcome, started, status, error=error)
    return _result(outcome, started, "error" if report.error else "ok", value=report.value, error=report.error)


def _report(outcome: Outcome) -> _Report | None:
    if outcome.report is None or outcome.status != "ended":
        return None
    try:
        return _Report.model_validate(outcome.report)
    except ValidationError:
        return None


def _result(
    outcome: Outcome,
    started: float,
    status: Literal["ok", "error", "timeout", "killed"],
    *,
    value: str | None = None,
    error: ProgramError | None = None,
) -> SandboxResult:
    return SandboxResult(
        status=status,
        stdout=outcome.stdout,
        stderr=outcome.stderr,
        value=value,
        error=error,
        seconds=time.monotonic() - started,
    )

"""Reads a training log as `training.train` writes it: `metrics.jsonl` for the curves, `flows.jsonl` for one step.

A log may be somebody's upload, or be written to at this moment. Every line is validated here, at the boundary; what the
page gets is small and finite. Nothing of `training` is imported: this runs in the server, which loads no torch.
"""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from agentflow_core.errors import BadInput

METRICS, FLOWS, RUNS = "metrics.jsonl", "flows.jsonl", "runs.sqlite"
UPLOAD_BYTES = 800_000
"""With its quotes escaped it must fit into one request of the page (`demo.intake`)."""
FILE_BYTES = 20_000_000
FLOWS_BYTES = 500_000_000
MOST_STEPS = 10_000
MOST_FLOWS = 2_000
"""Of one step, for the page."""
LONGEST_TEXT = 2_000
STEP = re.compile(r'^\{"step": (\d{1,9}),')


def _finite(value: Any) -> Any:
    """A training that goes wrong logs NaN: a gap in the curve, and no JSON."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _short(value: Any) -> Any:
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def _texts(value: Any) -> Any:
    return [_short(text) for text in (value if isinstance(value, list | tuple) else [value])][:20]


Number = Annotated[float | None, BeforeValidator(_finite)]
Text = Annotated[str, BeforeValidator(_short)]


def _dev(name: str) -> Any:
    return Field(default=None, validation_alias=AliasChoices(f"dev/{name}", f"dev_{name}"))


class Line(BaseModel):
    """One line of `metrics.jsonl`, as far as the page draws it. Step 0 has only an evaluation."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    step: int = Field(ge=0, le=10**9)
    reward: Number = None
    reward_error: Number = None
    flows: int | None = Field(default=None, ge=0)
    questions: int | None = Field(default=None, ge=0)
    turns: Number = None
    action_tokens: Number = None
    kl: Number = None
    entropy: Number = None
    groups_without_signal: int | None = Field(default=None, ge=0)
    dev: Number = _dev("reward")
    dev_flows: int | None = _dev("flows")


class FlowLine(BaseModel):
    """One line of `flows.jsonl`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    step: int
    group: int
    flow: int
    run: str | None = None
    family: Text = ""
    question: Text
    gold: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()
    answer: Text = ""
    reward: Number = None
    advantage: Number = None
    status: Text = ""
    failure: Text | None = None
    turns: int = 0
    tools: dict[str, int] = {}


def read_metrics(text: str) -> list[Line]:
    """The lines of a log; a last line that is still being written is left out.

    Raises `BadInput` naming the line that is none.
    """
    rows, found = text.split("\n"), list[Line]()
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        if len(found) >= MOST_STEPS:
            raise BadInput(f"The log has more than {MOST_STEPS:,} steps: give its last part.")
        try:
            line = Line.model_validate(json.loads(row))
        except (ValueError, RecursionError) as error:
            if number == len(rows) and found:
                break
            raise BadInput(f"Line {number} is not a line of metrics.jsonl: {_reason(error)}") from error
        if found and line.step <= found[-1].step:
            raise BadInput(f"Line {number} is step {line.step} after step {found[-1].step}: steps must grow.")
        found.append(line)
    if not found:
        raise BadInput("The log is empty: its first line appears with the first evaluation or step.")
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'/'.join(map(str, first['loc']))}: {first['msg']}" if first["loc"] else "it is no object"
    return "it is no JSON"


def read_upload(text: str) -> list[Line]:
    """A visitor's file. Raises `BadInput` for what is too large or is no log."""
    if len(text.encode("utf-8", "replace")) > UPLOAD_BYTES:
        raise BadInput(f"The file is too large: at most {UPLOAD_BYTES:,} bytes are taken, about 700 steps.")
    return read_metrics(text)


def read_file(folder: Path) -> list[Line]:
    """The log of a run's folder; empty while nothing is written yet. Raises `BadInput`."""
    path = folder / METRICS
    try:
        if not path.exists() or path.stat().st_size == 0:
            return []
        if path.stat().st_size > FILE_BYTES:
            raise BadInput(f"The log of {folder.name} is larger than {FILE_BYTES:,} bytes.")
        return read_metrics(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise BadInput(f"The log of {folder.name} cannot be read: {error.strerror}.") from error


def read_flows(folder: Path, step: int) -> list[FlowLine]:
    """The flows of one step. Raises `BadInput` where they are not kept or cannot be read."""
    path = folder / FLOWS
    try:
        if path.stat().st_size > FLOWS_BYTES:
            raise BadInput(f"The flows of {folder.name} are too many for this page: {FLOWS_BYTES:,} bytes are read.")
        with path.open(encoding="utf-8", errors="replace") as file:
            return list(_of_step(file, step))
    except FileNotFoundError as error:
        raise BadInput("This log comes without flows.jsonl: only its curves can be shown.") from error
    except OSError as error:
        raise BadInput(f"The flows of {folder.name} cannot be read: {error.strerror}.") from error


def _of_step(rows: Iterator[str], step: int) -> Iterator[FlowLine]:
    """Steps grow, so what comes after the one that is wanted need not be read."""
    count = 0
    for row in rows:
        found = STEP.match(row)
        if not found or int(found[1]) < step:
            continue
        if int(found[1]) > step or count >= MOST_FLOWS:
            return
        try:
            yield FlowLine.model_validate_json(row)
        except ValidationError as error:
            if not row.endswith("\n"):  # it is being written
                return
            raise BadInput(f"A flow of step {step} cannot be read: {_reason(error)}") from error
        count += 1

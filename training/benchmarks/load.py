"""From a benchmark's name or a file to its problems."""

import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from agentflow_core.errors import BadInput
from training.benchmarks import agentic, hub, maths, science, search
from training.benchmarks.problem import Problem
from training.benchmarks.table import BENCHMARKS, Benchmark

FOLDER = Path("data") / "benchmarks"


def folder() -> Path:
    """Where local files of the sets lie: AGENTFLOW_BENCHMARKS, else `data/benchmarks`."""
    return Path(os.environ.get("AGENTFLOW_BENCHMARKS") or FOLDER)


def load(name: str) -> list[Problem]:
    """The problems of a set or a file. Raises `BadInput` naming the file, row and field that cannot be read."""
    if (benchmark := BENCHMARKS.get(name)) is not None:
        return _read(_file(benchmark), benchmark)
    path = Path(name)
    if not path.is_file():
        raise BadInput(f"{name!r} is neither a file nor one of the sets: {', '.join(BENCHMARKS)}.")
    if path.suffix == ".json":
        return _read(path, BENCHMARKS.get(path.stem))
    return _tasks(path)


def _file(benchmark: Benchmark) -> Path:
    """The set's local file, downloaded if there is none."""
    where = folder()
    for path in (where / f"{benchmark.name}.json", where / benchmark.name / "data" / "data.json"):
        if path.is_file():
            return path
    path = where / f"{benchmark.name}.json"
    hub.download(benchmark, path)
    return path


def _read(path: Path, benchmark: Benchmark | None) -> list[Problem]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read: {error}") from error
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise BadInput(f"{path} holds no list of questions, as the published files do.")
    read = benchmark.read if benchmark else _reader(rows[0])
    problems = []
    for number, row in enumerate(rows):
        try:
            problems.append(read(row, number))
        except (BadInput, KeyError, TypeError, ValueError) as error:
            raise BadInput(f"{path}, question {number}: {error}") from error
    if len({problem.id for problem in problems}) < len(problems):  # so is MedQA published
        return [replace(problem, id=str(number)) for number, problem in enumerate(problems)]
    return problems


def _reader(row: dict[str, Any]) -> Any:
    """Which loader a file of unknown name needs, by its fields."""
    if row.get("options") or row.get("choices"):
        return science.published
    if isinstance(row.get("question"), list):
        return maths.game24
    if "Level" in row or "level" in row:
        return agentic.published
    return maths.competition if isinstance(row.get("answer"), int | float) else search.published


def _tasks(path: Path) -> list[Problem]:
    """A question set as training reads it: JSONL or parquet."""
    from training.data import read

    tasks = read([path])
    twice = [name for name, times in Counter(task.id for task in tasks).items() if times > 1]
    if twice:
        raise BadInput(f"{path}: {len(twice)} ids name several questions (first: {twice[0]!r}): give each its own.")
    return [Problem(task.id, task.question, task.answers, task.kind, task.family or path.stem) for task in tasks]

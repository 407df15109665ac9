"""The folder of one evaluation: what was asked, the run store, the judge's words, the results.

The store is the truth: an interrupted evaluation goes on from it, and it is a home for the page and the command line
(`AGENTFLOW_HOME`), so that every answer opens as a flow.
"""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from agentflow_core import BadInput, RunStore
from training.benchmarks.problem import Problem
from training.outcome import Outcome
from training.play import Seat
from training.pocket.question import Question

HOME = Path("runs") / "evaluate"
ASKED, ANSWERS, SUMMARY = "asked.json", "answers.jsonl", "summary.json"


class Kept:
    """Opens or makes the folder. Raises `BadInput` when it holds another evaluation, or this one and none was meant.

    `asked` is what makes two evaluations the same; how many questions and how many at a time does not.
    """

    def __init__(self, folder: Path, asked: Mapping[str, Any], resume: bool) -> None:
        self.folder = folder
        path = folder / ASKED
        if path.exists():
            known = json.loads(path.read_text(encoding="utf-8"))
            self._salt = known.pop("salt")
            _check(folder, known, asked, resume)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self._salt = secrets.token_urlsafe(16)
            write(path, json.dumps({**asked, "salt": self._salt}, indent=1))
        self.store = RunStore(folder / "runs.sqlite")

    def seats(self, questions: Sequence[Problem | Question], names: Sequence[str], samples: int) -> list[Seat]:
        """A seat for each question and sample; who does not know the folder cannot guess the ids of its runs."""
        return [
            Seat(question, sample, self._run(name, sample))
            for sample in range(samples)
            for question, name in zip(questions, names, strict=True)
        ]

    def _run(self, name: str, sample: int) -> str:
        digest = sha256(f"{self._salt} {sample} {name}".encode()).digest()
        return urlsafe_b64encode(digest[:18]).decode()

    def finish(self, rows: Sequence[Mapping[str, Any]], figures: Mapping[str, Any]) -> None:
        """Writes the results beside the runs."""
        write(self.folder / ANSWERS, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        write(self.folder / SUMMARY, json.dumps(figures, ensure_ascii=False, indent=1) + "\n")


def _check(folder: Path, known: Mapping[str, Any], asked: Mapping[str, Any], resume: bool) -> None:
    # As JSON has them: tuples come back as lists.
    now = json.loads(json.dumps(asked))
    other = [f"{name} {known.get(name)!r} instead of {now.get(name)!r}" for name in now if known.get(name) != now[name]]
    if other:
        raise BadInput(f"{folder} holds another evaluation, with {'; '.join(other)}: choose another --out.")
    if not resume:
        raise BadInput(f"{folder} holds this evaluation already: go on with --resume, or choose another --out.")


def usual(name: str, asked: Mapping[str, Any]) -> Path:
    """The folder of an evaluation that names none: the same for the same evaluation, so that `--resume` finds it."""
    digest = sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:8]
    return HOME / f"{Path(name).stem}-{digest}"


def write(path: Path, text: str) -> None:
    """Whole or not at all."""
    partial = path.with_suffix(path.suffix + ".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def row(name: str, outcome: Outcome, judged: bool | None) -> dict[str, Any]:
    """A line of the results: one flow."""
    question = outcome.question
    return {
        "id": name,
        "sample": outcome.sample,
        "question": question.text,
        "gold": _gold(question),
        "answer": outcome.answer,
        "right": outcome.right,
        "judged": judged,
        "status": outcome.status,
        "failed": outcome.failed,
        "turns": len(outcome.turns),
        "tools": [turn.tool for turn in outcome.turns],
        "seconds": round(outcome.seconds, 3),
        "prompt_tokens": outcome.cost.prompt_tokens.total(),
        "completion_tokens": outcome.cost.completion_tokens.total(),
        "run": outcome.run,
    }


def _gold(question: Problem | Question) -> list[str]:
    return list(question.gold) if isinstance(question, Problem) else [question.answer]

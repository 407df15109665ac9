"""The folder of one evaluation: what was asked, the run store, the judge's words, the results.

The store is the truth: an interrupted evaluation goes on from it, and it is a home for the page and the command line
(`AGENTFLOW_HOME`), so that every answer opens as a flow.
"""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
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
DISAGREEMENTS = "disagreements.jsonl"


class Kept:
    """Opens or makes the folder. Raises `BadInput` when it holds another evaluation, or this one and none was meant.

    `asked` is what makes two evaluations the same; how many questions and how many at a time does not.
    """

    def __init__(self, folder: Path, asked: Mapping[str, Any], resume: bool) -> None:
        self.folder = folder
        path = folder / ASKED
        if path.exists():
            known = json.loads(path.read_text(encoding="utf-8"))
            self._salt, self._ids = known.pop("salt"), known.pop("ids", "base64")
            _check(folder, known, asked, resume)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self._salt, self._ids = secrets.token_urlsafe(16), "hex"
            write(path, json.dumps({**asked, "salt": self._salt, "ids": self._ids}, indent=1))
        self.store = RunStore(folder / "runs.sqlite")

    def seats(self, questions: Sequence[Problem | Question], names: Sequence[str], samples: int) -> list[Seat]:
        """A seat for each question and sample; who does not know the folder cannot guess the ids of its runs."""
        return [
            Seat(question, sample, self._run(name, sample))
            for sample in range(samples)
            for question, name in zip(questions, names, strict=True)
        ]

    def _run(self, name: str, sample: int) -> str:
        digest = sha256(f"{self._salt} {sample} {name}".encode())
        if self._ids == "base64":  # a folder from before: some of its ids are hard to type, but its runs have them
            return urlsafe_b64encode(digest.digest()[:18]).decode()
        return digest.hexdigest()[:32]

    def answered(self) -> int:
        """Questions that the results hold already."""
        path = self.folder / ANSWERS
        if not path.exists():
            return 0
        return len({json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()})

    def disagreements(self, rows: Sequence[Mapping[str, Any]]) -> Path:
        """Writes where the judge and the rules differ, a flow a line."""
        write(self.folder / DISAGREEMENTS, _lines(rows))
        return self.folder / DISAGREEMENTS

    def finish(self, rows: Sequence[Mapping[str, Any]], figures: Mapping[str, Any]) -> None:
        """Writes the results beside the runs."""
        write(self.folder / ANSWERS, _lines(rows))
        write(self.folder / SUMMARY, json.dumps(figures, ensure_ascii=False, indent=1) + "\n")


def _check(folder: Path, known: Mapping[str, Any], asked: Mapping[str, Any], resume: bool) -> None:
    # As JSON has them: tuples come back as lists. What a folder from before does not tell is taken on trust.
    before, now = dict(_flat(known)), dict(_flat(json.loads(json.dumps(asked))))
    common = [name for name in now if name in before]
    if other := [f"{name} {before[name]!r} instead of {now[name]!r}" for name in common if before[name] != now[name]]:
        raise BadInput(f"{folder} holds another evaluation, with {'; '.join(other)}: choose another --out.")
    if not resume:
        raise BadInput(f"{folder} holds this evaluation already: go on with --resume, or choose another --out.")


def _flat(asked: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    """`models.planner` and the like, so that a message names what differs and nothing else."""
    for name, value in asked.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", value


def _lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


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

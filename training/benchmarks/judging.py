"""A language model's second opinion on every answer. It never replaces the rules' verdict: both are reported.

Its words are kept beside the runs, so that an evaluation that goes on asks about no answer twice.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from agentflow_core.errors import InfraError
from agentflow_core.models import LanguageModel
from training.benchmarks.problem import Problem
from training.judge import judged
from training.outcome import Outcome, score

log = logging.getLogger(__name__)
FILE = "judged.jsonl"


class Judge:
    """Asks `model`, remembering in `folder` where there is one."""

    def __init__(self, model: LanguageModel, folder: Path | None = None) -> None:
        self._model, self._path = model, folder / FILE if folder else None
        self._known: dict[str, bool] = {}
        if self._path and self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                except ValueError:  # the last line of a process that was killed
                    continue
                self._known[entry["key"]] = entry["right"]

    async def verdicts(self, outcomes: Sequence[Outcome], concurrency: int) -> list[bool | None]:
        """For each outcome; None where the judge could not be asked. An answer that there is not is wrong unasked."""
        slots = asyncio.Semaphore(concurrency)

        async def one(outcome: Outcome) -> bool | None:
            async with slots:
                return await self._verdict(outcome)

        return list(await asyncio.gather(*map(one, outcomes)))

    async def _verdict(self, outcome: Outcome) -> bool | None:
        problem = outcome.question
        if outcome.failed is not None:
            return None
        if not isinstance(problem, Problem):
            raise TypeError(f"{problem} has nothing that a judge could not be told by a rule")
        key = sha256(json.dumps([self._model.name, problem.text, problem.gold, outcome.answer]).encode()).hexdigest()
        if key not in self._known:
            try:
                gold = _shown(problem)
                self._known[key] = await judged(self._model, problem.text, outcome.answer, gold) == 1.0
            except InfraError as error:
                log.warning("question %s could not be judged: %s", problem.id, error)
                return None
            self._keep(key)
        return self._known[key]

    def _keep(self, key: str) -> None:
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "right": self._known[key]}) + "\n")


def _shown(problem: Problem) -> tuple[str, ...]:
    """The gold answers as a judge can use them."""
    if problem.correct:
        return (f"{problem.correct}. {problem.gold[0]}",)
    return problem.gold


def figures(name: str, outcomes: Sequence[Outcome], verdicts: Sequence[bool | None]) -> dict[str, Any]:
    """The judge's accuracy over all flows (one it could not judge is not right), and where it and the rules differ."""
    pairs = list(zip(outcomes, verdicts, strict=True))
    differ = [(outcome, verdict) for outcome, verdict in pairs if verdict is not None and verdict != outcome.right]
    for outcome, verdict in differ:
        log.info("%r: the rules say %s, the judge %s", outcome.answer[:80], outcome.right, verdict)
    return {
        "judge": score(bool(verdict) for verdict in verdicts)
        | {
            "model": name,
            "unjudged": sum(verdict is None for verdict in verdicts),
            "agreement": score(verdict == outcome.right for outcome, verdict in pairs if verdict is not None),
            "disagreements": [
                {
                    "question": outcome.question.text[-200:],
                    "answer": outcome.answer,
                    "rules": outcome.right,
                    "judge": verdict,
                    "run": outcome.run,
                }
                for outcome, verdict in differ
            ],
        }
    }

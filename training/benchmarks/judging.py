"""A language model's second opinion on every answer. It never replaces the rules' verdict: both are reported.

Its words are kept beside the runs, so that an evaluation that goes on asks about no answer twice.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from agentflow_core.errors import InfraError
from agentflow_core.models import LanguageModel
from training.benchmarks.problem import Problem
from training.judge import opinion, verdict
from training.outcome import Cost, Outcome, over_questions

log = logging.getLogger(__name__)
FILE = "judged.jsonl"
ROLE = "judge"


@dataclass(frozen=True)
class Opinion:
    """One answer of the judge's and what it cost."""

    right: bool
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Judge:
    """Asks `model`, remembering in `folder` where there is one."""

    def __init__(self, model: LanguageModel, folder: Path | None = None) -> None:
        self._model, self._path = model, folder / FILE if folder else None
        self._known: dict[str, Opinion] = {}
        if self._path and self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                except ValueError:  # the last line of a process that was killed
                    continue
                key = entry.pop("key")
                self._known[key] = Opinion(**entry)

    async def verdicts(self, outcomes: Sequence[Outcome], concurrency: int) -> list[bool | None]:
        """For each outcome; None where the judge could not be asked. An answer that there is not is wrong unasked, and
        answers that are alike are asked about once."""
        slots = asyncio.Semaphore(concurrency)
        asked = {key: outcome for outcome in outcomes if (key := self._key(outcome))}

        async def one(key: str, outcome: Outcome) -> None:
            async with slots:
                await self._ask(key, outcome)

        await asyncio.gather(*(one(key, outcome) for key, outcome in asked.items() if key not in self._known))
        return [self._verdict(outcome) for outcome in outcomes]

    def cost(self, outcomes: Sequence[Outcome]) -> Cost:
        """Of judging these, by this process or an earlier one."""
        cost = Cost()
        for key in {self._key(outcome) for outcome in outcomes} & self._known.keys():
            cost.calls[ROLE] += 1
            cost.prompt_tokens[ROLE] += self._known[key].prompt_tokens
            cost.completion_tokens[ROLE] += self._known[key].completion_tokens
        return cost

    def _key(self, outcome: Outcome) -> str:
        """What the judge is asked about; nothing for a flow without an answer."""
        if outcome.failed is not None or not outcome.answer.strip():
            return ""
        problem = _problem(outcome)
        told = [self._model.name, problem.text, problem.gold, outcome.answer]
        return sha256(json.dumps(told).encode()).hexdigest()

    def _verdict(self, outcome: Outcome) -> bool | None:
        if outcome.failed is None and not outcome.answer.strip():
            return False
        found = self._known.get(self._key(outcome))
        return found.right if found else None

    async def _ask(self, key: str, outcome: Outcome) -> None:
        problem = _problem(outcome)
        try:
            said = await opinion(self._model, problem.text, outcome.answer, _shown(problem))
        except InfraError as error:
            log.warning("question %s could not be judged: %s", problem.id, error)
            return
        self._known[key] = Opinion(verdict(said.text) == 1.0, said.prompt_tokens, said.completion_tokens)
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, **asdict(self._known[key])}) + "\n")


def _problem(outcome: Outcome) -> Problem:
    if not isinstance(outcome.question, Problem):
        raise TypeError(f"{outcome.question} has nothing that a judge could not be told by a rule")
    return outcome.question


def _shown(problem: Problem) -> tuple[str, ...]:
    """The gold answers as a judge can use them."""
    if problem.correct:
        return (f"{problem.correct}. {problem.gold[0]}",)
    return problem.gold


Pairs = Sequence[tuple[Outcome, bool | None]]


def figures(name: str, pairs: Pairs) -> dict[str, Any]:
    """The judge's accuracy over all questions (a flow it could not judge is not right), and where the rules differ."""
    return {
        "judge": over_questions((outcome.question, bool(verdict)) for outcome, verdict in pairs)
        | {
            "model": name,
            "unjudged": sum(verdict is None for _, verdict in pairs),
            "agreement": over_questions(
                (outcome.question, verdict == outcome.right) for outcome, verdict in pairs if verdict is not None
            ),
            "disagreements": len(disagreements(pairs)),
        }
    }


def disagreements(pairs: Pairs) -> list[dict[str, Any]]:
    """Every flow that the judge and the rules see differently, with all that is needed to see who errs."""
    return [
        {
            "id": _problem(outcome).id,
            "sample": outcome.sample,
            "question": outcome.question.text,
            "gold": list(_shown(_problem(outcome))),
            "answer": outcome.answer,
            "rules": outcome.right,
            "judge": verdict,
            "run": outcome.run,
        }
        for outcome, verdict in pairs
        if verdict is not None and verdict != outcome.right
    ]

"""Questions to train and to evaluate on: invented Pocket worlds, or question sets from files.

A step's lesson is a function of the seed, the step and how many questions were drawn before: nothing else has to be
remembered to go on where a run stopped.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agentflow_core.errors import BadInput
from tools.base import Source as Reference
from tools.base import ToolContext, ToolResult, ToolSettings
from tools.toolbox import Toolbox, find
from tools.wiki_index import render
from tools.wikipedia_search import WikipediaSearch, WikipediaSearchInput
from training.config import Config, Kind
from training.pocket import splits
from training.pocket.questions import FAMILIES, Asker, Question
from training.pocket.real import real_names
from training.pocket.world import World, invent

RARELY = 0.1
"""How often questions come of a family that is solved wholly or not at all, against 1.1 where half of it is."""
POCKET_TOOLS = ("base_generator", "math_solver", "python_coder", "wikipedia_search")


class Task(BaseModel):
    """One question with its gold answer; several answers may count as right."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    question: str = Field(min_length=1)
    answer: str | tuple[str, ...]
    kind: Kind = "exact"
    family: str = ""

    @property
    def answers(self) -> tuple[str, ...]:
        return (self.answer,) if isinstance(self.answer, str) else self.answer


@dataclass(frozen=True)
class Lesson:
    """Questions and the tools they are answered with. For training, as many questions as anyone asks for."""

    tasks: Iterator[Task]
    toolbox: Toolbox


class Questions(Protocol):
    def lesson(self, step: int, drawn: int, solved: Mapping[str, float] | None = None) -> Lesson:
        """For a step before which `drawn` questions were used, and this share of each family was `solved` of late."""
        ...

    def dev(self, limit: int) -> Lesson:
        """Questions that decide when to stop, always the same."""
        ...


def questions(config: Config) -> Questions:
    return PocketQuestions(config.seed, config.data.order) if config.data.source == "pocket" else FileQuestions(config)


class PocketQuestions:
    """A world of its own for every step, with questions of all families. No real name occurs in any of them."""

    def __init__(self, seed: int, order: Literal["even", "unsure"] = "even") -> None:
        self._seed, self._order = seed, order

    def lesson(self, step: int, drawn: int, solved: Mapping[str, float] | None = None) -> Lesson:
        world, asked = self.asked(step, drawn, solved)
        tasks = (
            Task(id=f"{step}-{number}", question=question.text, answer=question.answer, family=question.family)
            for number, question in enumerate(asked, drawn)
        )
        return Lesson(tasks, pocket_toolbox(world))

    def asked(
        self, step: int, drawn: int, solved: Mapping[str, float] | None = None
    ) -> tuple[World, Iterator[Question]]:
        """The world of a step and its questions, with what an oracle needs to answer them."""
        rng = random.Random(f"flow-grpo {self._seed} {step}")
        world = invent(rng.randrange(2**40), forbidden=real_names())
        asker, families = Asker(world, rng), self._families(step, drawn, solved or {})
        return world, (asker.ask(family) for family in families)

    def _families(self, step: int, drawn: int, solved: Mapping[str, float]) -> Iterator[str]:
        if self._order == "even":
            return (FAMILIES[number % len(FAMILIES)] for number in count(drawn))
        rng = random.Random(f"families {self._seed} {step}")
        unsure = [RARELY + 4 * share * (1 - share) for share in (solved.get(family, 0.5) for family in FAMILIES)]
        return (rng.choices(FAMILIES, unsure)[0] for _ in count())

    def dev(self, limit: int) -> Lesson:
        split = splits.load("dev", limit, self._seed)
        tasks = [
            Task(id=f"dev-{n}", question=q.text, answer=q.answer, family=q.family)
            for n, q in enumerate(split.questions)
        ]
        return Lesson(iter(tasks), pocket_toolbox(split.world))


class WorldSearch(WikipediaSearch):
    """`wikipedia_search` over one world's articles and no others: training sees nothing of the real ones."""

    def __init__(self, settings: ToolSettings, world: World) -> None:
        super().__init__(settings)
        self._index = world.index

    async def run(self, arguments: WikipediaSearchInput, context: ToolContext) -> ToolResult:
        found = self._index.search(arguments.query, self.settings.wiki_results)
        sources = tuple(Reference(title=article.title) for article in found.articles)
        return ToolResult(text=render(arguments.query, found), data={"exact": found.exact}, sources=sources)


def pocket_toolbox(world: World) -> Toolbox:
    """The tools that Pocket plans with."""
    settings = ToolSettings(wikipedia="offline", wiki_results=1)
    others = [kind(settings) for kind in find() if kind.name in POCKET_TOOLS and kind is not WikipediaSearch]
    return Toolbox([*others, WorldSearch(settings, world)])


class FileQuestions:
    """Question sets from files, shuffled anew for every pass over them."""

    def __init__(self, config: Config) -> None:
        self._seed = config.seed
        self._train, self._dev = read(config.data.train), read(config.data.dev)
        if not self._train:
            raise BadInput(
                "data.source is file and data.train names no question: give at least one JSONL or parquet file"
            )
        judged = [task.id for task in (*self._train, *self._dev) if task.kind == "judge"]
        if judged and not config.data.judge:
            raise BadInput(
                f"{len(judged)} questions want a judge (first: {judged[0]}): set data.judge to a role string"
            )
        self._toolbox = Toolbox.load(ToolSettings(wikipedia=config.data.wikipedia), config.data.tools or None)

    def lesson(self, step: int, drawn: int, solved: Mapping[str, float] | None = None) -> Lesson:
        return Lesson(self._from(drawn), self._toolbox)

    def dev(self, limit: int) -> Lesson:
        return Lesson(iter(self._dev[:limit]), self._toolbox)

    def _from(self, drawn: int) -> Iterator[Task]:
        for passed in count(drawn // len(self._train)):
            order = random.Random(f"questions {self._seed} {passed}").sample(self._train, len(self._train))
            yield from order[max(0, drawn - passed * len(order)) :]


def read(paths: Sequence[Path]) -> list[Task]:
    """The questions of JSONL or parquet files. Raises `BadInput` naming file and line."""
    return [task for path in paths for task in _read(path)]


def _read(path: Path) -> Iterator[Task]:
    for number, entry in enumerate(_entries(path), start=1):
        try:
            yield Task.model_validate({"id": f"{path.stem}-{number}"} | entry)
        except (ValidationError, TypeError) as error:
            raise BadInput(
                f"{path}, line {number} is no question: {error}. "
                'Each must be {"question": ..., "answer": ..., "kind": ..., "id": ...}.'
            ) from error


def _entries(path: Path) -> list[Any]:
    try:
        if path.suffix == ".parquet":
            import pyarrow.parquet  # type: ignore[import-untyped]

            found: list[Any] = pyarrow.parquet.read_table(path).to_pylist()
            return found
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise BadInput(f"the question set {path} cannot be read: {error}") from error

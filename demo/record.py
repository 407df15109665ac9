"""Records the flows that teach (`lessons`): real runs of Pocket, found among the real questions.

python -m demo.record                 records what is missing, or was given by other weights than those here now
python -m demo.record --only loop     only the lessons whose names begin so
python -m demo.record --limit 400     look through more questions for each lesson

It may be stopped and started again at any time. Nothing is written by hand: where no flow shows a lesson, it is left
out and said.
"""

import argparse
import asyncio
import hashlib
import logging
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agentflow_core import Settings, assemble
from agentflow_core.events import EVENT, Budget, Event
from agentflow_core.models.pool import pocket_folder
from agentflow_core.store import RunDocument
from demo import recordings
from demo.lessons import LESSONS, LONGEST_TURNS, TRAINED, UNTRAINED, Flown, Lesson, Pair
from demo.recordings import Recording
from training.pocket import splits
from training.pocket.question import Question

log = logging.getLogger(__name__)

AT_ONCE = 8
LARGEST_BYTES = 100_000
SPLIT, SEED = "real", 3


@dataclass
class Search:
    """Runs questions and remembers each flow, since one may show several lessons.

    Many run at once while it looks; the one that is kept is run again alone, so that its times are its own.
    """

    questions: Sequence[Question]
    flown: dict[tuple[str, str, float], Flown] = field(default_factory=dict)

    async def flights(self, families: Sequence[str], planner: str, heat: float) -> AsyncIterator[Flown]:
        """The flows of all questions of these families, a few at a time, in their order."""
        among = [question for question in self.questions if question.family in families]
        for at in range(0, len(among), AT_ONCE):
            some = among[at : at + AT_ONCE]
            missing = [question for question in some if (question.text, planner, heat) not in self.flown]
            for flown in await asyncio.gather(*(fly(question, planner, heat) for question in missing)):
                self.flown[flown.question.text, planner, heat] = flown
            for question in some:
                yield self.flown[question.text, planner, heat]

    async def lesson(self, lesson: Lesson) -> Flown | None:
        """The first flow that shows it."""
        for heat in lesson.heats:
            async for flown in self.flights(lesson.families, lesson.planner, heat):
                if lesson.shows(flown) and fits(flown):
                    alone = await fly(flown.question, lesson.planner, heat)
                    return alone if lesson.shows(alone) and fits(alone) else flown
        return None

    async def pair(self, pair: Pair) -> tuple[Flown, Flown] | None:
        """The first question on which both planners together show it."""
        trained = self.flights(pair.trained.families, TRAINED, 0.0)
        untrained = self.flights(pair.untrained.families, UNTRAINED, 0.0)
        async for right in trained:
            wrong = await anext(untrained)
            if pair.shows(wrong, right) and fits(wrong) and fits(right):
                alone = await fly(wrong.question, UNTRAINED, 0.0), await fly(right.question, TRAINED, 0.0)
                return alone if pair.shows(*alone) else (wrong, right)
        return None


async def fly(question: Question, planner: str, heat: float) -> Flown:
    """One real run."""
    settings = Settings(_env_file=None, model=TRAINED, planner=planner, temperature=heat, wikipedia="offline")  # type: ignore[call-arg]
    flow = assemble(settings)
    budget = Budget(turns=LONGEST_TURNS, seconds=120)
    events = [event async for event in flow.run(question.text, budget=budget) if event.type != "text_delta"]
    return Flown(question, planner, tuple(events))


def slim(events: Sequence[Event]) -> list[Event]:
    """Without the ids of prompts, and with log-probabilities as exact as they are shown."""
    return [EVENT.validate_python(_slim(event.model_dump())) for event in events]


def _slim(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _slim(inner) for name, inner in value.items()}
        if "prompt_ids" in kept:
            kept["prompt_ids"] = None
            kept["logprobs"] = kept["logprobs"] and tuple(round(one, 4) for one in kept["logprobs"])
        return kept
    return [_slim(inner) for inner in value] if isinstance(value, list | tuple) else value


def document(flown: Flown) -> bytes:
    return RunDocument(events=slim(flown.events)).model_dump_json().encode()


def fits(flown: Flown) -> bool:
    """Small enough to be kept in the repository and sent to a page."""
    return len(document(flown)) <= LARGEST_BYTES


def weights() -> str:
    """A short hash of the models that give the recordings."""
    digest = hashlib.sha256()
    for variant in ("base", "planner"):
        digest.update((pocket_folder(variant) / "model.safetensors").read_bytes())
    return digest.hexdigest()[:12]


class Shelf:
    """The recordings on disk; each is written whole, then the list, so that stopping loses at most one."""

    def __init__(self, folder: Path, of: str) -> None:
        self.folder, self.weights = folder, of
        recordings.recordings.cache_clear()
        self._known = {known.name: known for known in recordings.recordings(folder)}

    def has(self, name: str) -> bool:
        """Whether it was recorded with the weights that are here now."""
        known = self._known.get(name)
        return known is not None and known.weights == self.weights and (self.folder / f"{name}.json").exists()

    def put(self, lesson: Lesson, flown: Flown, rival: str | None = None) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write(f"{lesson.name}.json", document(flown))
        self._known[lesson.name] = Recording(
            name=lesson.name,
            title=lesson.title,
            lesson=lesson.teaches,
            question=flown.question.text,
            planner=lesson.planner,
            gold=flown.question.answer,
            right=flown.right,
            turns=flown.turns,
            rival=rival,
            weights=self.weights,
        )
        self._save()

    def drop(self, name: str) -> None:
        """Nothing shows this any more."""
        if self._known.pop(name, None):
            self._save()
        (self.folder / f"{name}.json").unlink(missing_ok=True)

    def _save(self) -> None:
        order = [lesson.name for entry in LESSONS for lesson in _lessons(entry)]
        listed = [self._known[name] for name in order if name in self._known]
        self._write(recordings.INDEX, recordings.written(listed).encode())

    def _write(self, name: str, body: bytes) -> None:
        half = self.folder / f"{name}.part"
        half.write_bytes(body)
        half.replace(self.folder / name)


async def record(shelf: Shelf, questions: Sequence[Question], only: str = "") -> list[str]:
    """Records what is missing; gives the names of the lessons that no flow shows."""
    search, without = Search(questions), []
    for entry in sorted(LESSONS, key=_effort):
        names = [lesson.name for lesson in _lessons(entry)]
        if not any(name.startswith(only) for name in names) or all(map(shelf.has, names)):
            continue
        if await _record(shelf, search, entry):
            log.info("recorded %s", ", ".join(names))
        else:
            without += names
            for name in names:
                shelf.drop(name)
            log.warning("no flow shows %s", ", ".join(names))
    return without


async def _record(shelf: Shelf, search: Search, entry: Lesson | Pair) -> bool:
    if isinstance(entry, Pair):
        if (both := await search.pair(entry)) is None:
            return False
        for lesson, flown, rival in (
            (entry.untrained, both[0], entry.trained),
            (entry.trained, both[1], entry.untrained),
        ):
            shelf.put(lesson, flown, rival.name)
        return True
    if (flown := await search.lesson(entry)) is None:
        return False
    shelf.put(entry, flown)
    return True


def _effort(entry: Lesson | Pair) -> int:
    """Rare ones, looked for at several temperatures, come last."""
    return 1 if isinstance(entry, Pair) else len(entry.heats)


def _lessons(entry: Lesson | Pair) -> tuple[Lesson, ...]:
    return (entry.untrained, entry.trained) if isinstance(entry, Pair) else (entry,)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m demo.record", description=__doc__.partition("\n")[0] if __doc__ else None
    )
    parser.add_argument("--only", default="", metavar="NAME")
    parser.add_argument("--limit", type=int, default=330, metavar="N", help="questions to look through")
    parser.add_argument("--out", type=Path, default=recordings.FOLDER, metavar="FOLDER")
    options = parser.parse_args()
    questions = splits.load(SPLIT, options.limit, SEED).questions
    without = asyncio.run(record(Shelf(options.out, weights()), questions, options.only))
    sys.exit(1 if without else 0)


if __name__ == "__main__":
    main()

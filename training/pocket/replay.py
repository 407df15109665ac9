"""The oracle beside a flow that really ran: what it would have done at each turn, and as a planner in its place.

It is fed with what the flow's tools returned, so it judges each module by what that module could know.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agentflow_core.models import Message, ScriptedModel
from agentflow_core.prompts import pocket
from tools.wiki_index import Found
from training.pocket.oracle import NOTHING_NEW, SEARCH, Oracle, Step, Verdict
from training.pocket.question import Question
from training.pocket.splits import Split
from training.pocket.world import World

_SEGMENT = re.compile(r"<(\w+)>([^<]*)")


@dataclass(frozen=True)
class Done:
    """One turn of a flow: what was called with which main argument, and what came back."""

    goal: str
    tool: str
    command: str
    result: str
    stop: bool | None = None
    """The verdict, None where there was none."""


class Replay:
    """Follows a flow turn by turn."""

    def __init__(self, question: Question, world: World) -> None:
        self._oracle, self._world = Oracle(question, world), world
        self._last: Step | None = None

    def step(self) -> Step | None:
        """What the oracle would do now; once nothing is left, what it did last."""
        step = self._oracle.next()
        self._last = step or self._last
        return self._last

    @property
    def sufficient(self) -> bool:
        """Whether the memory suffices to answer, be it that there is no answer."""
        return self._oracle.next() is None

    def feed(self, done: Done) -> Verdict:
        """Takes a turn's outcome and gives the right verdict on it."""
        expected = self._oracle.next()
        if expected is None:
            return Verdict(True, NOTHING_NEW)
        if done.result.startswith("Error:"):
            return self._oracle.failed()
        if done.tool == SEARCH:
            found = self._world.index.search(done.command)
            if done.result.startswith("No results"):
                found = Found((), False)
            return self._oracle.found(found, asked=done.command == expected.command)
        if (done.tool, done.command) == (expected.tool, pocket.clean(expected.command)):
            return self._oracle.computed(done.result)
        return Verdict(False, NOTHING_NEW)


def oracle_planner(split: Split) -> ScriptedModel:
    """A planner that plans perfectly for the questions of a split, from what the transcript says so far."""
    questions = {pocket.clean(question.text): question for question in split.questions}

    def write(messages: Sequence[Message]) -> str:
        segments = [(tag, text.strip()) for tag, text in _SEGMENT.findall(messages[-1].content.replace(pocket.END, ""))]
        question = questions[segments[0][1]]
        if segments[-1][0] == "ana":
            return f" {pocket.clean(question.analysis)}{pocket.END}"
        replay = Replay(question, split.world)
        for done in _turns(segments):
            replay.step()
            replay.feed(done)
        step = replay.step()
        if step is None:
            raise ValueError(f"the oracle has nothing to do for {question.text!r}")
        whole = pocket.written("plan", step.context, ("goal", step.goal), ("tool", step.tool))
        return whole.removeprefix("<plan>")

    return ScriptedModel(write, name="oracle", dialect="pocket")


def _turns(segments: Sequence[tuple[str, str]]) -> list[Done]:
    """The finished turns of a transcript."""
    turns, now = [], {"goal": "", "tool": "", "cmd": ""}
    for tag, text in segments:
        if tag in now:
            now[tag] = text
        elif tag == "res":
            turns.append(Done(now["goal"], now["tool"], now["cmd"], text))
    return turns


def departure(question: Question, world: World, analysis: str, turns: Sequence[Done]) -> str:
    """Which module first did other than the oracle: analysis, plan, command, verdict, or, where none did, answer."""
    if analysis != pocket.clean(question.analysis):
        return "analysis"
    replay = Replay(question, world)
    for done in turns:
        expected = replay.step()
        if expected is None or (done.tool, done.goal) != (expected.tool, pocket.clean(expected.goal)):
            return "plan"
        if done.command != pocket.clean(expected.command):
            return "command"
        if done.stop != replay.feed(done).stop:
            return "verdict"
    return "answer"


@dataclass(frozen=True)
class Judged:
    """Whether a module did right, wherever that could be told."""

    commands: tuple[bool, ...]
    verdicts: tuple[bool, ...]
    answer: bool | None
    """None where the memory did not suffice to answer."""


def judged(question: Question, world: World, turns: Sequence[Done], right: bool) -> Judged:
    """The modules' work in a flow that the oracle planned."""
    replay = Replay(question, world)
    commands, verdicts = [], []
    for done in turns:
        expected = replay.step()
        commands.append(expected is not None and done.command == pocket.clean(expected.command))
        verdict = replay.feed(done)
        if done.stop is not None:
            verdicts.append(done.stop == verdict.stop)
    return Judged(tuple(commands), tuple(verdicts), right if replay.sufficient else None)

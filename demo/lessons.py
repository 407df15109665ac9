"""What the recorded flows are to teach, and how a flow that shows it is known. Pure; `record` finds such flows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from agentflow_core.events import Event, ParseFailed, ToolReturned
from agentflow_core.state import FlowState
from training.pocket.question import UNKNOWN, Question
from training.rewards import exact

TRAINED, UNTRAINED = "pocket", "pocket:base"
LONGEST_TURNS = 6


@dataclass(frozen=True)
class Flown:
    """A question that was run, with what is known of its right answer."""

    question: Question
    planner: str
    events: tuple[Event, ...]

    @cached_property
    def state(self) -> FlowState:
        return FlowState.fold(self.events)

    @cached_property
    def right(self) -> bool:
        return exact(self.state.answer.text if self.state.answer else "", self.question.answer)

    @property
    def turns(self) -> int:
        return len(self.state.turns)

    @cached_property
    def calls(self) -> list[tuple[str, str]]:
        """Tool and arguments of each call, in order."""
        return [(e.tool, repr(sorted(e.arguments.items()))) for e in self.events if isinstance(e, ToolReturned)]

    @property
    def loops(self) -> bool:
        return len(set(self.calls)) < len(self.calls)

    @property
    def errors(self) -> int:
        return sum(isinstance(e, ToolReturned) and e.result.error is not None for e in self.events)

    @property
    def unreadable(self) -> int:
        return sum(isinstance(e, ParseFailed) for e in self.events)

    @property
    def clean(self) -> bool:
        """Nothing went wrong on the way, and every turn was needed."""
        return self.right and self.state.stopped and not (self.errors or self.unreadable or self.loops)

    @property
    def found(self) -> bool:
        """The right answer stands in some result."""
        return any(turn.result and self.question.answer in turn.result.text for turn in self.state.turns)


Shows = Callable[[Flown], bool]
ShowsPair = Callable[[Flown, Flown], bool]


@dataclass(frozen=True)
class Lesson:
    """One recording. `families` are the kinds of questions to look among; `heats` the temperatures to try, in order."""

    name: str
    title: str
    teaches: str
    families: tuple[str, ...]
    shows: Shows
    planner: str = TRAINED
    heats: tuple[float, ...] = (0.0,)


@dataclass(frozen=True)
class Pair:
    """Two recordings of one question, the untrained planner's and the trained one's; `shows(untrained, trained)`."""

    untrained: Lesson
    trained: Lesson
    shows: ShowsPair


def _two_steps(flown: Flown) -> bool:
    return flown.clean and flown.turns == 2


def _uses(tool: str) -> Shows:
    return lambda flown: flown.clean and any(name == tool for name, _ in flown.calls)


def _stopped_early(flown: Flown) -> bool:
    known = flown.question.answer != UNKNOWN
    return known and flown.state.stopped and not flown.right and not flown.found and not flown.unreadable


def _recovered(flown: Flown) -> bool:
    return flown.errors > 0 and flown.right and flown.state.stopped


def _reread(flown: Flown) -> bool:
    return flown.unreadable > 0 and flown.right and flown.state.stopped


def _pair_loop(untrained: Flown, trained: Flown) -> bool:
    return untrained.loops and not untrained.right and trained.clean and trained.turns > 1


_LOOK = ("look2", "look3")
_SEVERAL = ("look2", "look3", "sum", "sum2", "cmp")

LESSONS: tuple[Lesson | Pair, ...] = (
    Lesson(
        "two-steps",
        "Two steps to an answer",
        "The planner finds the first fact, the verifier asks for more, and the second search brings the answer.",
        ("look2",),
        _two_steps,
    ),
    Pair(
        Lesson(
            "loop-untrained",
            "Caught in a loop",
            "The untrained planner does again what it did before: nothing new is learnt, and the turns run out.",
            _SEVERAL,
            lambda flown: True,
            UNTRAINED,
        ),
        Lesson(
            "loop-trained",
            "The loop avoided",
            "The same question with the trained planner: each turn asks for what is still missing.",
            _SEVERAL,
            lambda flown: True,
        ),
        _pair_loop,
    ),
    Lesson(
        "three-steps",
        "A chain of three",
        "Each answer names the thing to ask about next: three searches, each with what the one before brought.",
        ("look3",),
        lambda flown: flown.clean and flown.turns >= 3,
    ),
    Lesson(
        "look-up-and-calculate",
        "Look up, then calculate",
        "Two numbers are looked up and a tool adds them: the model never does arithmetic itself.",
        ("sum", "sum2"),
        lambda flown: flown.clean and len({name for name, _ in flown.calls}) > 1,
    ),
    Lesson(
        "tool-error",
        "A tool fails, the flow goes on",
        "A call gives an error. The error is a result like any other: the planner reads it and tries another way.",
        (*_SEVERAL, "units", "eq", "arith"),
        _recovered,
        UNTRAINED,
        heats=(0.0, 0.7, 1.0, 1.3),
    ),
    Lesson(
        "verifier-mistake",
        "The verifier is wrong",
        "It says STOP although the fact was not found yet, so the answer can only be wrong.",
        (*_SEVERAL, "unknown"),
        _stopped_early,
        heats=(0.0, 0.7, 1.0),
    ),
    Lesson(
        "unreadable",
        "A text that cannot be read",
        "A module writes what is no action. It is told what was wrong and asked again.",
        (*_SEVERAL, "units", "eq", "arith"),
        _reread,
        heats=(0.0, 0.7, 1.0, 1.3),
    ),
    Lesson(
        "comparison",
        "Which is larger?",
        "Both values are looked up before they are compared.",
        ("cmp",),
        lambda flown: flown.clean and flown.turns >= 2,
    ),
    Lesson(
        "program",
        "A program is written and run",
        "The executor writes a program, the sandbox runs it, and its output is what the answer rests on.",
        ("arith", "units", "sum", "sum2"),
        _uses("python_coder"),
    ),
    Lesson(
        "equation",
        "An equation is solved",
        "One call of the solver is enough, and the verifier sees that.",
        ("eq",),
        _uses("math_solver"),
    ),
    Lesson(
        "unknown",
        "It says that it does not know",
        "The article does not say what is asked. The answer says so and invents nothing.",
        ("unknown",),
        lambda flown: flown.clean and flown.question.answer == UNKNOWN and flown.turns >= 1,
    ),
)

"""Oracle traces as segments of the Pocket dialect, and as token rows whose labels cover exactly the completions."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tokenizers import Tokenizer

from agentflow_core.prompts import pocket
from tools.wiki_index import Found, render
from training.pocket import results, untold
from training.pocket.habits import BY_HEART, NONE, SEEN, Habits, detour
from training.pocket.oracle import SEARCH, SOLVER, Oracle, Step, Verdict, said, unsaid
from training.pocket.question import Question
from training.pocket.questions import WEIGHTS, Asker
from training.pocket.schema import KINDS
from training.pocket.world import World

ROLES = ("ana", "plan", "cmd", "ver", "ans", "gen")
TURNS = 6
_ERRORS = (
    "Error: the search took too long.",
    "Error: the tool took too long.",
    "Error: no connection.",
    "Error: the tool is busy, try again.",
    "Error: the service did not answer.",
    "Error: TimeoutError",
)


@dataclass(frozen=True)
class Segment:
    """A piece of a transcript; `role` names the module that is trained to write it, None for what is given."""

    text: str
    role: str | None = None


@dataclass(frozen=True)
class Row:
    """A tokenised transcript; `roles[i]` is 1 + the index in ROLES of the module that writes token i, else 0."""

    ids: list[int]
    roles: list[int]


@dataclass(frozen=True)
class Noise:
    """How often the tools or the executor fail in a trace, and how often its turns are spent before it is done."""

    error: float = 0.03
    nothing: float = 0.02
    slip: float = 0.03
    spent: float = 0.03


CLEAN = Noise(0.0, 0.0, 0.0, 0.0)


def _turn(step: Step, result: str, verdict: Verdict, slipped: str = "", planned: bool = True) -> list[Segment]:
    """One turn; a slipped command or a detour stands in the transcript but nobody is trained to write it."""
    plan = pocket.written("plan", step.context, ("goal", step.goal), ("tool", step.tool))
    say = ("say", "STOP" if verdict.stop else "CONTINUE")
    return [
        Segment(plan, "plan" if planned else None),
        Segment(pocket.written("cmd", slipped or step.command), None if slipped else "cmd"),
        Segment(pocket.given("res", result)),
        Segment(pocket.written("ver", verdict.reason, say), "ver"),
    ]


def _misspelt(text: str, rng: random.Random) -> str:
    place = rng.randrange(len(text))
    return (text[:place] + rng.choice(("", rng.choice("aeiourstln"))) + text[place + 1 :]).strip() or text


def _miscopied(command: str, rng: random.Random) -> str:
    """The command with one digit of a number wrong."""
    places = [place for place, sign in enumerate(command) if sign.isdigit()]
    place = rng.choice(places)
    return command[:place] + rng.choice("0123456789".replace(command[place], "")) + command[place + 1 :]


class _Tracing:
    """Writes one transcript turn by turn, with all that can go wrong."""

    def __init__(self, oracle: Oracle, rng: random.Random, noise: Noise, habits: Habits) -> None:
        self._oracle, self._rng, self._noise, self._habits = oracle, rng, noise, habits
        self._sloppy = habits.sloppy(oracle.question.family, rng)
        self._searched: list[str] = []
        self.stopped = False

    def turn(self) -> list[Segment]:
        """The next turn's segments."""
        step = self._oracle.next()
        if step is None:
            raise ValueError(f"{self._oracle.question.text!r}: the oracle was not stopped and has no next step")
        tempted = self._sloppy and self._habits.tempts(self._oracle.question.family, step, self._searched)
        if tempted and self._rng.random() < self._habits.each:
            return self._stray(step)
        if self._rng.random() < self._noise.error:
            return _turn(step, self._rng.choice(_ERRORS), self._oracle.failed())
        return self._search(step) if step.tool == SEARCH else self._compute(step)

    def _stray(self, right: Step) -> list[Segment]:
        taken = detour(self._oracle, right, self._searched, self._rng, self._habits.taught)
        result, verdict = taken.result, taken.verdict
        if taken.query:
            again = taken.query in self._searched
            found = self._oracle.world.index.search(taken.query, limit=1)
            result = render(taken.query, found)
            verdict = taken.verdict if again else self._oracle.found(found, asked=False)
            self._searched.append(taken.query)
            self.stopped = verdict.stop
        return _turn(taken.step, result, verdict, planned=self._habits.taught)

    def _search(self, step: Step) -> list[Segment]:
        rng = self._rng
        slipped = _misspelt(step.command, rng) if rng.random() < self._noise.slip else ""
        query = slipped or step.command
        found = Found((), False) if rng.random() < self._noise.nothing else self._oracle.world.index.search(query)
        verdict = self._oracle.found(found)
        self._searched.append(query)
        self.stopped = verdict.stop
        return _turn(step, render(query, found), verdict, slipped)

    def _compute(self, step: Step) -> list[Segment]:
        question = self._oracle.question
        if step.tool == SOLVER and question.chains and self._rng.random() < self._noise.slip:
            wrong = _miscopied(step.command, self._rng)
            if (result := results.solve(wrong)) is not None:
                return _turn(step, result, Verdict(False, "The command is wrong."), wrong)
        result = self._oracle.run(step)
        verdict = self._oracle.computed(result)
        self.stopped = verdict.stop
        return _turn(step, result, verdict)


def trace(
    question: Question, world: World, rng: random.Random, noise: Noise, habits: Habits = NONE
) -> list[Segment] | None:
    """The oracle's transcript; None when the noise hid an answer that the wiki has."""
    oracle = Oracle(question, world)
    segments = [
        Segment(pocket.given("q", question.text)),
        Segment(pocket.written("ana", question.analysis), "ana"),
    ]
    turns = rng.randint(1, 3) if rng.random() < noise.spent else TURNS
    tracing = _Tracing(oracle, rng, noise, habits)
    for _ in range(turns):
        segments += tracing.turn()
        if tracing.stopped:
            break
    sentence, value = oracle.answer()
    if tracing.stopped and value != question.answer:
        return None
    return [*segments, Segment(pocket.written("ans", sentence, ("val", value)), "ans")]


def reply(question: Question, rng: random.Random) -> list[Segment]:
    """What the base generator's own call sees and writes: small talk it knows by heart, and nothing else."""
    if question.operation == "talk":
        text, answer = question.text, question.answer
    elif question.chains and rng.random() < 0.5:
        chain = rng.choice(question.chains)
        text, answer = f"What is the {chain.path[-1]} of {chain.subject}?", BY_HEART
    else:
        text, answer = question.command or question.text, BY_HEART
    return [Segment(pocket.given("q", text)), Segment(pocket.written("gen", answer), "gen")]


def drill(world: World, rng: random.Random) -> list[Segment]:
    """Reading practice: what an article says in random order, and now and then what it does not."""
    title = rng.choice([thing.title for thing in world.things.values() if thing.facts])
    thing = world.things[title]
    chosen = rng.sample(list(thing.facts), min(len(thing.facts), rng.randint(3, 6)))
    lines = [said(relation, title, thing.facts[relation]) for relation in chosen]
    absent = [relation for relation in KINDS[thing.kind] if relation not in thing.facts]
    lines += [unsaid(relation, title) for relation in rng.sample(absent, min(len(absent), rng.choice((0, 1, 1, 2))))]
    if rng.random() < 0.3:
        nouns = rng.choice((untold.THINGS, untold.PEOPLE))
        lines.append(unsaid(nouns.draw(rng, held=False), title))
    rng.shuffle(lines)
    result = render(title, world.index.search(title, limit=1))
    role = rng.choice(("ver", "ans"))
    return [Segment(pocket.given("res", result)), Segment(pocket.written(role, " ".join(lines)), role)]


def encode(segments: list[Segment], tokenizer: Tokenizer) -> Row:
    """Token ids, and which module writes each: a role's tag is given, the rest up to `<end>` is its own."""
    ids: list[int] = []
    roles: list[int] = []
    for segment, encoding in zip(segments, tokenizer.encode_batch([s.text for s in segments]), strict=True):
        ids += encoding.ids
        role = ROLES.index(segment.role) + 1 if segment.role else 0
        roles += [0, *[role] * (len(encoding.ids) - 1)]
    return Row(ids, roles)


@dataclass(frozen=True)
class Mix:
    """What a stream of transcripts holds: the share of reading drills, the families, what goes wrong, the habits."""

    drills: float = 0.0
    weights: tuple[float, ...] = WEIGHTS
    noise: Noise = Noise()
    habits: Habits = SEEN


def transcripts(world: World, rng: random.Random, count: int, mix: Mix) -> Iterator[list[Segment]]:
    """`count` transcripts of one world."""
    asker = Asker(world, rng, mix.weights, loose=True)
    while count > 0:
        if rng.random() < mix.drills:
            yield drill(world, rng)
        else:
            question = asker.ask()
            segments = trace(question, world, rng, mix.noise, mix.habits)
            if segments is None:
                continue
            yield segments
            if question.operation == "talk" or rng.random() < 0.06:
                yield reply(question, rng)
        count -= 1


def text_of(segments: list[Segment]) -> str:
    """The transcript as the engine would have written it."""
    return "".join(segment.text for segment in segments)

"""Oracle traces as segments of the Pocket dialect, and as token rows whose labels cover exactly the completions."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tokenizers import Tokenizer

from agentflow_core.prompts import pocket
from tools.wiki_index import Found, render
from training.pocket.oracle import SEARCH, Oracle, Step, Verdict
from training.pocket.questions import WEIGHTS, Asker, Question
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
    """How often the tools or the executor fail in a trace."""

    error: float = 0.03
    nothing: float = 0.02
    slip: float = 0.02


CLEAN = Noise(0.0, 0.0, 0.0)


def _turn(step: Step, result: str, verdict: Verdict, slipped: str | None = None) -> list[Segment]:
    """One turn; a slipped command stands in the transcript but nobody is trained to write it."""
    command = Segment(pocket.written("cmd", slipped or step.command), None if slipped else "cmd")
    return [
        Segment(pocket.written("plan", step.context, ("goal", step.goal), ("tool", step.tool)), "plan"),
        command,
        Segment(pocket.given("res", result)),
        Segment(pocket.written("ver", "STOP" if verdict.stop else "CONTINUE", ("why", verdict.reason)), "ver"),
    ]


def _misspelt(text: str, rng: random.Random) -> str:
    place = rng.randrange(len(text))
    return (text[:place] + rng.choice(("", rng.choice("aeiourstln"))) + text[place + 1 :]).strip() or text


def trace(question: Question, world: World, rng: random.Random, noise: Noise) -> list[Segment] | None:
    """The oracle's transcript, None when the noise used up the turns or hid an answer that the wiki has."""
    oracle = Oracle(question, world)
    segments = [
        Segment(pocket.given("q", question.text)),
        Segment(pocket.written("ana", question.analysis), "ana"),
    ]
    for _ in range(TURNS):
        step = oracle.next()
        if step is None:
            return None
        slipped = None
        if rng.random() < noise.error:
            result = rng.choice(_ERRORS)
            verdict = oracle.failed()
        elif step.tool == SEARCH:
            if rng.random() < noise.slip:
                slipped = _misspelt(step.command, rng)
            query = slipped or step.command
            found = Found((), False) if rng.random() < noise.nothing else world.index.search(query, limit=1)
            result, verdict = render(query, found), oracle.found(found)
        else:
            result = oracle.run(step)
            verdict = oracle.computed(result)
        segments += _turn(step, result, verdict, slipped)
        if verdict.stop:
            break
    sentence, value = oracle.answer()
    if value != question.answer:
        return None
    return [*segments, Segment(pocket.written("ans", sentence, ("val", value)), "ans")]


def reply(question: Question) -> list[Segment]:
    """What the base generator's own call sees and writes."""
    return [Segment(pocket.given("q", question.text)), Segment(pocket.written("gen", question.answer), "gen")]


def drill(world: World, rng: random.Random) -> list[Segment]:
    """Reading practice: the facts of an article in random order.

    What an article does not say is practised in whole traces only: an answer in here that says so would teach the
    generator to say it too, where the verifier should have stopped.
    """
    title = rng.choice([title for title, thing in world.things.items() if thing.facts])
    facts = world.things[title].facts
    chosen = rng.sample(list(facts), min(len(facts), rng.randint(4, 7)))
    lines = [f"The {relation} of {title} is {facts[relation]}." for relation in chosen]
    result = render(title, world.index.search(title, limit=1))
    return [Segment(pocket.given("res", result)), Segment(pocket.written("ans", " ".join(lines)), "ans")]


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
    """What a stream of transcripts holds: the share of reading drills, how often each family is asked, the noise."""

    drills: float = 0.0
    weights: tuple[float, ...] = WEIGHTS
    noise: Noise = Noise()


def transcripts(world: World, rng: random.Random, count: int, mix: Mix) -> Iterator[list[Segment]]:
    """`count` transcripts of one world."""
    asker = Asker(world, rng, mix.weights)
    while count > 0:
        if rng.random() < mix.drills:
            yield drill(world, rng)
        else:
            question = asker.ask()
            segments = trace(question, world, rng, mix.noise)
            if segments is None:
                continue
            yield segments
            if question.operation == "talk":
                yield reply(question)
        count -= 1


def text_of(segments: list[Segment]) -> str:
    """The transcript as the engine would have written it."""
    return "".join(segment.text for segment in segments)

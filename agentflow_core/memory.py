"""What modules see of the past: one entry a turn, append-only, deterministic, within a token budget.

Never the raw chat history (paper, section 3: the memory is explicit and structured). When the entries exceed the
budget, the oldest results are shortened first, each to the same floor, so an entry that was cut once does not change
again and the prompt's prefix stays cacheable; only then are the oldest turns left out. Every cut is marked.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agentflow_core.state import Turn

FLOOR_CHARACTERS = 300


@dataclass(frozen=True)
class Entry:
    """One turn as the modules see it. `stop` is None while the turn is being verified."""

    turn: int
    context: str
    sub_goal: str
    tool: str
    command: str
    result: str
    stop: bool | None
    reason: str

    @property
    def text(self) -> str:
        return "\n".join((self.context, self.sub_goal, self.tool, self.command, self.result, self.reason))


@dataclass(frozen=True)
class Memory:
    """Entries that fit; `left_out` counts the earliest turns that did not."""

    entries: tuple[Entry, ...] = ()
    left_out: int = 0


def entry(turn: Turn) -> Entry | None:
    """A turn as a memory entry; None while it has neither a result nor a failure."""
    if turn.result is None and turn.failure is None:
        return None
    return Entry(
        turn=turn.number,
        context=turn.plan.context if turn.plan else "",
        sub_goal=turn.plan.sub_goal if turn.plan else "",
        tool=turn.plan.tool if turn.plan else "",
        command=command_text(turn.command.arguments) if turn.command else "",
        result=turn.result.text if turn.result else f"Error: {turn.failure}",
        stop=turn.verdict.stop if turn.verdict else (False if turn.failure else None),
        reason=turn.verdict.reason if turn.verdict else turn.failure or "",
    )


def command_text(arguments: dict[str, object]) -> str:
    """A call's arguments on one line: the bare text of a single string argument, else JSON."""
    values = list(arguments.values())
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return json.dumps(arguments, ensure_ascii=False)


def entries_of(turns: Sequence[Turn]) -> list[Entry]:
    return [e for turn in turns if (e := entry(turn)) is not None]


def fits(entries: Sequence[Entry], tokens: int) -> bool:
    """Whether the bytes alone show that `entries` fit, as no token is shorter than a byte: then none are counted."""
    return sum(len(e.text.encode(errors="surrogatepass")) for e in entries) <= tokens


def build(entries: Sequence[Entry], tokens: int, count: Callable[[str], int]) -> Memory:
    """The memory of `entries` within `tokens`, as counted by the reading model's tokenizer."""
    if fits(entries, tokens):
        return Memory(tuple(entries))
    entries = list(entries)
    sizes = [count(e.text) for e in entries]
    for i, e in enumerate(entries):
        if sum(sizes) <= tokens:
            return Memory(tuple(entries))
        if len(e.result) > FLOOR_CHARACTERS:
            entries[i] = replace(e, result=shorten(e.result, FLOOR_CHARACTERS))
            sizes[i] = count(entries[i].text)
    left_out = 0
    while sum(sizes[left_out:]) > tokens and left_out < len(entries) - 1:
        left_out += 1
    return Memory(tuple(entries[left_out:]), left_out)


def shorten(text: str, characters: int) -> str:
    """The first `characters` of `text` with the cut marked; `text` itself when it is no longer than that."""
    if len(text) <= characters:
        return text
    return f"{text[:characters].rstrip()} … [shortened: {characters:,} of {len(text):,} characters]"

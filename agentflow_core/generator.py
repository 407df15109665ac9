"""The generator: writes the answer from memory, and says which turns it rests on."""

import re
from collections.abc import Sequence

from agentflow_core.errors import ParseFailure
from agentflow_core.events import Answer
from agentflow_core.memory import command_text
from agentflow_core.parsing import fields, strip_thinking
from agentflow_core.prompts import View, pocket
from agentflow_core.request import Request
from agentflow_core.state import Turn

LABELS = {"explanation": ("Explanation", "Process Summary"), "text": ("Answer", "Final Answer")}
_CITATION = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_NUMBER = re.compile(r"\d[\d,.]*\d")


def answer(view: View, turns: Sequence[Turn]) -> Request[Answer]:
    def parse(raw: str) -> Answer:
        text, explanation = (_pocket if view.dialect == "pocket" else _chat)(raw)
        if cited := _cited(f"{explanation} {text}", len(turns)):
            return Answer(text=text, explanation=explanation, steps=cited, cited=True)
        return Answer(text=text, explanation=explanation, steps=supporting(turns, text))

    return Request("generator", "answer", view, parse)


def supporting(turns: Sequence[Turn], text: str) -> tuple[int, ...]:
    """Turns whose results the answer can be traced to, found by containment from the last turn backwards.

    A turn supports the answer if its result contains the answer, or something that a supporting later turn was called
    with (a name, a number). Model-independent, and empty when the answer stands in no result.
    """
    wanted, steps = [text], []
    for turn in reversed(turns):
        if turn.result is None or turn.result.error or turn.command is None:
            continue
        if any(_contains(turn.result.text, needle) for needle in wanted):
            steps.append(turn.number)
            called = command_text(turn.command.arguments)
            wanted += [called, *_NUMBER.findall(called)]
    return tuple(sorted(steps))


def _contains(text: str, needle: str) -> bool:
    needle = needle.strip().casefold()
    return bool(needle) and re.search(rf"(?<!\w){re.escape(needle)}(?!\w)", text.casefold()) is not None


def _cited(text: str, turns: int) -> tuple[int, ...]:
    numbers = {int(n) for group in _CITATION.findall(text) for n in group.split(",")}
    return tuple(sorted(n for n in numbers if 1 <= n <= turns))


def _chat(raw: str) -> tuple[str, str]:
    """Text without an `Answer:` label is itself the answer: a generator's plain text is never thrown away."""
    text = strip_thinking(raw)
    if not text:
        raise ParseFailure("answer", "the text is empty")
    found = fields(text, LABELS, ())
    stated = re.sub(r"</?answer>", "", found.get("text", "")).strip()
    return (stated, found.get("explanation", "")) if stated else (text, "")


def _pocket(raw: str) -> tuple[str, str]:
    found = pocket.split(raw, ("val",))
    if not found.get("val"):
        raise ParseFailure("answer", "no <val> part was found in the text")
    return found["val"], found.get("", "")

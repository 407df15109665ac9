"""A recorded flow with everything a page can meet: two tools, a parse failure, a tool error, verdicts, an answer.

`RecordedFlow` plays it like the engine does, with the pieces of text in between; the events are real ones.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agentflow_core.control import Control
from agentflow_core.events import (
    ROLES,
    Analyzed,
    Answer,
    Answered,
    Budget,
    Command,
    Commanded,
    Event,
    FlowFinished,
    FlowStarted,
    ModelCall,
    ParseFailed,
    Phase,
    PhaseStarted,
    Plan,
    Planned,
    Role,
    TextDelta,
    ToolReturned,
    Verdict,
    Verified,
)
from agentflow_core.models.base import Completion, Message, Sampling
from tools.base import Source, ToolResult

QUESTION = "How much higher is Mount Fuji than the highest mountain of Germany?"
FUJI = (
    "Mount Fuji is a volcano in Japan. Its height is 3,776 metres. It last erupted in 1707 and is seen on clear days "
    "from Tokyo, about 100 kilometres away."
)
ZUGSPITZE = "The Zugspitze is a mountain in Germany. Its height is 2,962 metres. It is the highest mountain of Germany."


def call(role: Role, text: str, attempt: int = 1) -> ModelCall:
    """A model call that gave `text`."""
    return ModelCall(
        role=role,
        dialect="chat",
        messages=(
            Message(role="system", content=f"You are the {role} of a team that answers questions with tools."),
            Message(
                role="user", content=f"Question: {QUESTION}\n\nMemory:\n(what is known so far)\n\nNow do your part."
            ),
        ),
        sampling=Sampling(),
        completion=Completion(
            text=text,
            model="pocket",
            finish_reason="stop",
            prompt_tokens=160 + len(text),
            completion_tokens=max(1, len(text) // 4),
            prompt_ids=tuple(range(20)),
            completion_ids=(5, 6, 7),
            logprobs=(-0.1, -0.2, -0.3),
            seconds=0.21,
        ),
        attempt=attempt,
    )


class Recorder:
    """Numbers and dates events."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, kind: type[Any], **fields: Any) -> None:
        self.events.append(kind(seq=len(self.events), time=1_700_000_000.0 + 0.3 * len(self.events), **fields))

    def started(self, question: str = QUESTION) -> None:
        self.add(
            FlowStarted,
            question=question,
            models=dict.fromkeys(ROLES, "pocket"),
            tools=("base_generator", "math_solver", "wikipedia_search"),
            budget=Budget(turns=6),
            sampling=dict.fromkeys(ROLES, Sampling()),
        )

    def phase(self, turn: int, phase: Phase) -> None:
        self.add(PhaseStarted, turn=turn, phase=phase)

    def plan(self, turn: int, context: str, sub_goal: str, tool: str) -> None:
        self.phase(turn, "plan")
        text = f"Context: {context}\nSub-goal: {sub_goal}\nTool: {tool}"
        self.add(
            Planned, turn=turn, call=call("planner", text), plan=Plan(context=context, sub_goal=sub_goal, tool=tool)
        )

    def command(self, turn: int, arguments: dict[str, Any]) -> None:
        self.phase(turn, "command")
        self.add(Commanded, turn=turn, call=call("executor", str(arguments)), command=Command(arguments=arguments))

    def tool(self, turn: int, tool: str, arguments: dict[str, Any], result: ToolResult) -> None:
        self.phase(turn, "tool")
        self.add(ToolReturned, turn=turn, tool=tool, arguments=arguments, result=result, seconds=0.004)

    def verify(self, turn: int, stop: bool, reason: str) -> None:
        self.phase(turn, "verify")
        text = f"{'STOP' if stop else 'CONTINUE'}: {reason}"
        self.add(Verified, turn=turn, call=call("verifier", text), verdict=Verdict(stop=stop, reason=reason))

    def finish(self, answer: str, steps: tuple[int, ...]) -> None:
        self.phase(0, "answer")
        given = Answer(
            text=answer, explanation="Mount Fuji is 3,776 m high, the Zugspitze 2,962 m.", steps=steps, cited=True
        )
        self.add(Answered, call=call("generator", answer), answer=given)
        self.add(FlowFinished, status="answered", reason=f"Verified after {max(steps)} turns.", seconds=3.42)


def wiki(title: str, text: str) -> ToolResult:
    return ToolResult(
        text=f"{title}: {text}",
        data={"articles": [{"title": title, "text": text}], "source": "Pocket Wiki (offline)", "exact": True},
        sources=(Source(title=title, url=None),),
    )


def recorded(question: str = QUESTION, poison: str = "") -> list[Event]:
    """The whole flow; `poison` is put into every text that a model or a tool writes."""
    r = Recorder()
    r.started(question)
    r.phase(0, "analyze")
    analysis = f"Two heights are needed, then their difference. Find Mount Fuji, find the Zugspitze, subtract. {poison}"
    r.add(Analyzed, call=call("planner", analysis), analysis=analysis)
    r.plan(1, f"Nothing is known yet. {poison}", f"Find the height of Mount Fuji. {poison}", "wikipedia_search")
    r.command(1, {"query": f"Mount Fuji {poison}".strip()})
    r.tool(
        1,
        "wikipedia_search",
        {"query": f"Mount Fuji {poison}".strip()},
        wiki(f"Mount Fuji {poison}", f"{FUJI} {poison}"),
    )
    r.verify(1, False, f"The height of the Zugspitze is missing. {poison}")

    r.plan(2, "Mount Fuji is 3,776 metres high.", "Find the highest mountain of Germany.", "wikipedia_search")
    r.phase(2, "command")
    r.add(
        ParseFailed,
        turn=2,
        phase="command",
        call=call("executor", f'{{"query": "Zugspitze" {poison}'),
        field="arguments",
        problem=f"no closing brace {poison}",
    )
    r.add(
        Commanded,
        turn=2,
        call=call("executor", '{"query": "Zugspitze"}', 2),
        command=Command(arguments={"query": "Zugspitze"}),
    )
    r.tool(2, "wikipedia_search", {"query": "Zugspitze"}, wiki("Zugspitze", ZUGSPITZE))
    r.verify(2, False, "Both heights are known; the difference is missing.")

    r.plan(3, "3,776 and 2,962 metres.", "Subtract the two heights.", "python_coder")
    code = {"code": "fuji, zugspitze = 3776, 2962\nprint(fuji - zugspitz)"}
    r.command(3, code)
    r.tool(3, "python_coder", code, ToolResult.failed(f"NameError: name 'zugspitz' is not defined (line 2) {poison}"))
    r.verify(3, False, "The program failed.")

    r.plan(4, "3,776 and 2,962 metres.", "Subtract the two heights.", "math_solver")
    r.command(4, {"problem": "3776 - 2962"})
    r.tool(4, "math_solver", {"problem": "3776 - 2962"}, ToolResult(text="814"))
    r.verify(4, True, "The difference is calculated from both heights.")
    r.finish(f"Mount Fuji is 814 metres higher than the Zugspitze. {poison}".strip(), (1, 2, 4))
    return r.events


def live(events: list[Event], piece: int = 9) -> Iterator[Event]:
    """The events with the text deltas that the engine streams before them."""
    for event in events:
        made = getattr(event, "call", None)
        if made is not None:
            turn, phase = getattr(event, "turn", 0), PHASE_OF.get(event.type) or getattr(event, "phase", "plan")
            text = made.completion.text
            for at in range(0, len(text), piece):
                yield TextDelta(seq=event.seq - 1, time=event.time, turn=turn, phase=phase, text=text[at : at + piece])
        yield event


PHASE_OF: dict[str, Phase] = {
    "analyzed": "analyze",
    "planned": "plan",
    "commanded": "command",
    "verified": "verify",
    "answered": "answer",
}


@dataclass
class RecordedFlow:
    """Plays a recorded flow, `delay` seconds before each event and each piece of text; obeys `control.stop`."""

    delay: float = 0.0
    poison: str = ""

    async def run(
        self,
        question: str = "",
        *,
        budget: Budget | None = None,
        start: Sequence[Event] = (),
        control: Control | None = None,
    ) -> AsyncIterator[Event]:
        began = time.time()
        seen = -1
        for event in live(recorded(question, self.poison)):
            await asyncio.sleep(self.delay)
            if control is not None and control.stopping:
                yield FlowFinished(
                    seq=seen + 1, time=time.time(), status="cancelled", reason="Stopped by hand.", seconds=1.0
                )
                return
            if event.type != "text_delta":
                seen = event.seq
            yield event.model_copy(update={"time": began + event.time - 1_700_000_000.0})

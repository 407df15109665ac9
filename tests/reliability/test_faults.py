"""Five hundred flows on a server that fails one call in ten: none is lost, each comes to its own right answer."""

import asyncio
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agentflow_core import AgentFlow, Budget, FlowState, RunStore
from agentflow_core.events import ROLES, Event
from agentflow_core.models import openai_errors
from agentflow_core.models.openai_model import OpenAIModel
from tests.agentflow_core.flows import Echo
from tests.stub_server import Reply, stub_server
from tools.base import ToolSettings
from tools.toolbox import Toolbox

FLOWS = 500
AT_ONCE = 50
FAULTS = 0.1
KINDS = ("reset", "429", "500", "drip", "malformed", "cut", "silence")
SILENCE = 3.0
"""Seconds that the client bears; the server's silence lasts until the client leaves."""
LAST = 6
"""Times a flow is taken up again at most; chance alone needs two or three."""

PLAN = "Context: none\nSub-Goal: find item {n}\nTool Name: echo"
STOP = '{{"reason": "item {n} is there", "verdict": "STOP"}}'
ANSWER = "Explanation: [1]\nAnswer: item {n}"


def said(prompt: str) -> str:
    """What the role whose instruction comes last writes about the question's number."""
    asked = re.search(r"item number (\d+)", prompt)
    assert asked is not None
    for mark, text in (
        ("You are the executor", '{{"text": "item {n}"}}'),
        ("You are the verifier", STOP),
        ("You are the generator", ANSWER),
        ("This is turn", PLAN),
    ):
        if mark in prompt:
            return text.format(n=asked[1])
    return f"Find item {asked[1]}."


class Unreliable:
    """Replies as asked, or with one of the faults; `met` counts them."""

    def __init__(self) -> None:
        self._rng = random.Random(500)
        self.met: Counter[str] = Counter()

    def __call__(self, body: dict[str, Any]) -> Reply:
        text = said(body["messages"][-1]["content"])
        if self._rng.random() >= FAULTS:
            return Reply(text=text, piece=40)
        kind = self._rng.choice(KINDS)
        self.met[kind] += 1
        match kind:
            case "reset":
                return Reply(text=text, piece=8, break_after=self._rng.randrange(3))
            case "429":
                return Reply(status=429, error="slow down", headers={"retry-after": "0"})
            case "500":
                return Reply(status=500, error="boom")
            case "drip":
                return Reply(text=text, piece=1, pause=0.01)
            case "silence":
                return Reply(text=text, piece=8, silent_after=self._rng.randrange(2))
            case "cut":
                return Reply(text=text, piece=8, finish=None, usage=False)
            case _:
                return Reply(raw=b'data: {"choices": [{"delta": {"content": \n\ndata: {]\n\n')


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Backing off is decided as ever, only the waiting itself is short."""
    decide = openai_errors.wait_before_retry

    def shortly(error: Exception, attempt: int) -> float | None:
        return None if decide(error, attempt) is None else 0.001

    monkeypatch.setattr(openai_errors, "wait_before_retry", shortly)


async def test_none_of_500_flows_is_lost(tmp_path: Path, quick: None) -> None:
    store = RunStore(tmp_path / "runs.sqlite")
    server = Unreliable()
    slots = asyncio.Semaphore(AT_ONCE)
    again: Counter[int] = Counter()

    async with stub_server() as stub:
        stub.reply = server
        model = OpenAIModel("stub", stub.url, max_retries=2, timeout=SILENCE)
        box = Toolbox([Echo(ToolSettings())])
        flow = AgentFlow(dict.fromkeys(ROLES, model), box, budget=Budget(turns=2, seconds=600))

        async def one(number: int) -> None:
            run, start = f"run-{number}", list[Event]()
            async with slots:
                for tried in range(LAST):
                    events = flow.run(f"What is item number {number}?", start=start)
                    last = [event async for event in store.record(run, events)][-1]
                    assert last.type == "flow_finished"
                    start = store.events(run)
                    if last.status != "failed":
                        again[tried] += 1
                        return
                    assert last.error == "ModelUnavailable", last.reason
                    assert "resume" in last.reason.lower()

        await asyncio.gather(*(one(number) for number in range(FLOWS)))
        await model.close()

    assert again.total() == FLOWS, f"flows that were never done: {again}"
    for number in range(FLOWS):
        events = store.events(f"run-{number}")
        state = FlowState.fold(events)
        assert state.status == "answered"
        assert state.answer is not None and state.answer.text == f"item {number}"
        assert [event.seq for event in events] == list(range(len(events)))
    assert set(server.met) == set(KINDS)
    assert server.met.total() > 0.05 * FLOWS * 5, "one call in ten met a fault"
    assert sum(again[tried] for tried in again if tried) > 10, "and some flows had to be taken up again"

"""The server dies in the middle of a flow: the flow says so, keeps what it has, and goes on when the server is back."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentflow_core.events import Event, FlowFinished, Planned
from tests.vllm.conftest import Server, started
from tests.vllm.test_vllm import answer, flow

QUESTION = "How high is the highest mountain of Germany?"


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Server]:
    with started(tmp_path) as server:
        yield server


async def test_a_killed_server_ends_the_flow_with_a_reason_and_resume_goes_on(mortal: Server) -> None:
    seen: list[Event] = []
    async for event in flow(mortal).run(QUESTION):
        seen.append(event)
        if isinstance(event, Planned) and mortal.process is not None:
            await asyncio.to_thread(mortal.kill)
    end = seen[-1]
    assert isinstance(end, FlowFinished) and end.status == "failed" and end.error == "ModelUnavailable"
    assert mortal.url.removesuffix("/v1") in end.reason
    planned = [event for event in seen if isinstance(event, Planned)]
    assert len(planned) == 1

    await asyncio.to_thread(mortal.start)
    kept = [event for event in seen if event.type != "text_delta"]
    again = [event async for event in flow(mortal).run(start=kept)]
    assert not any(isinstance(event, Planned) and event.turn == planned[0].turn for event in again)
    done = again[-1]
    assert isinstance(done, FlowFinished) and done.status in ("answered", "unanswered", "budget"), done.reason
    assert answer([*kept, *again])

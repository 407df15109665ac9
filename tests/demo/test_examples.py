"""The examples on the page, answered by the embedded model: a newcomer's first click must not disappoint."""

import asyncio

import pytest

from agentflow_core import AgentFlow, Settings, assemble
from agentflow_core.models import ModelPool
from demo.look import EXAMPLES

ANSWERS = ("Paris", "2,962 m", "126", "Danube", "5753", "Hello!")


@pytest.mark.parametrize(("question", "answer"), list(zip(EXAMPLES, ANSWERS, strict=True)))
def test_pocket_answers_the_examples(question: str, answer: str) -> None:
    assert asyncio.run(asked(question)).startswith(answer)


async def asked(question: str) -> str:
    pool = ModelPool()
    flow: AgentFlow = assemble(Settings(_env_file=None), pool=pool)  # type: ignore[call-arg]
    answers = [event.answer.text async for event in flow.run(question) if event.type == "answered"]
    await pool.close()
    return answers[-1]

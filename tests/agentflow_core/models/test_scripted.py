"""The scripted double keeps the contract of a language model."""

import pytest

from agentflow_core.models import ScriptedModel
from tests.agentflow_core.models.calls import ask


async def test_says_its_lines_in_order_and_records_the_calls() -> None:
    model = ScriptedModel(["first line of text", ValueError("no"), "third"], piece=6)
    deltas, completion = await ask(model, "one", max_tokens=9)
    assert deltas == ["first ", "line o", "f text"]
    assert completion.text == "first line of text"
    with pytest.raises(ValueError, match="no"):
        await ask(model, "two")
    _, completion = await ask(model, "three")
    assert completion.text == "third"
    assert [call[0].content for call in model.calls] == ["one", "two", "three"]
    assert model.samplings[0].max_tokens == 9
    with pytest.raises(IndexError, match="call 4"):
        await ask(model, "four")


async def test_a_function_answers_by_the_messages() -> None:
    model = ScriptedModel(lambda messages: messages[-1].content.upper())
    _, completion = await ask(model, "abc")
    assert completion.text == "ABC"


async def test_an_empty_answer_has_no_deltas() -> None:
    deltas, completion = await ask(ScriptedModel([""]), "abc")
    assert (deltas, completion.text) == ([], "")

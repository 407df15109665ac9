"""base_generator passes the query to the tools' model and gives its reply."""

from tools.base import ToolContext, ToolSettings
from tools.base_generator import BaseGenerator, BaseGeneratorInput


async def test_the_reply_is_the_models() -> None:
    asked: list[str] = []

    async def model(prompt: str) -> str:
        asked.append(prompt)
        return " Because of scattering.\n"

    result = await BaseGenerator(ToolSettings()).run(BaseGeneratorInput(query="Why blue?"), ToolContext(ask=model))
    assert (result.text, result.error, asked) == ("Because of scattering.", None, ["Why blue?"])


async def test_an_empty_reply_is_a_failure() -> None:
    async def model(prompt: str) -> str:
        return " \n"

    result = await BaseGenerator(ToolSettings()).run(BaseGeneratorInput(query="Why?"), ToolContext(ask=model))
    assert result.error and "empty reply" in result.error

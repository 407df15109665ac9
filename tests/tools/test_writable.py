"""Half characters, as JSON may spell them, never reach what must be stored or sent on."""

import json

from tests.tools.context import context
from tools.base import Source, Tool, ToolContext, ToolInput, ToolResult, ToolSettings
from tools.toolbox import Toolbox
from tools.writable import writable, writable_data


def test_halves_are_joined_or_replaced_and_the_rest_is_left_alone() -> None:
    assert writable("plain ✔ 😀") == "plain ✔ 😀"
    assert writable("\ud83d\ude00") == "😀"
    assert writable("a\ud83d b\ude00") == "a\ufffd b\ufffd"
    assert writable_data(json.loads('{"\\ud800": ["\\udfff", 1, null]}')) == {"\ufffd": ["\ufffd", 1, None]}
    assert writable_data({"a": ("\ud800", 1.5, True)}) == {"a": ("\ufffd", 1.5, True)}


class Odd(Tool[ToolInput]):
    name = "odd"
    description = "Gives half characters."
    input_model = ToolInput
    main_field = ""

    async def run(self, arguments: ToolInput, context: ToolContext) -> ToolResult:
        return ToolResult(text="\ud800", data={"\ud800": "\udfff"}, sources=(Source(title="\ud800"),), error="\ud800")


async def test_a_tools_result_can_always_be_stored() -> None:
    result = await Toolbox([Odd(ToolSettings())]).call("odd", {}, context())
    assert ToolResult.model_validate_json(result.model_dump_json()) == result
    assert (result.text, result.error, result.data) == ("\ufffd", "\ufffd", {"\ufffd": "\ufffd"})

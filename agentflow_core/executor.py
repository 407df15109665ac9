"""The executor: writes the arguments for the chosen tool. Data for an input model, never code to exec."""

from typing import Any

from pydantic import ValidationError

from agentflow_core.errors import ParseFailure
from agentflow_core.events import Command
from agentflow_core.parsing import fenced, json_object, strip_thinking
from agentflow_core.prompts import View, pocket
from agentflow_core.request import Request
from tools.base import Tool


def command(view: View, tool: Tool[Any]) -> Request[Command]:
    def parse(raw: str) -> Command:
        return validated(tool, _arguments(raw, view, tool))

    return Request("executor", "command", view, parse, view.tool.input_schema if view.tool else None)


def validated(tool: Tool[Any], arguments: dict[str, Any]) -> Command:
    """Arguments checked against the tool's input model. Raises `ParseFailure` naming the argument."""
    try:
        tool.input_model.model_validate(arguments)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or tool.main_field
        raise ParseFailure(f"arguments.{name}", first["msg"]) from error
    return Command(arguments=arguments)


def _arguments(raw: str, view: View, tool: Tool[Any]) -> dict[str, Any]:
    """JSON, or a fenced block for the tool's main field; in the Pocket dialect the bare main field."""
    if view.dialect == "pocket":
        text = raw.split(pocket.END, 1)[0].strip()
        if not text:
            raise ParseFailure(f"arguments.{tool.main_field}", "the text is empty")
        return {tool.main_field: text}
    text = strip_thinking(raw)
    found = json_object(text)
    if found is not None:
        inner = found.get("arguments")
        return inner if isinstance(inner, dict) and "arguments" not in tool.input_model.model_fields else found
    if (block := fenced(text)) is not None:
        return {tool.main_field: block}
    raise ParseFailure("arguments", "no JSON object was found in the text")

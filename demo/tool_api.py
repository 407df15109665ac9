"""Each tool of this project as an endpoint and an MCP tool of its own: `/math_solver`, `/web_page` and so on.

Made from what the tool says of itself, so that a new tool needs nothing here. A call counts as a flow does: it has a
place in line and the visitor's limits. Programs come straight from strangers here, so that none runs where the sandbox
cannot keep all its promises, whatever the operator chose for flows.
"""

import inspect
from typing import Any

import gradio as gr
from gradio.events import api

from agentflow_core.assemble import offered_tools
from agentflow_core.errors import AgentFlowError
from demo.api import Given, as_json, from_mcp, without_files
from demo.handlers import Handlers, Options
from tools.base import Tool, ToolResult
from tools.toolbox import find


def add_tools(handlers: Handlers) -> list[str]:
    """Adds the project's own tools to the page under construction, as far as it offers them; gives their names.

    Tools of MCP servers are not passed on: their servers are the operator's.
    """
    offered = offered_tools(handlers.settings)
    kinds = [kind for kind in find() if kind.name in offered]
    strict = handlers.with_settings(code_strict=True)
    for kind in kinds:
        api(_endpoint(kind, strict), api_name=kind.name, concurrency_limit=None)
    return [kind.name for kind in kinds]


def _endpoint(kind: type[Tool[Any]], handlers: Handlers) -> Any:
    """A function with the tool's name, description and arguments, which is what Gradio looks at."""

    async def call(request: gr.Request, *given: Any) -> Given:
        arguments = dict(zip(kind.input_model.model_fields, given, strict=True))
        try:
            result = await _call(handlers, kind.name, arguments, handlers.visitor(request))
        except AgentFlowError as error:
            raise gr.Error(str(error), print_exception=False) from error
        if not from_mcp(request):
            return without_files(result.model_dump(mode="json"))
        if result.error:
            raise gr.Error(result.error, print_exception=False)
        return as_json(result.model_dump(mode="json", exclude={"data", "images", "error"}))

    fields = kind.input_model.model_fields
    given = [
        inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            annotation=field.annotation,
            default=inspect.Parameter.empty if field.is_required() else field.get_default(call_default_factory=True),
        )
        for name, field in fields.items()
    ]
    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request)
    call.__signature__ = inspect.Signature([request, *given], return_annotation=Given)  # type: ignore[attr-defined]
    call.__annotations__ = {one.name: one.annotation for one in (request, *given)} | {"return": Given}
    described = [f"    {name}: {' '.join((field.description or '').split())}" for name, field in fields.items()]
    call.__doc__ = "\n".join([f"{kind.description} {kind.limitations}", "", "Args:", *described])
    call.__name__ = kind.name
    return call


async def _call(handlers: Handlers, name: str, arguments: dict[str, Any], visitor: str) -> ToolResult:
    """One call, once its turn has come. Raises `BadInput` at a limit, and the errors of the page's own model."""
    async with handlers.registry.place(visitor):
        flow, pool, budget = await handlers.prepared(Options({}, {}, [name]))
        try:
            return await flow.call_tool(name, arguments, budget.tool_seconds)
        finally:
            await pool.close()

"""An MCP server's tool as a tool of ours: its schema checks the arguments, its reply becomes a result."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import referencing
import referencing.exceptions
from jsonschema.exceptions import SchemaError, best_match
from jsonschema.validators import extend, validator_for
from mcp.types import (
    AudioContent,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)
from mcp.types import Tool as Offered
from pydantic import ConfigDict, model_validator

from tools.base import Source, Tool, ToolContext, ToolInput, ToolResult, ToolSettings
from tools.mcp.config import McpError

DESCRIPTION_CHARACTERS = 2_000
SCHEMA_CHARACTERS = 50_000
"""Every planner reads it."""
MOST_SOURCES = 20

Call = Callable[[str, str, dict[str, Any]], Awaitable[CallToolResult]]


class McpInput(ToolInput):
    """Arguments that the server's own JSON schema describes and checks."""

    model_config = ConfigDict(extra="allow")
    schema_: ClassVar[dict[str, Any]] = {}

    @model_validator(mode="before")
    @classmethod
    def _check(cls, value: Any) -> Any:
        # A registry of its own, so that a schema's reference to some address is never fetched.
        validator = _validator(cls.schema_)(cls.schema_, registry=referencing.Registry())
        try:
            slip = best_match(validator.iter_errors(value))
        except referencing.exceptions.Unresolvable as error:
            raise ValueError(f"the tool's schema rests on {error.ref}, which is not fetched") from error
        except RecursionError as error:
            raise ValueError("the tool's schema rests on itself, or the arguments are nested too deep") from error
        if slip is not None:
            place = ".".join(str(part) for part in slip.absolute_path)
            raise ValueError(f"{place}: {slip.message}" if place else slip.message)
        return value

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """The server's schema, as it wrote it."""
        return cls.schema_


class McpTool(Tool[McpInput]):
    """One tool of one server; made by `make_tool`, never found by the toolbox."""

    limitations = "Provided by another program; what it returns is not checked."
    server: ClassVar[str]
    remote_name: ClassVar[str]

    def __init__(self, settings: ToolSettings, call: Call) -> None:
        super().__init__(settings)
        self._call = call

    async def run(self, arguments: McpInput, context: ToolContext) -> ToolResult:
        """The server's reply as text."""
        try:
            reply = await self._call(self.server, self.remote_name, dict(arguments.model_extra or {}))
        except McpError as error:
            return ToolResult.failed(f"{error}. Use another tool, or try again later.")
        return _result(reply, self.server, self.settings.result_bytes)


def make_tool(call: Call, server: str, offered: Offered, settings: ToolSettings) -> McpTool:
    """A tool named after its server and itself. Raises McpError for a schema that is none."""
    schema = {"type": "object", "properties": {}, **offered.inputSchema}
    try:
        validator_for(schema).check_schema(schema)
    except SchemaError as error:
        raise McpError(
            f"the tool {offered.name!r} of the MCP server {server!r} has a bad schema: {error.message}"
        ) from error
    if (size := len(json.dumps(schema))) > SCHEMA_CHARACTERS:
        raise McpError(
            f"the tool {offered.name!r} of the MCP server {server!r} has a schema of {size:,} characters; "
            f"at most {SCHEMA_CHARACTERS:,} are taken: name the tools to take in `tools`"
        )
    properties = list(schema["properties"])
    told = " ".join((offered.description or offered.title or offered.name).split())
    members = {
        "name": tool_name(server, offered.name),
        "description": told[:DESCRIPTION_CHARACTERS],
        "input_model": type("Input", (McpInput,), {"schema_": schema, "__module__": __name__}),
        "main_field": next(iter([*schema.get("required", []), *properties]), ""),
        "server": server,
        "remote_name": offered.name,
    }
    kind: type[McpTool] = type("ServerTool", (McpTool,), {**members, "__module__": __name__})
    return kind(settings, call)


def _validator(schema: dict[str, Any]) -> Any:
    """Without regular expressions: one that never ends would stop everything here. The server checks those itself."""
    return extend(validator_for(schema), {"pattern": None, "patternProperties": None})


def tool_name(server: str, tool: str) -> str:
    """`server_tool`, in the letters that tool names have here."""
    return re.sub(r"[^a-z0-9]+", "_", f"{server}_{tool}".casefold()).strip("_")


def _result(reply: CallToolResult, server: str, limit: int) -> ToolResult:
    parts: list[str] = []
    sources: list[Source] = []
    for block in reply.content:
        match block:
            case TextContent():
                parts.append(block.text)
            case ResourceLink():
                sources.append(Source(title=block.title or block.name, url=str(block.uri)))
                parts.append(f"{block.name}: {block.uri}")
            case EmbeddedResource(resource=TextResourceContents() as resource):
                parts.append(resource.text)
            case ImageContent() | AudioContent():
                parts.append(f"[{block.type}, {block.mimeType}: not shown]")
            case _:
                parts.append("[binary data: not shown]")
    text = "\n".join(part for part in parts if part.strip())
    structured = json.dumps(reply.structuredContent, ensure_ascii=False) if reply.structuredContent else ""
    text = text or structured
    if reply.isError:
        return ToolResult.failed(text or f"the MCP server {server!r} reported an error without saying which")
    data = {"server": server, "structured": reply.structuredContent if len(structured) <= limit else None}
    return ToolResult(text=text or "(the tool returned nothing)", data=data, sources=tuple(sources[:MOST_SOURCES]))

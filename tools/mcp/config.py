"""Which MCP servers to use: the `mcpServers` JSON that other MCP clients read too, as text or as a file's path.

    {"mcpServers": {"time": {"command": "uvx", "args": ["mcp-server-time"]},
                    "docs": {"url": "https://example.org/mcp", "headers": {"Authorization": "Bearer ..."}}}}

`tools` beside `command` or `url` takes only the tools named there.
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError

from tools.toolbox import BadTool

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$")]


class McpError(BadTool):
    """A server's configuration, start or reply cannot be used: the message names the server and what to do."""


class _Server(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    tools: tuple[str, ...] | None = None


class StdioServer(_Server):
    """A program that speaks MCP on its standard input and output. It gets `env` and little else of ours."""

    command: str = Field(min_length=1)
    args: tuple[str, ...] = ()
    env: dict[str, SecretStr] = Field(default_factory=dict)
    cwd: Path | None = None


class HttpServer(_Server):
    """A server that speaks MCP over streamable HTTP. The operator chose it, so it may be a private one."""

    url: str = Field(pattern=r"^https?://")
    headers: dict[str, SecretStr] = Field(default_factory=dict)


Server = StdioServer | HttpServer


class _Config(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    servers: dict[Name, Server] = Field(alias="mcpServers")


def read_config(text: str) -> dict[str, Server]:
    """The servers of a configuration, given as JSON or as the path of a JSON file. Raises McpError."""
    where = "the MCP configuration"
    if not text.lstrip().startswith("{"):
        where = f"the MCP configuration {text}"
        try:
            text = Path(text).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise McpError(f"{where} cannot be read: {error}") from error
    try:
        return dict(_Config.model_validate_json(text).servers)
    except ValidationError as error:
        slip = error.errors(include_url=False, include_input=False)[0]  # inputs may be keys
        place = ".".join(str(part) for part in slip["loc"]) or "it"
        raise McpError(f"{where} cannot be used: {place}: {slip['msg']}") from None

"""A real MCP server for tests: `server.py` speaks on its standard input and output, `server.py PORT` over HTTP."""

import os
import sys
import time

from mcp.server.fastmcp import FastMCP, Image
from mcp.types import CallToolResult, TextContent

server = FastMCP("test", host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else 0, log_level="ERROR")


@server.tool()
def add(a: int, b: int = 1) -> int:
    """Adds two numbers."""
    return a + b


@server.tool(name="say-Hello", description="Greets   someone,\n\npolitely.")
def hello(name: str) -> str:
    return f"Hello, {name}."


@server.tool()
def fail(reason: str) -> str:
    """Always fails."""
    raise ValueError(reason)


@server.tool()
def picture() -> Image:
    """Gives an image."""
    return Image(data=b"\x89PNG", format="png")


@server.tool()
def environment() -> list[str]:
    """The names of the variables that the server's program was given."""
    return sorted(os.environ)


@server.tool()
def die() -> CallToolResult:
    """Ends the server's program at once."""
    os._exit(1)


@server.tool()
def pid() -> CallToolResult:
    """The number of the server's process."""
    return CallToolResult(content=[TextContent(type="text", text=str(os.getpid()))])


@server.tool()
def sleep(seconds: float) -> str:
    """Takes its time."""
    time.sleep(seconds)
    return "done"


if __name__ == "__main__":
    server.run("streamable-http" if len(sys.argv) > 1 else "stdio")

"""All MCP connections of the process, on an event loop of their own in a background thread.

Flows run on loops that come and go, and the toolbox is made where no loop runs; a server's session outlives both.
"""

import asyncio
import atexit
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any, TypeVar

from mcp.types import CallToolResult

from tools.base import Tool, ToolSettings
from tools.mcp.config import Server, read_config
from tools.mcp.connection import Connection
from tools.mcp.tool import make_tool

CLOSE_SECONDS = 5.0

Result = TypeVar("Result")


@cache
def shared_hub(config: str) -> "Hub":
    """The process's connections for one configuration; closed when the process ends. Raises McpError."""
    hub = Hub(read_config(config))
    atexit.register(hub.close)
    return hub


class Hub:
    """Connections to `servers`, none made before it is needed."""

    def __init__(self, servers: dict[str, Server]) -> None:
        self._servers = servers
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connections: dict[str, Connection] = {}
        self._tools: list[Tool[Any]] | None = None

    def tools(self, settings: ToolSettings) -> list[Tool[Any]]:
        """The servers' tools, asked for once. Waits for the servers. Raises McpError."""
        with self._lock:
            if self._tools is None:
                self._tools = self._submit(self._list(settings)).result()
            return self._tools

    async def call(self, server: str, tool: str, arguments: dict[str, Any]) -> CallToolResult:
        """What the server answers. Raises McpError."""
        return await asyncio.wrap_future(self._submit(self._connection(server).call(tool, arguments)))

    def close(self) -> None:
        """Ends all servers' programs and connections."""
        if self._loop is None:
            return
        closing = self._submit(self._close())
        try:
            closing.result(CLOSE_SECONDS)
        except TimeoutError:
            closing.cancel()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._loop, self._connections, self._tools = None, {}, None

    async def _list(self, settings: ToolSettings) -> list[Tool[Any]]:
        names = list(self._servers)
        offered = await asyncio.gather(*(self._connection(name).tools() for name in names))
        return [
            make_tool(self.call, name, tool, settings)
            for name, found in zip(names, offered, strict=True)
            for tool in found
        ]

    async def _close(self) -> None:
        await asyncio.gather(*(connection.close() for connection in self._connections.values()))

    def _connection(self, name: str) -> Connection:
        return self._connections.setdefault(name, Connection(name, self._servers[name]))

    def _submit(self, work: Coroutine[None, None, Result]) -> Future[Result]:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=_run, args=(self._loop,), name="mcp", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    loop.close()

"""One MCP server: connected when first needed, kept, and connected again when it went away.

The official client's transports must be entered and left in one task, so each connection is a task that holds the
session open until it is told to stop or the server ends.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
from mcp import ClientSession
from mcp import McpError as ProtocolError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CONNECTION_CLOSED, CallToolResult, Tool
from pydantic import ValidationError

from tools.mcp.config import HttpServer, McpError, Server
from tools.mcp.stdio import ReplyTooLong, program

log = logging.getLogger(__name__)

START_SECONDS = 30.0
HTTP_SECONDS = 30.0
MOST_TOOLS = 200
MOST_UNANSWERED = 3
CLOSED = (CONNECTION_CLOSED, "Connection closed")
"""What the client itself says when a server has ended; servers use the same code for errors of their own."""
GONE = (anyio.ClosedResourceError, anyio.BrokenResourceError, anyio.EndOfStream, OSError, httpx.HTTPError)


class Connection:
    """Lives on one event loop. Every method raises McpError with the server's name in it."""

    def __init__(self, name: str, server: Server) -> None:
        self._name, self._server = name, server
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._session: ClientSession | None = None
        self._unanswered = 0
        """Calls that ran out of time since the last reply."""

    async def tools(self) -> list[Tool]:
        """What the server offers, of that what the configuration takes."""
        session = await self._open()
        found: list[Tool] = []
        cursor: str | None = None
        try:
            async with asyncio.timeout(START_SECONDS):
                while len(found) < MOST_TOOLS:
                    page = await session.list_tools(cursor)
                    found += page.tools
                    if (cursor := page.nextCursor) is None:
                        break
        except (TimeoutError, ProtocolError, ValidationError, *GONE) as error:
            raise self._failure("did not list its tools", error) from error
        if self._server.tools is None:
            return found
        known = {tool.name: tool for tool in found}
        if missing := [name for name in self._server.tools if name not in known]:
            raise McpError(f"the MCP server {self._name!r} has no tool {missing[0]!r}; it has {', '.join(known)}")
        return [known[name] for name in self._server.tools]

    async def call(self, tool: str, arguments: dict[str, Any]) -> CallToolResult:
        """Calls a tool. A server that had gone is connected again; one that ends during the call is not asked twice."""
        if self._unanswered >= MOST_UNANSWERED:
            log.warning(
                "the MCP server %s did not answer %d calls in time: starting it again", self._name, MOST_UNANSWERED
            )
            await self.close()
        session = await self._open()
        try:
            reply = await self._ask(session, tool, arguments)
            self._unanswered = 0
            return reply
        except asyncio.CancelledError:
            self._unanswered += 1
            raise
        except ValidationError as error:
            raise McpError(f"the MCP server {self._name!r} answered {tool} with what is no tool's result") from error
        except GONE:
            if isinstance(reason := await self.close(), ReplyTooLong):
                raise self._failure(f"was ended during the call of {tool}", reason) from None
            log.info("the MCP server %s has gone, connecting again", self._name)
        except ProtocolError as error:
            self._unanswered = 0
            if (error.error.code, error.error.message) != CLOSED:
                raise self._failure(f"refused the call of {tool}", error) from error
            reason = await self.close() or error
            raise self._failure(f"ended during the call of {tool}; the next call starts it again", reason) from error
        session = await self._open()
        try:
            return await self._ask(session, tool, arguments)
        except (ProtocolError, ValidationError, *GONE) as error:
            raise self._failure(f"did not answer the call of {tool}", error) from error

    async def _ask(self, session: ClientSession, tool: str, arguments: dict[str, Any]) -> CallToolResult:
        """The reply, or an error of GONE when the connection breaks before the call was sent: the client would wait."""
        assert self._task is not None  # there is a session
        held, stop = self._task, self._stop
        asked = asyncio.ensure_future(session.call_tool(tool, arguments))
        both: set[asyncio.Future[Any]] = {asked, held}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if asked.done():
                return asked.result()
        finally:
            asked.cancel()
        if stop.is_set():
            raise McpError(f"the MCP server {self._name!r} was started again during the call of {tool}")
        raise anyio.ClosedResourceError

    async def close(self) -> BaseException | None:
        """Ends the server's program, or the connection to it. Gives what it had broken on."""
        if self._task is None:
            return None
        self._stop.set()
        (reason,) = await asyncio.gather(self._task, return_exceptions=True)
        self._task = self._session = None
        self._unanswered = 0
        return _first(reason) if reason else None

    async def _open(self) -> ClientSession:
        async with self._lock:
            if self._session is not None and self._task is not None and not self._task.done():
                return self._session
            ready: asyncio.Future[ClientSession] = asyncio.get_running_loop().create_future()
            self._stop = asyncio.Event()
            self._task = asyncio.create_task(self._hold(ready))
            started: set[asyncio.Future[Any]] = {ready, self._task}
            await asyncio.wait(started, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not ready.done():
                problem = self._task.exception() if self._task.done() else TimeoutError()
                self._task.cancel()
                await asyncio.gather(self._task, return_exceptions=True)
                raise self._failure("cannot be reached", problem)
            self._session = ready.result()
            return self._session

    async def _hold(self, ready: asyncio.Future[ClientSession]) -> None:
        async with _streams(self._server) as (reading, writing), ClientSession(reading, writing) as session:
            await session.initialize()
            ready.set_result(session)
            await self._stop.wait()

    def _failure(self, what: str, error: BaseException | None) -> McpError:
        error = error and _first(error)
        reason = f"{type(error).__name__}: {error}" if str(error or "") else type(error).__name__
        return McpError(f"the MCP server {self._name!r} {what} ({reason[:300]})")


def _first(error: BaseException) -> BaseException:
    """The error itself, out of the groups that nested tasks wrap it in."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


@asynccontextmanager
async def _streams(server: Server) -> AsyncIterator[tuple[Any, Any]]:
    if isinstance(server, HttpServer):
        headers = {name: value.get_secret_value() for name, value in server.headers.items()}
        timeout = httpx.Timeout(HTTP_SECONDS, read=None)  # a tool may take its time; the caller has a deadline
        async with (
            httpx.AsyncClient(headers=headers, timeout=timeout) as client,
            streamable_http_client(server.url, http_client=client) as (reading, writing, _),
        ):
            yield reading, writing
        return
    async with program(server) as streams:
        yield streams

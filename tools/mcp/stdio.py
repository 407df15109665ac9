"""An MCP server's program on its standard streams, with an end to what is read of it.

Stands in for the official client's transport, which keeps a line however long it grows and copies it with each piece
that comes: one endless reply would take the memory of everybody here.
"""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.client.stdio import get_default_environment
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCMessage
from pydantic import ValidationError

from tools.mcp.config import StdioServer

REPLY_BYTES = 10 << 20
PATIENCE_SECONDS = 1.5
"""After its input was closed, and again after each signal."""


class ReplyTooLong(Exception):
    """The program wrote a line that no tool's result should be; it has been ended."""


@asynccontextmanager
async def program(server: StdioServer) -> AsyncIterator[tuple[Any, Any]]:
    """The streams for a `ClientSession`. Raises OSError when there is no such program; leaves none behind."""
    process = await asyncio.create_subprocess_exec(
        server.command,
        *server.args,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,  # its log is its own
        env=get_default_environment() | {name: value.get_secret_value() for name, value in server.env.items()},
        cwd=server.cwd,
        limit=REPLY_BYTES,
        start_new_session=True,
    )
    incoming, received = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    sending, outgoing = anyio.create_memory_object_stream[SessionMessage](0)
    try:
        with incoming, received, sending, outgoing:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_read, process, incoming)
                tasks.start_soon(_write, process, outgoing)
                try:
                    yield received, sending
                finally:
                    tasks.cancel_scope.cancel()
    finally:
        with anyio.CancelScope(shield=True):
            await _end(process)


async def _read(process: Process, incoming: MemoryObjectSendStream[SessionMessage | Exception]) -> None:
    assert process.stdout is not None  # a pipe: see `program`
    with incoming:  # closed at the end of the program, so that nobody waits for its answers
        while line := await _line(process, process.stdout):
            try:
                message: SessionMessage | Exception = SessionMessage(JSONRPCMessage.model_validate_json(line))
            except ValidationError as error:
                message = error
            await incoming.send(message)


async def _line(process: Process, stdout: asyncio.StreamReader) -> bytes:
    try:
        return await stdout.readline()
    except ValueError as error:
        _signal(process, signal.SIGKILL)
        raise ReplyTooLong(f"it wrote a line of more than {REPLY_BYTES >> 20} MB") from error


async def _write(process: Process, outgoing: MemoryObjectReceiveStream[SessionMessage]) -> None:
    assert process.stdin is not None  # as above
    async for sent in outgoing:
        process.stdin.write(sent.message.model_dump_json(by_alias=True, exclude_none=True).encode() + b"\n")
        await process.stdin.drain()


async def _end(process: Process) -> None:
    """As the protocol wants it: its input closes, and who does not end then is told to, and then made to."""
    assert process.stdin is not None and process.stdout is not None  # as above
    process.stdin.close()
    for number in (None, signal.SIGTERM, signal.SIGKILL):
        if number is not None:
            _signal(process, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while await process.stdout.read(1 << 16):
                    pass  # what is left unread would keep the pipe open
                await process.wait()
                with suppress(ConnectionError):
                    await process.stdin.wait_closed()
                return


def _signal(process: Process, number: signal.Signals) -> None:
    """To the program and whatever it started."""
    with suppress(ProcessLookupError, PermissionError):  # macOS answers "not permitted" for a group of zombies
        os.killpg(process.pid, number)

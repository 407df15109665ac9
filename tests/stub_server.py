"""A small OpenAI-compatible HTTP server with scripted answers and faults, on a real socket."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Reply:
    """What one chat request gets. With a `status` other than 200 the body is `error`."""

    text: str = "Hello, wörld."
    status: int = 200
    error: Any = "stub failure"
    headers: dict[str, str] = field(default_factory=dict)
    piece: int = 4
    pause: float = 0.0
    """Seconds before each piece."""
    break_after: int | None = None
    """Pieces after which the connection is reset."""
    silent_after: int | None = None
    """Pieces after which nothing comes any more, on a connection that stays open until the client leaves it."""
    raw: bytes | None = None
    """Sent instead of a stream, as text/html."""
    finish: str | None = "stop"
    usage: bool = True
    ids: bool = False
    """Token ids and log-probabilities, one token a piece."""


class StubServer:
    """`replies` are used up in order, then `reply(body)` answers; `requests` and `headers` record what came in."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.reply: Callable[[dict[str, Any]], Reply] = lambda body: Reply()
        self.models: list[dict[str, Any]] | None = [{"id": "stub", "object": "model", "max_model_len": 4096}]
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.running = 0
        self.aborted = asyncio.Event()
        self.url = ""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readline():
                path = request.decode().split(" ")[1]
                headers = {}
                while (line := await reader.readline()).strip():
                    name, _, value = line.decode("latin1").partition(":")
                    headers[name.strip().lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                if path.endswith("/chat/completions"):
                    self.headers.append(headers)
                    self.requests.append(json.loads(body))
                    if not await self._chat(json.loads(body), writer, reader):
                        break
                elif path.endswith("/models") and self.models is not None:
                    await _send(writer, 200, {"object": "list", "data": self.models})
                else:
                    await _send(writer, 404, {"error": {"message": f"no such path {path}"}})
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _chat(self, body: dict[str, Any], writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> bool:
        """Answers; False when the connection is to be closed."""
        reply = self.replies.pop(0) if self.replies else self.reply(body)
        if reply.status != 200:
            await _send(writer, reply.status, {"error": {"message": reply.error}}, reply.headers)
            return True
        if reply.raw is not None:
            await _send_raw(writer, 200, "text/html", reply.raw, {})
            return True
        self.running += 1
        gone = asyncio.create_task(reader.read(1))  # ends only when the client hangs up
        stream = asyncio.create_task(self._stream(reply, body, writer))
        try:
            await asyncio.wait({gone, stream}, return_when=asyncio.FIRST_COMPLETED)
            if not stream.done():
                self.aborted.set()
                stream.cancel()
                return False
            return await stream
        finally:
            self.running -= 1
            gone.cancel()

    async def _stream(self, reply: Reply, body: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        pieces = [reply.text[i : i + reply.piece] for i in range(0, len(reply.text), reply.piece)]
        for number, piece in enumerate(pieces):
            await asyncio.sleep(reply.pause)
            if number == reply.break_after:
                await writer.drain()
                writer.transport.abort()
                return False
            if number == reply.silent_after:
                await writer.drain()
                await asyncio.Event().wait()
            choice: dict[str, Any] = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
            chunk: dict[str, Any] = {"choices": [choice]}
            if reply.ids and body.get("return_token_ids"):
                choice["token_ids"] = [100 + number]
                if number == 0:
                    chunk["prompt_token_ids"] = [1, 2, 3]
            if reply.ids and body.get("logprobs"):
                entry = {"token": piece, "logprob": -0.5 - number, "bytes": None, "top_logprobs": []}
                choice["logprobs"] = {"content": [entry]}
            _event(writer, chunk)
            await writer.drain()
        if reply.finish:
            _event(writer, {"choices": [{"index": 0, "delta": {}, "finish_reason": reply.finish}]})
        if reply.usage:
            usage: dict[str, Any] = {
                "prompt_tokens": 3,
                "completion_tokens": len(pieces),
                "total_tokens": 3 + len(pieces),
            }
            usage |= {"prompt_tokens_details": {"cached_tokens": 2}}
            _event(writer, {"choices": [], "usage": usage})
        writer.write(b"data: [DONE]\n\n")
        await writer.drain()
        return False


def _event(writer: asyncio.StreamWriter, chunk: dict[str, Any]) -> None:
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "stub"}
    writer.write(b"data: " + json.dumps(base | chunk).encode() + b"\n\n")


async def _send(
    writer: asyncio.StreamWriter, status: int, body: dict[str, Any], headers: dict[str, str] | None = None
) -> None:
    await _send_raw(writer, status, "application/json", json.dumps(body).encode(), headers or {})


async def _send_raw(writer: asyncio.StreamWriter, status: int, kind: str, body: bytes, headers: dict[str, str]) -> None:
    lines = [f"HTTP/1.1 {status} X", f"content-type: {kind}", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    await writer.drain()


@asynccontextmanager
async def stub_server() -> AsyncIterator[StubServer]:
    """Runs a server on a free port in the test's event loop; its `url` is the base URL for a client."""
    stub = StubServer()
    server = await asyncio.start_server(stub.handle, "127.0.0.1", 0)
    stub.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield stub
    finally:
        server.close()


@contextmanager
def stub_server_beside() -> Iterator[StubServer]:
    """The same in a thread, for a test of what runs an event loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = stub_server()
    try:
        yield asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()

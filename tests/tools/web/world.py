"""A network for tests: names, and servers that say what a test wants, in memory. It notes every address dialled."""

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

import httpcore2

from tools.web import Fetcher, WebSettings

PUBLIC = "93.184.215.14"
MEGABYTE = 1 << 20

Names = Mapping[str, Sequence[Any]]
"""Addresses by name; a list of lists is one answer after the other."""


class World(httpcore2.AsyncNetworkBackend):
    """Answers the requests that reach it with `replies`, in order, and the last again."""

    def __init__(self, replies: Sequence[Mapping[str, Any]] = (), names: Names | None = None) -> None:
        self.replies = list(replies) or [html("<p>hello</p>")]
        self.names = names if names is not None else {"example.com": [PUBLIC]}
        self.dialled: list[str] = []
        self.asked: list[str] = []
        self.requests: list[bytes] = []

    def fetcher(self, **settings: Any) -> Fetcher:
        """A fetcher in this world, without a wait between requests."""
        quick = {"requests_per_second": 1e6, "burst": 1000, **settings}
        return Fetcher(WebSettings.model_validate(quick), resolver=self.resolve, dialler=self)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.names.get(host, [])
        if answers and isinstance(answers[0], list):
            latest: list[str] = answers[min(self.asked.count(host), len(answers)) - 1]
            return latest
        return answers

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        self.dialled.append(host)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return Stream(speak(reply), self.requests)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Stream(httpcore2.AsyncNetworkStream):
    """A connection that reads from an iterator and keeps what it is sent."""

    def __init__(self, said: AsyncIterator[bytes], heard: list[bytes]) -> None:
        self._said, self._heard, self._rest = said, heard, b""
        heard.append(b"")

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        while not self._rest:
            try:
                self._rest = await anext(self._said)
            except StopAsyncIteration:
                return b""
        piece, self._rest = self._rest[:max_bytes], self._rest[max_bytes:]
        return piece

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self._heard[-1] += buffer

    async def aclose(self) -> None:
        pass

    async def start_tls(self, ssl_context: ssl.SSLContext, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        return self


def html(body: str, **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"status": 200, "headers": {"Content-Type": "text/html; charset=utf-8", **named}, "body": body}


def redirect(location: str, status: int = 302) -> dict[str, Any]:
    return {"status": status, "headers": {"Location": location}, "body": ""}


async def speak(reply: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """The bytes of one reply as its server would send them."""
    kind, _, size = reply.get("gen", "").partition(":")
    if kind == "no_http":
        yield b"SSH-2.0-server\r\n"
        return
    while kind == "informational":
        yield b"HTTP/1.1 100 Continue\r\n\r\n"
        await asyncio.sleep(0)
    headers = dict(reply["headers"]) if "headers" in reply else {}
    body = reply.get("body", "").encode()
    if not kind and "Content-Length" not in headers:
        headers["Content-Length"] = str(len(body))
    lines = [f"HTTP/1.1 {reply['status']} X", *(f"{name}: {value}" for name, value in headers.items()), ""]
    yield "\r\n".join(lines).encode()
    while kind == "endless_headers":
        yield b"X-More: " + b"a" * 500 + b"\r\n"
    yield b"\r\n"
    if kind:
        for piece in _endless(kind, size):
            yield piece
            await asyncio.sleep(1 if kind == "drip" else 0)
    else:
        yield body


def _endless(kind: str, size: str) -> Iterable[bytes]:
    megabytes = int(size.removesuffix("MB") or 0)
    if kind == "gzip_bomb":
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        for _ in range(megabytes):
            yield packer.compress(bytes(MEGABYTE))
        yield packer.flush()
    elif kind == "zeros":
        yield from (bytes(MEGABYTE) for _ in range(megabytes))
    while kind == "endless_chunks":
        yield b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
    while kind == "drip":
        yield b"a"

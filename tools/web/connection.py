"""Dials checked addresses and nothing else; host header, server name and certificate stay on the host's name."""

import ssl
from collections.abc import Iterable, Sequence
from functools import cache

import httpcore2

from tools.web.errors import Blocked
from tools.web.urls import Target

SocketOptions = Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]


class Pinned(httpcore2.AsyncNetworkBackend):
    """Connects to the first of `addresses` that answers, whichever host it is asked for."""

    def __init__(self, addresses: Sequence[str], dialler: httpcore2.AsyncNetworkBackend) -> None:
        self._addresses, self._dialler = tuple(addresses), dialler

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        *others, last = self._addresses
        for address in others:
            try:
                return await self._dialler.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue  # an address family that this machine has no route for, or one server of several down
        return await self._dialler.connect_tcp(last, port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: SocketOptions | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        raise Blocked("a socket of this machine is refused")

    async def sleep(self, seconds: float) -> None:
        await self._dialler.sleep(seconds)


def connection(
    target: Target, addresses: Sequence[str], dialler: httpcore2.AsyncNetworkBackend, tls: ssl.SSLContext | None
) -> httpcore2.AsyncHTTPConnection:
    """One HTTP/1.1 connection for one request. The environment's proxies are not used: they would look names up."""
    origin = httpcore2.Origin(target.scheme.encode(), target.host.encode(), target.port)
    context = (tls or default_tls()) if target.scheme == "https" else None
    return httpcore2.AsyncHTTPConnection(origin=origin, ssl_context=context, network_backend=Pinned(addresses, dialler))


@cache
def default_tls() -> ssl.SSLContext:
    """The system's trusted certificates, read once."""
    return httpcore2.default_ssl_context()

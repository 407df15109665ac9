"""The decision: may this URL be fetched, and which addresses may be dialled for it.

Pure but for the name look-up, which is passed in. Every address that a name has must be public; those checked are the
only ones that `tools.web.connection` dials, so a name that resolves differently a moment later changes nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address

from tools.web.addresses import is_loopback, is_public
from tools.web.errors import Blocked, LimitReached
from tools.web.settings import WebSettings
from tools.web.urls import Target

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host name, none when it has none."""

LOOK_UP_SECONDS = 3.0
LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa")
"""Names that only a private network answers for, whatever they resolve to."""


class Guard:
    """Checks targets against `settings`; one object serves any number of fetches at once."""

    def __init__(self, settings: WebSettings, resolver: Resolver | None = None) -> None:
        self._settings = settings
        self._resolver = resolver or system_resolver

    async def check(self, target: Target) -> tuple[str, ...]:
        """The addresses that may be dialled for `target`, in the name server's order. Raises Blocked."""
        if _is_address(target.host):
            addresses: tuple[str, ...] = (target.host,)
        else:
            self._check_name(target.host)
            addresses = await self._look_up(target)
        if not addresses:
            raise Blocked(f"the name {target.host} has no address: check its spelling, and that there is a network")
        if self._settings.loopback and all(is_loopback(address) for address in addresses):
            return addresses
        if any(not is_public(address) for address in addresses):
            raise Blocked(f"{target.host} is not a public address: private, local and metadata addresses are refused")
        if target.port not in self._settings.ports:
            allowed = ", ".join(map(str, self._settings.ports))
            raise Blocked(f"port {target.port} of {target.host} is refused: the ports fetched from are {allowed}")
        return addresses

    async def _look_up(self, target: Target) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                return tuple(dict.fromkeys(await self._resolver(target.host, target.port)))
        except TimeoutError:
            raise LimitReached(f"{target.host}: its name was not resolved within {LOOK_UP_SECONDS:g} s") from None

    def _check_name(self, host: str) -> None:
        local = any(host == name or host.endswith(f".{name}") for name in LOCAL_NAMES)
        if local and not (self._settings.loopback and host.endswith("localhost")):
            raise Blocked(f"{host} is a name of private networks")


async def system_resolver(host: str, port: int) -> list[str]:
    """The operating system's answer, in its order."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(entry[4][0]) for entry in found]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

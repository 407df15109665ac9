"""How much one visitor, and all together, may have of a page: flows at once, in line, within an hour.

What one flow may use is `meter`. Nothing here knows a person: a visitor is the address of a connection.
"""

import asyncio
import ipaddress
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agentflow_core import Settings
from agentflow_core.errors import BadInput

HOUR = 3600.0
OWN_COPY = "A copy of your own has no such limit: it takes two commands, see the repository."


@dataclass(frozen=True)
class Limits:
    """Numbers of flows; 0 means no limit. See `Settings`."""

    flows: int = 0
    waiting: int = 0
    visitor_flows: int = 0
    visitor_flows_hour: int = 0

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        return cls(settings.page_flows, settings.page_waiting, settings.visitor_flows, settings.visitor_flows_hour)


NO_LIMITS = Limits()


class Place:
    """One flow's place: `position` in line from 1 on, or 0 inside."""

    def __init__(self, visitor: str) -> None:
        self.visitor = visitor
        self.position = 0
        self.given_up = False
        self._changed = asyncio.Event()

    @property
    def waiting(self) -> bool:
        return self.position > 0 and not self.given_up

    def move(self, position: int) -> None:
        """The gate says where it is now; 0 lets it in."""
        self.position = position
        self._changed.set()

    def give_up(self) -> None:
        """Ends the wait."""
        self.given_up = True
        self._changed.set()

    async def moved(self) -> None:
        """Waits until `position` changes."""
        await self._changed.wait()
        self._changed.clear()


class Gate:
    """Lets flows in, keeps the others in line, and refuses what is beyond a limit. One event loop, no locks."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits, self._clock = limits, clock
        self._inside: set[Place] = set()
        self._line: deque[Place] = deque()
        self._started: defaultdict[str, deque[float]] = defaultdict(deque)

    def enter(self, visitor: str) -> Place:
        """A place for one more flow of `visitor`, inside or in line. Raises `BadInput` when a limit is reached."""
        self._check(visitor)
        place = Place(visitor)
        if self.limits.visitor_flows_hour:
            self._started[visitor].append(self._clock())
        self._line.append(place)
        self._advance()
        return place

    def leave(self, place: Place) -> None:
        """The flow has ended, or gave up waiting."""
        self._inside.discard(place)
        if place in self._line:
            self._line.remove(place)
        self._advance()

    def _check(self, visitor: str) -> None:
        limits = self.limits
        full = limits.flows and len(self._inside) >= limits.flows
        if full and limits.waiting and len(self._line) >= limits.waiting:
            raise BadInput(
                f"{_flows(len(self._inside))} under way and {len(self._line)} more waiting here already: "
                f"try again in a minute. {OWN_COPY}"
            )
        own = sum(place.visitor == visitor for place in (*self._inside, *self._line))
        if limits.visitor_flows and own >= limits.visitor_flows:
            raise BadInput(
                f"You have {_flows(own)} under way here, as many as this page gives one visitor at once: "
                f"wait for one to end, or stop one. {OWN_COPY}"
            )
        self._check_hour(visitor)

    def _check_hour(self, visitor: str) -> None:
        now, most = self._clock(), self.limits.visitor_flows_hour
        for known in list(self._started):
            while self._started[known] and self._started[known][0] <= now - HOUR:
                self._started[known].popleft()
            if not self._started[known]:
                del self._started[known]
        if most and len(started := self._started.get(visitor, deque())) >= most:
            minutes = int((started[0] + HOUR - now) / 60) + 1
            raise BadInput(
                f"You have started {_flows(most)} within the hour, as many as this page gives one visitor: "
                f"the next can start in {minutes} minute{'s' if minutes != 1 else ''}. {OWN_COPY}"
            )

    def _advance(self) -> None:
        while self._line and not (self.limits.flows and len(self._inside) >= self.limits.flows):
            place = self._line.popleft()
            self._inside.add(place)
            place.move(0)
        for position, place in enumerate(self._line, 1):
            if place.position != position:
                place.move(position)


def _flows(number: int) -> str:
    return f"{number} flow{'s' if number != 1 else ''}"


def visitor_of(peer: str | None, headers: Mapping[str, str], behind_proxy: bool) -> str:
    """Whose request this is: the peer's address, or behind a proxy the last public one that proxies report.

    What stands before that in `X-Forwarded-For` is the visitor's own word. IPv6 counts by its /64, as homes have one.
    """
    if behind_proxy:
        reported = [part.strip() for part in headers.get("x-forwarded-for", "").split(",")]
        peer = next((address for address in reversed(reported) if _is_public(address)), peer)
    try:
        address = ipaddress.ip_address(peer or "")
    except ValueError:
        return peer or "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _is_public(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_global
    except ValueError:
        return False

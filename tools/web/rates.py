"""Requests to one host are spaced out: a token bucket for each, and a pause where a server asked for one.

Safe to use from several threads and event loops: a slot is reserved under a lock, the waiting happens outside it.
"""

import asyncio
import threading
import time

from tools.web.errors import RateLimited

KEPT_HOSTS = 1_000


class HostRates:
    """At most `burst` requests at once and `per_second` in the long run, for each host; none waits for `longest` s."""

    def __init__(self, per_second: float, burst: int, longest: float) -> None:
        self._longest = longest
        self._step = 1 / per_second
        self._room = self._step * (burst - 1)
        self._lock = threading.Lock()
        self._due: dict[str, float] = {}
        """When the bucket of a host is full again."""
        self._closed: dict[str, float] = {}

    async def take(self, host: str) -> None:
        """Waits for this request's slot. Raises RateLimited when that is too far off."""
        await asyncio.sleep(self._reserve(host, time.monotonic()))

    def back_off(self, host: str, seconds: float) -> None:
        """Keeps away from `host` for so long: it asked for that."""
        with self._lock:
            self._closed[host] = max(self._closed.get(host, 0), time.monotonic() + seconds)

    def _reserve(self, host: str, now: float) -> float:
        with self._lock:
            if (pause := self._closed.get(host, 0) - now) > 0:
                raise RateLimited(f"{host} asked for fewer requests; it is left alone for {pause:.0f} s more", pause)
            due = max(now, self._due.get(host, 0))
            wait = max(0.0, due - self._room - now)
            if wait >= self._longest:
                raise RateLimited(f"too many requests to {host} are waiting already", wait)
            self._due[host] = due + self._step
            self._forget(now)
            return wait

    def _forget(self, now: float) -> None:
        if len(self._due) + len(self._closed) > KEPT_HOSTS:
            self._due = {host: due for host, due in self._due.items() if due > now}
            self._closed = {host: end for host, end in self._closed.items() if end > now}

"""A confined child that waits for the next call, so that the call need not wait for fork and confinement.

It is as fresh as one made on demand: forked from the zygote for one task, with random state and a folder of its own,
confined before it waits. It is made while another task runs, which costs that one nothing as long as a CPU is free.
"""

import select
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from tools.sandbox.limits import Limits
from tools.sandbox.process import Confined
from tools.sandbox.zygote import Zygote, ZygoteError

MOST_SECONDS = 30
"""For so long a child may wait: it was told how many tasks its user has, and somebody may tidy its folder away."""

_maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-spare")


class Spares:
    """At most one child of a zygote, waiting. Safe to use from several threads."""

    def __init__(self, zygote: Zygote) -> None:
        self._zygote, self._lock = zygote, threading.Lock()
        self._waiting: Confined | None = None
        self._making: Future[None] | None = None

    def take(self, limits: Limits) -> Confined:
        """A child for a task within `limits`: the one that waits, if it fits, else a new one. Raises ZygoteError."""
        with self._lock:
            found = self._waiting
            if found and found.bounds == limits.bounds():
                self._waiting = None
            else:
                found = None
        if found is None:
            return Confined(self._zygote, limits)
        if _fresh(found):
            return found
        _end(found)
        return Confined(self._zygote, limits)

    def make(self, limits: Limits) -> None:
        """Has one for a task like this made in the background, once all libraries are loaded."""
        with self._lock:
            busy = self._making and not self._making.done()
            fits = self._waiting and self._waiting.bounds == limits.bounds()
            if not busy and not fits and self._zygote.loaded:
                with suppress(RuntimeError):  # the server is ending
                    self._making = _maker.submit(self._make, limits)

    def close(self) -> None:
        """Ends the one that waits."""
        self.waiting()
        self._drop()

    def waiting(self) -> Confined | None:
        """The one that waits, if any, once the one that is being made does."""
        if making := self._making:
            making.result()
        return self._waiting

    def _make(self, limits: Limits) -> None:
        self._drop()
        with suppress(ZygoteError, OSError):  # then the next call makes its own, and says what is wrong
            made = Confined(self._zygote, limits)
            with self._lock:
                self._waiting = made

    def _drop(self) -> None:
        with self._lock:
            old, self._waiting = self._waiting, None
        if old:
            _end(old)


def _fresh(child: Confined) -> bool:
    ended = select.poll()
    ended.register(child.handle, select.POLLIN)
    return not ended.poll(0) and time.monotonic() - child.since < MOST_SECONDS and child.folder.is_dir()


def _end(child: Confined) -> None:
    with suppress(ZygoteError):  # the zygote is gone, and its children with it
        child.collect()

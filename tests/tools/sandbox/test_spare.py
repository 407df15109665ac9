"""A child that waits saves its call the fork and the confinement; it keeps every promise that a new one keeps."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tools.sandbox import run_python, spare
from tools.sandbox.house import House, house
from tools.sandbox.limits import Limits
from tools.sandbox.process import Confined

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can confine a process")
SECONDS = 20
LIMITS = Limits(SECONDS)


@pytest.fixture
async def place() -> AsyncIterator[House]:
    """A house whose libraries are loaded, with one child waiting for a task of 20 seconds."""
    found = house()
    assert found.spares and found.zygote
    while not found.zygote.loaded:
        await run_python("1", seconds=SECONDS)
        await asyncio.sleep(0.1)
    found.spares.make(LIMITS)
    yield found
    found.spares.close()


def waiting(place: House) -> Confined:
    assert place.spares
    child = place.spares.waiting()
    assert child
    return child


def status(pid: int) -> str:
    """What the kernel says of a process; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return ""


async def test_a_call_takes_the_one_that_waits_and_the_next_gets_another(place: House) -> None:
    first = waiting(place)
    result = await run_python("import os\nos.getpid(), os.getcwd()", seconds=SECONDS)
    assert result.value == str((first.pid, str(first.folder)))
    assert waiting(place).pid != first.pid and not first.folder.exists()


async def test_one_for_other_limits_is_not_taken(place: House) -> None:
    first = waiting(place)
    result = await run_python("import os\nos.getpid()", seconds=5)
    assert result.value != str(first.pid)


async def test_it_waits_confined(place: House) -> None:
    child = waiting(place)
    for _ in range(1_000):
        if "Seccomp:\t2" in status(child.pid):
            break
        await asyncio.sleep(0.01)
    for line in ("NoNewPrivs:\t1", "Seccomp:\t2"):
        assert line in status(child.pid)


async def test_one_that_died_waited_too_long_or_lost_its_folder_is_replaced(
    place: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for spoil in ("death", "age", "folder"):
        child = waiting(place)
        with monkeypatch.context() as change:
            if spoil == "death":
                os.kill(child.pid, signal.SIGKILL)
                await asyncio.sleep(0.2)
            elif spoil == "age":
                change.setattr(spare, "MOST_SECONDS", -1)
            else:
                child.folder.rmdir()
            result = await run_python("import os\nos.getpid()", seconds=SECONDS)
        assert result.status == "ok" and result.value != str(child.pid), spoil
        assert not child.folder.exists() and status(child.pid) == ""


async def test_a_process_that_the_server_forked_meanwhile_does_not_hold_it_up(place: House) -> None:
    child = waiting(place)
    forked = os.fork()
    if forked == 0:  # it holds copies of all pipes
        signal.pause()
        os._exit(0)
    try:
        result = await run_python("import os\nos.getpid()", seconds=SECONDS)
    finally:
        os.kill(forked, signal.SIGKILL)
        os.waitpid(forked, 0)  # noqa: ASYNC222  (it is dead)
    assert (result.status, result.value) == ("ok", str(child.pid))

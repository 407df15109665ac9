"""After 200 hostile programs in a row nothing is left: no process, no file, no memory."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import pytest

from tests.tools.sandbox.arena import sandbox_processes
from tools.sandbox import run_python, watch
from tools.sandbox.house import house

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can confine a process")

HOSTILE = (
    "import os\nfor n in range(50): os.fork()",
    "import os\nfor n in range(30): os.mkdir('d'); os.chdir('d')\nopen('f', 'w').write('x' * 10**6)",
    "x = bytearray(100 * 2**20)\nx[::4096] = b'1' * len(x[::4096])",
    "import threading, time\nfor n in range(60): threading.Thread(target=time.sleep, args=(30,), daemon=True).start()",
    "import sys\nsys.stdout.write('x' * 10**8)",
    "import os\nfor fd in range(200):\n    try: os.write(fd, b'{}' * 9000)\n    except OSError: pass\nos._exit(0)",
    "import ctypes\nctypes.string_at(0)",
    "import socket\nsocket.create_connection(('127.0.0.1', 22))",
    "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "open('/tmp/zz_sbx_left', 'w').write('x')",
)


def memory(pid: int | str) -> int:
    """Private and shared pages that are in memory, in kB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def descriptors() -> int:
    return len([*os.scandir("/proc/self/fd")])


def close_spare() -> None:
    """Nothing waits for a next program then: what is left was left by the last ones."""
    spares = house().spares
    assert spares
    spares.close()


async def test_200_hostile_programs_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    zygote = house().zygote
    assert zygote, house().standing

    async def rounds(count: int) -> list[int]:
        """This process's memory after each ten programs."""
        levels = []
        for _ in range(count):
            await asyncio.gather(*(run_python(code, seconds=3) for code in HOSTILE))
            levels.append(memory("self"))
        return levels

    own = max(await rounds(8))  # pools and buffers reach their size
    while True:  # libraries are loaded
        before = memory(zygote.process.pid)
        await asyncio.sleep(0.7)
        if memory(zygote.process.pid) == before:
            break
    close_spare()
    processes = sandbox_processes()
    handles = descriptors()
    levels = await rounds(20)
    assert house().zygote is zygote and zygote.alive
    close_spare()
    assert sandbox_processes() == processes
    assert [*os.scandir(tmp_path)] == [] and not os.access("/tmp/zz_sbx_left", os.F_OK)
    assert levels[-1] < own * 1.05, levels
    assert memory(zygote.process.pid) < before * 1.05
    assert descriptors() == handles


UNSEEN = """
import os
kept = []
for number in range(60):
    kept.append(open("u", "wb"))
    os.unlink("u")
    for _ in range(20):
        kept[-1].write(b"x" * 2**20)
        kept[-1].flush()
print("all of it")
"""


async def test_files_that_no_folder_shows_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    if house().standing.tier != "A":
        pytest.skip("only tier A has files on a disk")
    monkeypatch.setattr(watch, "UNSEEN_DISK_BYTES", 100 << 20)
    result = await run_python(UNSEEN, seconds=60)
    assert (result.status, result.stdout) == ("disk_limit", "")

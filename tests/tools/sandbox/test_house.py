"""The zygote: started once, tested before use, replaced when it dies, gone with the server."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.sandbox import house as houses
from tools.sandbox import run_python
from tools.sandbox.house import House, house
from tools.sandbox.selftest import broken_promises
from tools.sandbox.zygote import Zygote, ZygoteError

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can confine a process")


@pytest.fixture
def no_houses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(houses, "_houses", {})


def test_it_is_started_once() -> None:
    assert house() is house()


async def test_a_zygote_that_died_is_replaced() -> None:
    first = house().zygote
    assert first
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    assert (await run_python("6 * 7", seconds=20)).value == "42"
    assert house().zygote is not first


async def test_one_that_dies_under_a_program_is_no_disaster() -> None:
    first = house().zygote
    assert first
    call = asyncio.create_task(run_python("import time\ntime.sleep(0.5)\n'done'", seconds=20))
    await asyncio.sleep(0.2)
    os.kill(first.process.pid, signal.SIGKILL)
    assert (await call).value == "'done'", "it is run again"


def test_without_confinement_the_self_test_breaks_out_and_says_where() -> None:
    assert set(broken_promises(house("C"))) == {"files", "writes", "network", "processes", "signals"}


@pytest.mark.usefixtures("no_houses")
def test_a_kernel_without_landlock_gives_tier_b(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_landlock(tier: str) -> Zygote:
        if tier == "A":
            raise ZygoteError("this kernel offers no Landlock")
        return Zygote(("seccomp",))

    monkeypatch.setattr(houses, "_zygote", no_landlock)
    standing = house().standing
    assert (standing.tier, standing.missing, standing.notice()) == ("B", (), None)
    assert "no Landlock" in standing.why


@pytest.mark.usefixtures("no_houses")
def test_a_tier_whose_self_test_fails_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.sandbox.selftest.broken_promises", lambda house: ("network",))
    chosen: House = house()
    assert (chosen.zygote, chosen.standing.tier) == (None, "C")
    assert "its self-test broke out (network)" in chosen.standing.why
    assert "network" in (chosen.standing.notice() or "")


def test_nothing_outlives_a_server_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\nfrom tools.sandbox import run_python\nfrom tools.sandbox.house import house\n"
        "print(house().zygote.process.pid, flush=True)\n"
        "asyncio.run(run_python('import time\\ntime.sleep(60)', seconds=60))"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True, env={"TMPDIR": str(tmp_path)}
    )
    assert server.stdout
    zygote = int(server.stdout.readline())
    wait_for(lambda: children(zygote) != [] and [*tmp_path.iterdir()] != [])
    (child,) = children(zygote)
    server.kill()
    server.wait()
    wait_for(lambda: not Path(f"/proc/{zygote}").exists() and not Path(f"/proc/{child}").exists())
    assert [*tmp_path.iterdir()] == []


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for(condition: object) -> None:
    assert callable(condition)
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)

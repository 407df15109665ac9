"""The zygote: started once, tested before use, replaced when it dies, gone with the server."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tools.sandbox import PROMISES, Tier, run_python, selftest
from tools.sandbox import house as houses
from tools.sandbox.house import House, house
from tools.sandbox.limits import Limits
from tools.sandbox.runner import Call
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


async def test_a_child_that_cannot_be_confined_runs_nothing_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[object] = []

    def counted(call: Call, place: House) -> object:
        starts.append(call)
        return run_in(call, place)

    house()  # it has passed its self-test
    run_in = Call.run_in
    monkeypatch.setattr(Call, "run_in", counted)
    monkeypatch.setattr(Limits, "bounds", lambda self: {**bounds(self), "cpu": "many\x1b[2J"})
    result = await run_python("print('it ran')", seconds=20)
    assert (result.status, result.stdout, len(starts)) == ("not_started", "", 2)
    assert result.error and "could not start it" in result.error.message and "\x1b" not in result.error.message


bounds = Limits.bounds


@pytest.mark.parametrize("tier", ["A", "C"])
async def test_without_a_place_for_its_folder_nothing_runs_and_that_is_said(
    tier: Tier, monkeypatch: pytest.MonkeyPatch
) -> None:
    if spares := house(tier).spares:
        spares.close()
    monkeypatch.setattr("tempfile.tempdir", "/nonexistent")
    result = await run_python("print('it ran')", seconds=20, highest=tier)
    assert (result.status, result.stdout) == ("not_started", "")
    assert result.error and "no process can be had" in result.error.message


async def test_no_exit_status_of_a_program_says_that_it_was_not_confined(monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[object] = []
    spawn = Zygote.spawn

    def counted(zygote: Zygote, *given: object) -> object:
        starts.append(given)
        return spawn(zygote, *given)  # type: ignore[arg-type]

    place = house()
    assert place.spares
    place.spares.close()
    monkeypatch.setattr(Zygote, "spawn", counted)
    monkeypatch.setattr(place.spares, "make", lambda limits: None)
    for status in (98, 1):
        result = await run_python(f"import os\nprint('once', flush=True)\nos._exit({status})", seconds=20)
        assert (result.status, result.stdout) == ("exited", "once\n")
    assert len(starts) == 2, "each is run once"


def test_without_confinement_the_self_test_breaks_out_and_says_where() -> None:
    assert set(selftest.broken_promises(house("C"))) == {"files", "writes", "network", "processes", "signals", "clean"}


@pytest.mark.parametrize("tier", ["A", "C"])
@pytest.mark.parametrize("limit", ["memory", "output"])
def test_a_limit_that_does_not_hold_is_found_out(limit: str, tier: Tier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.sandbox.watch.FLOOD_BYTES", 1 << 40)
    monkeypatch.setitem(selftest.REACHED, "output", (Limits(seconds=0.5), "output_limit"))
    if limit == "memory":
        monkeypatch.setattr(selftest, "REACHED", {limit: (Limits(seconds=10, memory=8 << 30), "exited")})
    broken = selftest.broken_promises(replace(house(tier), spares=None))
    assert broken == (*PROMISES,) if tier == "C" else broken == ("limits",)


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
    processes = [zygote, *children(zygote)]
    server.kill()
    server.wait()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in processes))
    assert [*tmp_path.iterdir()] == []


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for(condition: object) -> None:
    assert callable(condition)
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)

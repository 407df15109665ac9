"""Tier C, where nothing confines a process: limits and a clean start still hold, and what is missing is said."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import pytest

from tools.sandbox import PROMISES, SandboxResult, run_python

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


async def run(code: str, seconds: float = 20) -> SandboxResult:
    return await run_python(code, seconds=seconds, highest="C")


async def test_a_result_names_the_missing_promises() -> None:
    result = await run("6 * 7")
    assert (result.value, result.standing.tier) == ("42", "C")
    assert set(PROMISES) - set(result.standing.missing) == {"limits"}
    notice = result.standing.notice()
    assert notice and "reaches no network" in notice and "starts no other process" in notice


async def test_values_errors_and_output_are_the_same_as_elsewhere() -> None:
    result = await run("print('so far')\n1 / 0")
    assert (result.status, result.stdout) == ("error", "so far\n")
    assert result.error and (result.error.type, result.error.line) == ("ZeroDivisionError", 2)


async def test_nothing_of_the_server_is_inherited_though_it_can_be_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    result = await run("import os\nprint(dict(os.environ))\nos.listdir('.')")
    assert result.value == "[]" and "HOME" in result.stdout and "secret" not in result.stdout
    looked_up = await run("import os\nlen(open(f'/proc/{os.getppid()}/environ', 'rb').read()) > 0")
    assert looked_up.value == "True" and "clean" in looked_up.standing.missing
    assert "gets nothing of the server's environment" in (looked_up.standing.notice() or "")


@pytest.mark.parametrize("code", ["while True: pass", "import time\ntime.sleep(60)"])
async def test_what_does_not_end_is_stopped(code: str) -> None:
    assert (await run(code, 0.7)).status == "timeout"


async def test_what_takes_too_much_is_stopped() -> None:
    assert (await run("while True: print('x' * 10_000)")).status == "output_limit"
    crowd = "for n in range(5000): open(str(n), 'w').close()\nimport time\ntime.sleep(20)"
    assert (await run(crowd)).status == "disk_limit"


async def test_without_a_pidfd_the_end_is_noticed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.sandbox.process._pidfd", lambda pid: None)
    assert (await run("40 + 2")).value == "42"
    assert (await run("while True: pass", 0.5)).status == "timeout"


START = "import os, subprocess, time\nprint(os.getcwd())\n"
CHILDREN = {
    "a plain child": "if os.fork() == 0: time.sleep(60)",
    "a child in its own session": "if os.fork() == 0:\n    os.setsid()\n    time.sleep(60)",
    "a double fork": "if os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n    time.sleep(60)",
    "another program": "subprocess.Popen(['/bin/sleep', '60'], start_new_session=True)",
}


@pytest.mark.parametrize("code", CHILDREN.values(), ids=CHILDREN)
async def test_no_child_outlives_the_call(code: str) -> None:
    result = await run(START + code)
    folder = result.stdout.splitlines()[0]
    assert "agentflow-" in folder
    assert result.status == "ok", result
    assert result.seconds < 15
    assert alive(folder) == []


async def test_cancelling_kills_the_process_and_removes_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    call = asyncio.create_task(run("import os\nos.fork()\nopen('up', 'w')\nwhile True: pass", 60))
    for _ in range(2_000):
        if found(tmp_path, "*/up"):
            break
        await asyncio.sleep(0.01)
    (folder,) = found(tmp_path, "*")
    assert len(alive(folder)) >= 2
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert alive(folder) == [] and found(tmp_path, "*") == []


def found(folder: Path, pattern: str) -> list[str]:
    return [str(path) for path in folder.glob(pattern)]


def alive(marker: str) -> list[int]:
    """The processes with `marker` in their command line or environment (the sandbox's folder is in both)."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                text = Path(entry.path, "environ").read_bytes() + Path(entry.path, "cmdline").read_bytes()
            except OSError:
                continue
            if marker.encode() in text:
                found.append(int(entry.name))
    return found

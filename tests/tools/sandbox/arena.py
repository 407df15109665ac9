"""Where hostile programs are run: things worth stealing, breaking or reaching stand around, and all are looked after.

`python -m tests.tools.sandbox.arena TIER [ID...]` plays the cases and prints one verdict a line, for an ordinary user.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.sandbox import SandboxResult, Tier, run_python
from tools.sandbox.house import house
from tools.sandbox.process import Confined

HERE = Path(__file__).parent
ENDLESS, ENDING, SLACK = 1.0, 30.0, 10.0
"""Wall-clock limits of a case that may run into it and of one that must end before, and how late the end may be: a
busy machine is slow, not wrong."""
SITE = sysconfig.get_path("purelib")
LITTER = ("/tmp/zz_sbx*", "/var/tmp/zz_sbx*", "/dev/shm/zz_sbx*", f"{SITE}/zz_*", f"{SITE}/sitecustomize.py")


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@dataclass
class Arena:
    """One place with a secret, an open folder, listeners and a victim."""

    root: Path
    secret: str
    port: int
    datagram_port: int
    touched: list[str] = field(default_factory=list)
    """What reached a listener or signalled this process."""

    @property
    def secret_file(self) -> Path:
        return self.root / "secret.txt"

    @property
    def outside(self) -> Path:
        return self.root / "outside"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    def lay_out(self) -> None:
        self.outside.chmod(0o755)
        shutil.rmtree(self.outside)
        self.outside.mkdir()
        self.outside.chmod(0o777)
        if self.secret_file.exists():
            self.secret_file.chmod(0o644)
        self.secret_file.write_text(self.secret)
        self.secret_file.chmod(0o644)
        os.utime(self.secret_file, (10**9, 10**9))

    def state(self) -> tuple[Any, ...]:
        """What a program must not change."""
        file, folder = self.secret_file.stat(), self.outside.stat()
        litter = [path for pattern in LITTER for path in Path("/").glob(pattern.lstrip("/"))]
        looks = (file.st_mode, file.st_mtime, file.st_size, file.st_uid, os.listxattr(self.secret_file))
        return *looks, folder.st_mode, sorted(self.outside.iterdir()), litter, self.secret_file.read_text()


@contextlib.contextmanager
def arena() -> Iterator[Arena]:
    """Listeners run in threads of this process; `tempfile` makes its folders inside."""
    root = Path(tempfile.mkdtemp(prefix="arena-", dir="/tmp"))
    root.chmod(0o755)
    for name in ("outside", "tmp"):
        (root / name).mkdir()
        (root / name).chmod(0o777)
    made = Arena(root, f"SBX-SECRET-{os.urandom(6).hex()}", 0, 0)
    os.environ["AGENTFLOW_TEST_SECRET"] = made.secret
    old_signals = {number: signal.signal(number, lambda n, _: made.touched.append(f"signal {n}")) for number in WATCHED}
    before, tempfile.tempdir = tempfile.tempdir, str(made.temporary)
    with contextlib.ExitStack() as stack:
        made.port = _listen(stack, made, socket.AF_INET, ("127.0.0.1", 0))
        _listen(stack, made, socket.AF_UNIX, str(root / "us"))
        with contextlib.suppress(OSError):  # another arena on this machine has the name: it listens too
            _listen(stack, made, socket.AF_UNIX, "\0sbx-canary")
        made.datagram_port = _listen(stack, made, socket.AF_INET, ("127.0.0.1", 0), socket.SOCK_DGRAM)
        _listen(stack, made, socket.AF_UNIX, str(root / "us.dgram"), socket.SOCK_DGRAM)
        try:
            yield made
        finally:
            tempfile.tempdir = before
            for number, handler in old_signals.items():
                signal.signal(number, handler)
            del os.environ["AGENTFLOW_TEST_SECRET"]
            shutil.rmtree(root, ignore_errors=True)


WATCHED = (signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP, signal.SIGIO)


def _listen(stack: contextlib.ExitStack, made: Arena, family: int, address: Any, kind: int = socket.SOCK_STREAM) -> int:
    listener = stack.enter_context(socket.socket(family, kind))
    listener.bind(address)
    if family == socket.AF_UNIX and not address.startswith("\0"):
        Path(address).chmod(0o777)
    if kind == socket.SOCK_STREAM:
        listener.listen()

    def answer() -> None:
        with contextlib.suppress(OSError):
            while True:
                if kind == socket.SOCK_DGRAM:
                    listener.recv(100)
                else:
                    listener.accept()[0].close()
                made.touched.append(f"connection to {address!r}")

    threading.Thread(target=answer, daemon=True).start()
    return listener.getsockname()[1] if family == socket.AF_INET else 0


async def play(made: Arena, case: dict[str, Any], tier: Tier) -> tuple[SandboxResult, list[str]]:
    """Runs one hostile program; the list says what it broke, and is empty if it was contained."""
    made.lay_out()
    made.touched.clear()
    place = house(tier).zygote
    assert place, f"tier {tier} is not to be had here"
    before, processes = made.state(), sandbox_processes()
    victim = subprocess.Popen(["sleep", "60"])  # noqa: ASYNC220
    seconds = ENDLESS if "timeout" in case["expected"]["status"] else ENDING
    mark = f"SBX-MARK-{os.urandom(4).hex()}"
    try:
        started = time.monotonic()
        result = await run_python(_filled(case["code"], made, victim.pid, mark), seconds=seconds, highest=tier)
        took = time.monotonic() - started
        broken = _broken(made, result, mark, before)
        if victim.poll() is not None:
            broken.append("the victim was killed")
    finally:
        victim.kill()
        victim.wait()
    if took > seconds + SLACK:
        broken.append(f"took {took:.1f} s")
    if left := sandbox_processes() - processes:
        broken.append(f"left {len(left)} processes")
    if result.standing.tier != tier or house(tier).zygote is not place or not place.alive:
        broken.append("the sandbox itself was harmed")
    after = await run_python(
        "import math, json\n(1 + 1, round(math.pi, 3), json.dumps([1]), len('ab'))", seconds=10, highest=tier
    )
    if after.value != "(2, 3.142, '[1]', 2)":
        broken.append(f"the next program suffered: {after}")
    return result, broken


def _filled(code: str, made: Arena, victim: int, mark: str) -> str:
    names = {
        "SECRET_FILE": made.secret_file,
        "OUT_DIR": made.outside,
        "PORT": made.port,
        "UPORT": made.datagram_port,
        "USOCK": made.root / "us",
        "VICTIM": victim,
        "HOST_PID": os.getpid(),
        "SITE": SITE,
        "MARK": mark,
    }
    for name, value in names.items():
        code = code.replace(f"@{name}@", str(value))
    return code


def _broken(made: Arena, result: SandboxResult, mark: str, before: tuple[Any, ...]) -> list[str]:
    text = result.model_dump_json()
    broken = [f"it shows {what}" for what, sign in (("the secret", made.secret), ("the mark", mark)) if sign in text]
    broken += [f"reached: {touched}" for touched in made.touched]
    if (now := made.state()) != before:
        broken.append(f"changed {before} to {now}")
    idle = {child.folder for child in waiting()}  # asked first: then no more are made
    if rest := set(made.temporary.iterdir()) - idle:
        broken.append(f"left {rest}")
    if len(result.stdout) > 70_000 or len(result.stderr) > 70_000:
        broken.append("too much output")
    if any(sign in result.stdout + result.stderr for sign in "\x00\x07\x08\x1b\r"):
        broken.append("raw control characters")
    return broken


def sandbox_processes() -> set[str]:
    """The children of this process's zygotes that run something, or should be gone."""
    idle = {str(child.pid) for child in waiting()}
    found: set[str] = set()
    for tier in ("A", "B"):
        zygote = house(tier).zygote  # type: ignore[arg-type]
        if zygote:
            pid = zygote.process.pid
            found |= set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return found - idle


def waiting() -> list[Confined]:
    """The children that wait for a next program."""
    spares = [house(tier).spares for tier in ("A", "B")]  # type: ignore[arg-type]
    return [child for child in (spare.waiting() for spare in spares if spare) if child]


async def main(tier: Tier, only: set[str]) -> None:
    with arena() as made:
        house(tier)
        for case in cases("cases") + cases("own"):
            if not only or case["id"] in only:
                result, broken = await play(made, case, tier)
                if result.status not in case["expected"]["status"]:
                    broken.append(f"status {result.status} ({result.error})")
                sys.stdout.write(json.dumps({"id": case["id"], "status": result.status, "broken": broken}) + "\n")
        for case in cases("benign"):
            if not only or case["id"] in only:
                result = await run_python(case["code"], seconds=60, highest=tier)
                shown = result.stdout + (result.value or "")
                broken = [] if case["stdout_or_result_contains"] in shown else [f"shows {shown!r} {result.error}"]
                sys.stdout.write(json.dumps({"id": case["id"], "status": result.status, "broken": broken}) + "\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], set(sys.argv[2:])))  # type: ignore[arg-type]

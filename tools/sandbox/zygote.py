"""The server's end of the zygote (`tools.worker.zygote`): starts it, asks it for children, learns how they ended."""

import array
import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

WORKER = Path(__file__).resolve().parents[1] / "worker"
ROOT = WORKER.parents[1]
START_SECONDS = 180
"""Where all libraries are loaded first it takes six seconds of CPU time, on a busy machine far more of the clock."""
MESSAGE_BYTES = 1 << 16


class ZygoteError(Exception):
    """The zygote did not start, or is gone: the message says what it said last."""


@dataclass(frozen=True)
class Ended:
    """How a child ended: its wait status, CPU seconds and largest resident memory in bytes."""

    status: int
    cpu: float
    memory: int


class Zygote:
    """A running zygote; safe to use from several threads."""

    def __init__(self, layers: tuple[str, ...]) -> None:
        """Starts it and waits until it can fork. Raises ZygoteError."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        config = {"control": theirs.fileno(), "root": str(ROOT), "site": _site(), "layers": layers}
        self._socket, self._lock = ours, threading.Lock()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the zygote)
        command = [sys.executable, "-I", "-B", "-X", "utf8", str(WORKER / "zygote.py"), json.dumps(config)]
        with theirs:
            try:
                self.process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=self._log,
                    stderr=self._log,
                    env=_environment(),
                    cwd="/",
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            except OSError as error:
                raise ZygoteError(f"the sandbox's zygote cannot be started: {error}") from error
        ours.settimeout(START_SECONDS)
        self.owner = os.getpid()
        self.loaded = False
        """Whether all libraries are in its memory, so that a child of now is as good as a later one."""
        self.offers = self._receive()[0]
        ours.settimeout(None)

    @property
    def alive(self) -> bool:
        """Whether it can be asked, by this process."""
        return self.owner == os.getpid() and self.process.poll() is None

    def spawn(self, folder: Path, bounds: dict[str, int], descriptors: list[int]) -> tuple[int, int]:
        """The number and a pidfd of a new child, which waits for its task; it has copies of `descriptors`."""
        answer, received = self._ask({"do": "spawn", "folder": str(folder), "bounds": bounds}, descriptors)
        self.loaded = answer["loaded"]
        return answer["pid"], received[0]

    def reap(self, pid: int) -> Ended:
        """Collects a child that has ended."""
        answer, _ = self._ask({"do": "reap", "pid": pid})
        return Ended(**answer)

    def close(self) -> None:
        """Ends it and its children."""
        self._socket.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.wait()
        self._log.close()

    def _ask(self, request: dict[str, Any], descriptors: list[int] | None = None) -> tuple[dict[str, Any], list[int]]:
        rights = array.array("i", descriptors or []).tobytes()
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)] if rights else []
        with self._lock:
            try:
                self._socket.sendmsg([json.dumps(request).encode()], ancillary)
            except OSError as error:
                raise self._gone(f"is gone: {error}") from error
            return self._receive()

    def _receive(self) -> tuple[dict[str, Any], list[int]]:
        try:
            message, ancillary, _, _ = self._socket.recvmsg(MESSAGE_BYTES, socket.CMSG_SPACE(16))
        except OSError as error:
            raise self._gone(f"does not answer: {error}") from error
        if not message:
            self._log.seek(0)
            said = self._log.read()[-2_000:].decode(errors="replace").strip()
            log.warning("the sandbox's zygote ended: %s", said)
            raise self._gone(f"ended: {said.rpartition(chr(10))[2] or 'it said nothing'}")
        descriptors = array.array("i")
        for _, _, data in ancillary:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
        return json.loads(message), descriptors.tolist()

    def _gone(self, how: str) -> ZygoteError:
        """The error to raise; makes sure that it is gone, so that nobody asks it again."""
        self.process.kill()
        self.process.wait()
        return ZygoteError(f"the sandbox's zygote {how}")


def _environment() -> dict[str, str]:
    """All that the zygote gets, and so all that its children get."""
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    one_arena = {"MALLOC_ARENA_MAX": "1"}  # each further one reserves 64 MB of the address space that is limited
    return {
        "LANG": "C.UTF-8",
        "PATH": "",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": "/nonexistent",
        **one_thread,
        **one_arena,
    }


def _site() -> list[str]:
    """Where the server finds installed packages, so that programs find the same."""
    return [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]

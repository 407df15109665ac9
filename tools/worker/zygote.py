"""The zygote: a process with the libraries loaded that forks one confined child for each task.

Run as `python -I -B zygote.py CONFIG` by `tools.sandbox.zygote`, which it talks to over a socket; when the socket
closes, it kills its children and ends. It is executed afresh, never forked from the server, so nothing of the server
is in its memory. It is trusted; what a task does happens in the children only.
"""

import array
import atexit
import contextlib
import importlib
import io
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import types
from pathlib import Path
from typing import Any

MESSAGE_BYTES = 1 << 16
FIRST_KEPT = 5
"""A child's descriptors: 0 nothing, 1 and 2 its output, 3 its report, 4 its task."""
WORKERS = ("tools.worker.python_program", "tools.worker.math_problem", "tools.worker.probe")


class Zygote:
    """Answers requests one after the other; loads more libraries whenever there is nothing to do."""

    def __init__(self, config: dict[str, Any]) -> None:
        from tools.worker import bootstrap, confine, landlock, preload, seccomp  # found only now: see `main`

        self.confine, self.begun = confine, bootstrap.BEGUN
        self.control = socket.socket(fileno=config["control"])
        self.paths = "landlock" in config["layers"] and landlock.version() > 0
        self.ruleset = landlock.Ruleset(preload.readable()) if self.paths else None
        self.libraries_open = all(confine.open_to_all(path) for path in preload.readable() if Path(path).exists())
        self.other_user = confine.can_change_user(confine.FIRST_OWN_USER)
        seccomp.template(self.paths)
        self.pending = preload.steps(everything=not self.paths)
        self.children: dict[int, str] = {}
        self.spawned = random.randrange(confine.OWN_USERS)  # two servers on a machine should not share users
        self.uncounted = 0 if self.other_user else confine.uncounted_tasks()
        self.counted = (-1.0, 0)
        self.load = preload.take
        self.load(self.pending)
        while self.pending and not self.paths:
            self.load(self.pending)

    def serve(self) -> None:
        """Until the server closes the socket."""
        self._send({"ready": True, "landlock": self.ruleset.abi if self.ruleset else 0, "user": self.other_user})
        while True:
            while self.pending and not select.select([self.control], [], [], 0)[0]:
                self.load(self.pending)
            message, descriptors = self._receive()
            if not message:
                return
            request = json.loads(message)
            if request["do"] == "spawn":
                self._spawn(request, descriptors)
            else:
                self._reap(request["pid"])

    def close(self) -> None:
        """Nothing of this zygote outlives it."""
        for pid, folder in self.children.items():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            shutil.rmtree(folder, ignore_errors=True)

    def _spawn(self, request: dict[str, Any], descriptors: list[int]) -> None:
        folder: str = request["folder"]
        place = self._place(folder)
        bounds = self.confine.Bounds(**request["bounds"])
        tasks = 0 if place.user is not None else self._tasks()
        pid = os.fork()
        if pid == 0:
            _child(self, place, bounds, descriptors, tasks)
        for descriptor in descriptors:
            os.close(descriptor)
        self.children[pid] = folder
        handle = os.pidfd_open(pid)
        self._send({"pid": pid, "loaded": not self.pending}, [handle])
        os.close(handle)

    def _place(self, folder: str) -> Any:
        """A user of its own for each child where this process may choose one."""
        if not self.other_user:
            return self.confine.Place(folder, None, False)
        user = self.confine.FIRST_OWN_USER + self.spawned % self.confine.OWN_USERS
        self.spawned += 1
        os.chown(folder, user, user)
        reads_all = self.paths and not (self.libraries_open and self.confine.open_to_all(str(Path(folder).parent)))
        return self.confine.Place(folder, user, reads_all)

    def _tasks(self) -> int:
        """Counted at most once a second."""
        now = time.monotonic()
        if now - self.counted[0] > 1 or self.counted[0] < 0:
            self.counted = (now, self.confine.tasks_of(os.getuid()) + self.uncounted)
        return self.counted[1]

    def _reap(self, pid: int) -> None:
        _, status, usage = os.wait4(pid, 0)
        self.children.pop(pid, None)
        self._send({"status": status, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * 1024})

    def _receive(self) -> tuple[bytes, list[int]]:
        message, ancillary, _, _ = self.control.recvmsg(MESSAGE_BYTES, socket.CMSG_SPACE(16 * 4))
        descriptors = array.array("i")
        for _, _, data in ancillary:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
        return message, descriptors.tolist()

    def _send(self, answer: dict[str, Any], descriptors: list[int] | None = None) -> None:
        rights = (
            [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors).tobytes())] if descriptors else []
        )
        self.control.sendmsg([json.dumps(answer).encode()], rights)


def _child(zygote: Zygote, place: Any, bounds: Any, descriptors: list[int], tasks: int) -> None:
    """The whole life of a child; never returns. Its report begins with a byte that says that it is confined."""
    leave = os._exit  # a task may put something else in its place
    try:
        os.setsid()
        _rewire(descriptors)
        os.chdir(place.folder)
        _fresh_interpreter(place.folder)
        zygote.confine.confine(place, bounds, zygote.ruleset, tasks, FIRST_KEPT)
        if not zygote.paths:
            from tools.worker import memory_files

            memory_files.install(place.folder)
        os.write(3, zygote.begun)
    except BaseException as error:  # noqa: BLE001  (whatever it is: without confinement nothing may run)
        with contextlib.suppress(BaseException):
            os.write(2, f"{type(error).__name__}: {error}".encode())
        leave(1)
    try:
        _work()
    finally:
        leave(0)


def _rewire(descriptors: list[int]) -> None:
    task, out, err, report = descriptors
    null = os.open(os.devnull, os.O_RDONLY)
    above = [os.dup2(handle, 1000 + at) for at, handle in enumerate((null, out, err, report, task))]
    for at, handle in enumerate(above):
        os.dup2(handle, at)


def _fresh_interpreter(folder: str) -> None:
    """The child looks like an interpreter that has just been started in `folder`."""
    _stream("stdin", io.TextIOWrapper(io.FileIO(0, closefd=False), "utf-8"))
    _stream("stdout", _writer(1))
    _stream("stderr", _writer(2))
    for name in ("HOME", "TMPDIR"):
        os.environ[name] = folder
    os.environ["MPLCONFIGDIR"] = f"{folder}/.matplotlib"
    tempfile.tempdir = folder
    sys.argv = [""]
    atexit._clear()  # what libraries wanted to do at the zygote's end
    random.seed()
    if numpy := sys.modules.get("numpy.random"):
        numpy.seed(random.getrandbits(32))
    if sympy := sys.modules.get("sympy.core.random"):
        sympy.seed(random.getrandbits(64))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _stream(name: str, stream: io.TextIOWrapper) -> None:
    setattr(sys, name, stream)
    setattr(sys, f"__{name}__", stream)


def _writer(descriptor: int) -> io.TextIOWrapper:
    raw = io.BufferedWriter(io.FileIO(descriptor, "w", closefd=False))
    return io.TextIOWrapper(raw, "utf-8", errors="backslashreplace", line_buffering=True)


def _work() -> None:
    """Reads the task, one line, only now that everything is given up, and writes the report."""
    with open(4, "rb") as pipe:
        received = pipe.readline()  # not to its end: a process that the server forked may hold that open
    if not received.endswith(b"\n"):
        return
    task = json.loads(received)
    report = json.dumps(sys.modules[task["module"]].run(task["task"])).encode()
    with contextlib.suppress(Exception):  # the program may have put anything in these places
        atexit._run_exitfuncs()
        sys.stdout.flush()
    while report:
        report = report[os.write(3, report) :]


def main() -> None:
    config = json.loads(sys.argv[1])
    sys.path += [path for path in config["site"] if path not in sys.path]
    sys.path.insert(0, config["root"])
    for name in WORKERS:
        importlib.import_module(name)
    zygote = Zygote(config)
    sys.path.remove(config["root"])
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        zygote.serve()
    finally:
        zygote.close()


if __name__ == "__main__":
    main()

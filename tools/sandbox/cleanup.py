"""What is left of a sandboxed process goes: its folder and, of a plain process, its group and strays that left it."""

import logging
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)


def environment(folder: Path) -> dict[str, str]:
    """All that a plain process gets. The folder's unique name in it is also how strays are recognised."""
    places = {"HOME": str(folder), "TMPDIR": str(folder), "MPLCONFIGDIR": f"{folder}/.matplotlib"}
    return {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg", "MALLOC_ARENA_MAX": "1", **places}


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to everything in the process's group (which is its own session's)."""
    with suppress(ProcessLookupError, PermissionError):  # macOS answers "not permitted" for a group of zombies
        os.killpg(process.pid, signal.SIGKILL)


def remove(folder: Path) -> None:
    """Removes a folder whatever is in it: unreadable, or nested so deeply that no path reaches the bottom.

    Every folder in it is emptied into it and removed, one level after the other, so nothing recurses; no link is
    followed.
    """
    try:
        folder.rmdir()
        return
    except FileNotFoundError:
        return  # the zygote ended and took it along
    except OSError:
        pass  # not empty, the usual case after a program that wrote files
    try:
        folder.chmod(0o700)
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            _empty(top)
        finally:
            os.close(top)
        folder.rmdir()
    except OSError as error:
        log.warning("could not remove %s, delete it by hand: %s", folder, error)


def _empty(top: int) -> None:
    moved = 0
    while names := os.listdir(top):
        for name in names:
            if not stat.S_ISDIR(os.stat(name, dir_fd=top, follow_symlinks=False).st_mode):
                os.unlink(name, dir_fd=top)
                continue
            below = _opened(name, top)
            try:
                for inner in os.listdir(below):  # noqa: PTH208
                    if stat.S_ISDIR(os.stat(inner, dir_fd=below, follow_symlinks=False).st_mode):
                        os.close(_opened(inner, below))  # a folder that moves must be writable itself
                        moved += 1
                        os.rename(
                            inner, f"agentflow-moved-{moved}-{time.monotonic_ns()}", src_dir_fd=below, dst_dir_fd=top
                        )
                    else:
                        os.unlink(inner, dir_fd=below)
            finally:
                os.close(below)
            os.rmdir(name, dir_fd=top)


def _opened(name: str, above: int) -> int:
    """A folder inside `above`, made accessible; nobody is left who could put a link in its place."""
    os.chmod(name, 0o700, dir_fd=above)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)


def kill_strays(folder: Path) -> None:
    """Processes that left the group (a double fork, a new session) still carry the folder in their environment."""
    if sys.platform != "linux":
        return
    marker = f"HOME={folder}\0".encode()
    for _ in range(50):
        strays = [pid for pid in _pids() if marker in _environ(pid)]
        if not strays:
            return
        for pid in strays:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    log.warning("processes of the sandbox %s keep starting new ones", folder)


def _pids() -> list[int]:
    return [int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit()]


def _environ(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""

"""What is left of a sandboxed process goes: its group, strays that left the group, its folder."""

import logging
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)


def environment(folder: Path) -> dict[str, str]:
    """All that the process gets. The folder's unique name in it is also how strays are recognised."""
    return {"LANG": "C.UTF-8", "HOME": str(folder), "TMPDIR": str(folder), "OPENBLAS_NUM_THREADS": "1"}


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to everything in the process's group (which is its own session's)."""
    with suppress(ProcessLookupError, PermissionError):  # macOS answers "not permitted" for a group of zombies
        os.killpg(process.pid, signal.SIGKILL)


def clear(process: subprocess.Popen[bytes] | None, folder: Path) -> None:
    """Kills the group and its strays, collects the process, removes the folder. Blocks: call it in a thread."""
    if process:
        kill_group(process)
        process.wait()
        _kill_strays(folder)
    remove(folder)


def remove(folder: Path) -> None:
    """Removes a folder whose contents may have been made unreadable; follows no link out of it."""
    folder.chmod(0o700)
    for root, folders, _ in os.walk(folder):
        for name in folders:
            path = Path(root, name)
            if stat.S_ISDIR(path.lstat().st_mode):
                path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        log.warning("could not remove %s; delete it by hand", folder)


def _kill_strays(folder: Path) -> None:
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

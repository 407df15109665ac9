"""How a child of the zygote gives up everything it could do harm with; the order of the steps matters.

Landlock and the filter need `no_new_privs`; the identity changes before its capabilities go; the death signal is set
after that change, which clears it; the filter comes last because it denies the steps before it.
"""

import contextlib
import os
import resource
import signal
import struct
import threading
from dataclasses import dataclass

from tools.worker import kernel, seccomp
from tools.worker.landlock import Ruleset
from tools.worker.syscalls import number

CAPABILITY_VERSION, READ_ANY_FILE = 0x20080522, 1 << 2
FIRST_OWN_USER, OWN_USERS = 65_000, 500
"""Numbers that Debian and systemd leave to such uses, inside the range that containers map."""


@dataclass(frozen=True)
class Bounds:
    """What one program may use; sizes in bytes, `memory` beyond what the zygote has already."""

    cpu: int
    memory: int
    file_size: int
    open_files: int
    threads: int


@dataclass(frozen=True)
class Place:
    """Where a child lives: its folder, its own user (None: the zygote's), and whether that user reads the libraries."""

    folder: str
    user: int | None
    reads_all: bool


def confine(place: Place, bounds: Bounds, ruleset: Ruleset | None, tasks_of_user: int, keep: int) -> None:
    """Confines this process for good and closes all descriptors from `keep` on. Raises OSError: then run nothing.

    Without a ruleset no system call that takes a path will be possible.
    """
    _oom_first()
    sizes = _own_sizes()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if ruleset:
        ruleset.restrict(place.folder)
    os.closerange(keep, 1 << 20)
    _drop_identity(place)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    _limit(bounds, sizes, tasks_of_user)
    seccomp.install(seccomp.program(os.getpid(), paths=ruleset is not None))


def _oom_first() -> None:
    """When memory runs out, this process goes before the server."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "wb", buffering=0) as file:  # noqa: PTH123
        file.write(b"1000")


def _own_sizes() -> tuple[int, int]:
    """Address space and data of this process, in bytes."""
    page = resource.getpagesize()
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
        fields = file.read().split()
    return int(fields[0]) * page, int(fields[5]) * page


def _drop_identity(place: Place) -> None:
    if place.user is not None:
        if place.reads_all:
            kernel.prctl(kernel.PR_SET_KEEPCAPS, 1)
        os.setgroups([])
        os.setresgid(place.user, place.user, place.user)
        os.setresuid(place.user, place.user, place.user)
    with contextlib.suppress(OSError):  # an old kernel has no such set
        kernel.prctl(kernel.PR_CAP_AMBIENT, kernel.PR_CAP_AMBIENT_CLEAR_ALL)
    # Where only root may go through the folders to the libraries, reading is kept: Landlock says what is read.
    kept = READ_ANY_FILE if place.user is not None and place.reads_all else 0
    head = kernel.buffer(struct.pack("Ii", CAPABILITY_VERSION, 0))
    kernel.syscall(number("capset"), head, kernel.buffer(struct.pack("6I", kept, kept, 0, 0, 0, 0)))


def _limit(bounds: Bounds, sizes: tuple[int, int], tasks_of_user: int) -> None:
    address_space, data = sizes
    wanted = {
        resource.RLIMIT_CPU: bounds.cpu,
        resource.RLIMIT_AS: address_space + bounds.memory,
        resource.RLIMIT_DATA: data + bounds.memory,
        resource.RLIMIT_FSIZE: bounds.file_size,
        resource.RLIMIT_NOFILE: bounds.open_files,
        resource.RLIMIT_NPROC: tasks_of_user + bounds.threads,
        resource.RLIMIT_STACK: 8 << 20,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NICE: 0,
        resource.RLIMIT_RTPRIO: 0,
        resource.RLIMIT_SIGPENDING: 64,
    }
    for limit, value in wanted.items():
        hard = resource.getrlimit(limit)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (bound, bound + 1 if limit == resource.RLIMIT_CPU and bound < hard else bound))


def can_change_user(user: int) -> bool:
    """Whether a child of this process could become `user`: root in some containers cannot."""
    if os.geteuid() != 0:
        return False
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            os._exit(0)
        except OSError:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def tasks_of(user: int) -> int:
    """How many threads this user has: the limit on processes counts them all."""
    count = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if entry.stat().st_uid == user:
                    count += len(os.listdir(f"/proc/{entry.name}/task"))  # noqa: PTH208
    return count


def uncounted_tasks() -> int:
    """How many threads of this user `tasks_of` may not see: those in other containers count, too. A rough bound."""
    return next((more for more in (0, 1_000, 10_000) if _can_start_thread(tasks_of(os.getuid()) + more + 8)), 100_000)


def _can_start_thread(limit: int) -> bool:
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))
            threading.Thread(target=int).start()
            os._exit(0)
        except (RuntimeError, OSError, ValueError):
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def open_to_all(path: str) -> bool:
    """Whether any user may go through all folders down to `path`."""
    current = os.path.realpath(path)
    while True:
        try:
            if not os.stat(current).st_mode & 0o001:  # noqa: PTH116
                return False
        except OSError:
            return False
        parent = os.path.dirname(current)  # noqa: PTH120
        if parent == current:
            return True
        current = parent

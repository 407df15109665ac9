"""The system call filter of a sandboxed process: an allow-list, everything else answers "not permitted".

A classic BPF program put together by hand (the kernel's `seccomp_data` layout), so that no compiler and no C library is
needed. The filter is the layer that holds where Landlock has nothing to say: sockets, processes, signals, metadata.
"""

import errno
import struct
from functools import cache

from tools.worker import kernel
from tools.worker.syscalls import ARCHITECTURES, NUMBERS, X32, machine
from tools.worker.words import words

Step = tuple[int, int, int, int]
"""One BPF instruction: code, jump if true, jump if false, constant."""

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
SET_MODE_FILTER = 1

PLAIN = words(
    "read write close fstat poll lseek munmap brk rt_sigaction rt_sigprocmask rt_sigreturn pread64 pwrite64 readv "
    "writev pipe select sched_yield mremap msync madvise dup dup2 pause nanosleep getitimer alarm setitimer getpid "
    "sendfile recvfrom shutdown getsockname getpeername getsockopt exit wait4 uname flock fsync fdatasync "
    "ftruncate getcwd umask gettimeofday getrlimit getrusage sysinfo times getuid getgid geteuid getegid getppid "
    "getpgrp getgroups sigaltstack fstatfs gettid time futex sched_getaffinity set_tid_address restart_syscall "
    "fadvise64 clock_gettime clock_getres clock_nanosleep exit_group epoll_wait epoll_ctl pselect6 ppoll "
    "set_robust_list epoll_pwait eventfd2 epoll_create1 dup3 pipe2 preadv pwritev getcpu getrandom membarrier "
    "copy_file_range rseq close_range rt_sigtimedwait rt_sigpending rt_sigsuspend"
)
"""Allowed whatever the arguments: they concern only the process itself and what it already holds open. No `setsockopt`:
it enlarges buffers in the kernel's memory, which no limit counts."""

PATHS = words(
    "stat lstat access chdir fchdir rename mkdir rmdir unlink readlink statfs getdents getdents64 mkdirat newfstatat "
    "unlinkat renameat renameat2 readlinkat faccessat faccessat2 statx"
)
"""Allowed too where Landlock decides about paths."""

BLATANT = words(
    "ptrace process_vm_readv process_vm_writev bpf kexec_load kexec_file_load mount pivot_root io_uring_setup "
    "io_uring_enter io_uring_register reboot init_module finit_module delete_module perf_event_open userfaultfd keyctl "
    "add_key request_key open_by_handle_at"
)
"""No honest program uses them: the process is killed."""

TERMINAL_QUESTIONS = (0x5401, 0x5421, 0x5451, 0x5450, 0x541B, 0x5413)
"""ioctl: TCGETS FIONBIO FIOCLEX FIONCLEX FIONREAD TIOCGWINSZ."""
DESCRIPTOR_QUESTIONS = (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1032, 1034)
"""fcntl: everything but F_SETOWN, F_SETSIG, leases and notifications, which signal other processes."""

CLONE_NAMESPACES, CLONE_THREAD, CLONE_VM = 0x7E020080, 0x00010000, 0x00000100
O_TRUNC, WRITING, READING_TOO, AT_EMPTY_PATH = 0x200, 0x1, 0x2, 0x1000
PROT_EXEC, MAP_ANONYMOUS = 0x4, 0x20
PR_SET_NAME, PR_GET_NAME, AF_UNIX = 15, 16, 1
NOBODYS = 0x7FFFFFA5
"""Stands for the number of the process; no process has it."""


def install(program: bytes) -> None:
    """Filters this process for good; `no_new_privs` must be set and no other thread exist. Raises OSError."""
    block = kernel.buffer(program)
    head = kernel.buffer(struct.pack("HxxxxxxP", len(program) // 8, kernel.address(block)))
    kernel.syscall(_numbers()["seccomp"], SET_MODE_FILTER, 0, head)


def program(pid: int, *, paths: bool) -> bytes:
    """The filter for the process `pid`; with `paths`, system calls that take a path are left to Landlock."""
    return template(paths).replace(struct.pack("I", NOBODYS), struct.pack("I", pid))


@cache
def template(paths: bool) -> bytes:
    """The same for any process; a zygote makes it once."""
    steps: list[Step] = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, ARCHITECTURES[machine() or "x86_64"]), (RETURN, 0, 0, KILL)]
    steps += [(LOAD, 0, 0, 0), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, KILL)]
    for name in (*PLAIN, *(PATHS if paths else ())):
        steps += _rule(name, [_give(ALLOW)])
    for name, body in _conditions(paths).items():
        steps += _rule(name, body)
    for name in BLATANT:
        steps += _rule(name, [_give(KILL)])
    steps.append(_give(ERRNO | errno.EPERM))
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _conditions(paths: bool) -> dict[str, list[Step]]:
    """Calls that depend on their arguments."""
    itself = [_low(0), (EQUAL, 0, 1, NOBODYS), _give(ALLOW), _give(ERRNO | errno.EPERM)]
    return {
        **(_opening() if paths else _no_paths()),
        "utimensat": [_give(ERRNO)],  # answers "done" and does nothing: copying and touching files go on
        "clone3": [_give(ERRNO | errno.ENOSYS)],  # its flags lie behind a pointer; libc then uses clone
        "clone": [  # threads only
            _low(0),
            (ANY_BIT, 3, 0, CLONE_NAMESPACES),
            (ANY_BIT, 0, 2, CLONE_THREAD),
            (ANY_BIT, 0, 1, CLONE_VM),
            _give(ALLOW),
            _give(ERRNO | errno.EPERM),
        ],
        "mmap": [  # no anonymous memory that can be executed
            _low(2),
            (ANY_BIT, 0, 2, PROT_EXEC),
            _low(3),
            (ANY_BIT, 1, 0, MAP_ANONYMOUS),
            _give(ALLOW),
            _give(ERRNO | errno.EPERM),
        ],
        "mprotect": [_low(2), (ANY_BIT, 1, 0, PROT_EXEC), _give(ALLOW), _give(ERRNO | errno.EPERM)],
        "ioctl": _among(1, TERMINAL_QUESTIONS, errno.ENOTTY),
        "fcntl": _among(1, DESCRIPTOR_QUESTIONS, errno.EPERM),
        "kill": itself,
        "tgkill": itself,
        "prlimit64": [  # to read its own limits
            _low(0),
            (EQUAL, 0, 5, 0),
            _low(2),
            (EQUAL, 0, 3, 0),
            _high(2),
            (EQUAL, 0, 1, 0),
            _give(ALLOW),
            _give(ERRNO | errno.EPERM),
        ],
        "prctl": _among(0, (PR_SET_NAME, PR_GET_NAME), errno.EPERM),
        "socketpair": _among(0, (AF_UNIX,), errno.EPERM),  # asyncio's own pipe
        "sendto": [  # on that pipe: without an address
            _low(4),
            (EQUAL, 0, 3, 0),
            _high(4),
            (EQUAL, 0, 1, 0),
            _give(ALLOW),
            _give(ERRNO | errno.EPERM),
        ],
    }


def _opening() -> dict[str, list[Step]]:
    """Landlock before its third version does not stop an open that empties the file and says that it writes nothing.

    Access mode 3, neither reading nor writing, is one for drivers, which no version of Landlock asks about.
    """

    def body(flags: int) -> list[Step]:
        reading_too = (ANY_BIT, 3, 2, READING_TOO)
        only_reading = [(ANY_BIT, 1, 0, READING_TOO), (ANY_BIT, 1, 0, O_TRUNC)]
        decided = [_give(ALLOW), _give(ERRNO | errno.EPERM)]
        return [_low(flags), (ANY_BIT, 0, 1, WRITING), reading_too, *only_reading, *decided]

    return {"open": body(1), "openat": body(2)}


def _no_paths() -> dict[str, list[Step]]:
    denied = words("open openat stat lstat access statx faccessat faccessat2 readlink readlinkat")
    by_descriptor = [_low(3), (ANY_BIT, 0, 1, AT_EMPTY_PATH), _give(ALLOW), _give(ERRNO | errno.EACCES)]
    return {**{name: [_give(ERRNO | errno.EACCES)] for name in denied}, "newfstatat": by_descriptor}


def _rule(name: str, body: list[Step]) -> list[Step]:
    """`body`, which always returns, for the call of this name; nothing where the architecture lacks it."""
    number = _numbers().get(name)
    return [] if number is None else [(EQUAL, 0, len(body), number), *body]


def _among(argument: int, values: tuple[int, ...], error: int) -> list[Step]:
    checks = [(EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [_low(argument), *checks, _give(ERRNO | error), _give(ALLOW)]


def _give(action: int) -> Step:
    return RETURN, 0, 0, action


def _low(argument: int) -> Step:
    """Loads the lower half of an argument (both architectures are little-endian)."""
    return LOAD, 0, 0, 16 + 8 * argument


def _high(argument: int) -> Step:
    return LOAD, 0, 0, 20 + 8 * argument


def _numbers() -> dict[str, int]:
    return NUMBERS[machine() or "x86_64"]

"""What a sandboxed process may do with files, decided by the kernel: Landlock, without a library.

Reading below the given folders and writing below one; TCP, abstract sockets and signals denied where the kernel's
version of Landlock can. What it never covers (metadata, UDP) is the system call filter's.
"""

import fcntl
import os
import stat
import struct
from collections.abc import Iterable

from tools.worker import kernel
from tools.worker.syscalls import number
from tools.worker.words import words

RIGHTS = {
    name: 1 << bit
    for bit, name in enumerate(
        words(
            "EXECUTE WRITE_FILE READ_FILE READ_DIR REMOVE_DIR REMOVE_FILE MAKE_CHAR MAKE_DIR MAKE_REG MAKE_SOCK "
            "MAKE_FIFO MAKE_BLOCK MAKE_SYM REFER TRUNCATE IOCTL_DEV"
        )
    )
}
KNOWN_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many of the rights a version knows; later ones know all."""
READ = RIGHTS["READ_FILE"] | RIGHTS["READ_DIR"]
OWN = READ | sum(RIGHTS[name] for name in words("WRITE_FILE TRUNCATE MAKE_REG MAKE_DIR REMOVE_FILE REMOVE_DIR REFER"))
TCP, SCOPES = 3, 3
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
ASK_VERSION, RULE_PATH_BENEATH, FIRST_HANDLE = 1, 1, 100


def version() -> int:
    """The version of Landlock that the kernel offers, 0 for none."""
    try:
        return kernel.syscall(number("landlock_create_ruleset"), None, kernel.size(0), ASK_VERSION)
    except (OSError, KeyError):
        return 0


class Ruleset:
    """Allows reading below some paths; a process that takes it may also write below one folder."""

    def __init__(self, readable: Iterable[str]) -> None:
        self.abi = version()
        known = KNOWN_BY_ABI.get(self.abi, len(RIGHTS))
        self.handled = (1 << known) - 1
        self.readable = [_open(path) for path in readable]
        self.devices = [_open(path) for path in DEVICES]
        self.null = _open("/dev/null")

    def restrict(self, folder: str) -> None:
        """Restricts this process for good; `no_new_privs` must be set. Raises OSError."""
        ruleset = self._create()
        for handle, folder_like in self.readable:
            self._allow(ruleset, handle, READ if folder_like else RIGHTS["READ_FILE"])
        for handle, _ in self.devices:
            self._allow(ruleset, handle, RIGHTS["READ_FILE"])
        self._allow(ruleset, self.null[0], RIGHTS["READ_FILE"] | RIGHTS["WRITE_FILE"])
        own, _ = _open(folder)
        self._allow(ruleset, own, OWN)
        os.close(own)
        kernel.syscall(number("landlock_restrict_self"), ruleset, 0)
        os.close(ruleset)

    def _create(self) -> int:
        attributes = struct.pack("Q", self.handled)
        if self.abi >= 4:
            attributes += struct.pack("Q", TCP)
        if self.abi >= 6:
            attributes += struct.pack("Q", SCOPES)
        block = kernel.buffer(attributes)
        return kernel.syscall(number("landlock_create_ruleset"), block, kernel.size(len(attributes)), 0)

    def _allow(self, ruleset: int, handle: int, rights: int) -> None:
        if handle >= 0:
            rule = kernel.buffer(struct.pack("=Qi", rights & self.handled, handle))
            kernel.syscall(number("landlock_add_rule"), ruleset, RULE_PATH_BENEATH, rule, 0)


def _open(path: str) -> tuple[int, bool]:
    """A handle on the path and whether it is a folder; -1 where there is nothing (a system without /dev/random).

    Its number is above those that a child's own pipes take.
    """
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return -1, False
    try:
        return fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, FIRST_HANDLE), stat.S_ISDIR(os.fstat(handle).st_mode)
    finally:
        os.close(handle)

"""What one call may use. Sizes are in bytes."""

from dataclasses import dataclass

MEMORY_BYTES = 512 << 20
OUTPUT_BYTES = 64 * 1024
"""Kept of standard output and of standard error, each."""
FLOOD_BYTES = 8 << 20
"""A process that prints more than this is stopped: reading it would keep the server busy."""
REPORT_BYTES = 16 << 20
REPORT_PARTS = 200_000
"""Values in a report: a program may write the report itself, and small values take far more memory than text."""
DISK_BYTES = 64 << 20
DISK_ENTRIES = 1_000
UNSEEN_DISK_BYTES = 8 * DISK_BYTES
"""How much less may be free on the disk than when a program began: it can hide files by removing what it has open."""
OPEN_FILES = 128
"""Pipes and pairs of sockets among them hold up to 0.2 MB each in the kernel: the limit on memory does not see it."""
MOST_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Limits:
    """`seconds` is the wall clock's; `memory` is what a program may have beyond the interpreter and its libraries."""

    seconds: float
    memory: int = MEMORY_BYTES

    def cpu_seconds(self) -> int:
        """A little more than the wall clock's: it matters for programs of several threads, or if the server dies."""
        return int(max(0, min(self.seconds, MOST_SECONDS))) + 2

    def bounds(self) -> dict[str, int]:
        """For `tools.worker.confine.Bounds`."""
        return {
            "cpu": self.cpu_seconds(),
            "memory": self.memory,
            "file_size": DISK_BYTES // 2,
            "open_files": OPEN_FILES,
            "threads": 64,
        }

    def resources(self) -> dict[str, int]:
        """For `tools.worker.bootstrap`: names of RLIMIT_* and their values."""
        return {
            "CPU": self.cpu_seconds(),
            "AS": self.memory + (1 << 30),  # an interpreter that loads libraries as it goes
            "FSIZE": DISK_BYTES // 2,
            "NOFILE": OPEN_FILES,
            "NPROC": 4096,  # counts every task of this user, so it cannot be tight; root is exempt
            "CORE": 0,
        }

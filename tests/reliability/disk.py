"""Disks that will not take more: full, or mounted read-only. Both by the kernel, not by a stand-in."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Within, no file grows beyond `size`: the kernel refuses as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def largest(folder: Path) -> int:
    return max(file.stat().st_size for file in folder.iterdir())


@cache
def can_mount() -> bool:
    """Whether this machine lets us mount in a namespace of our own."""
    return not subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode


def mounted_read_only(folder: Path, script: str) -> list[str]:
    """The command that runs a shell script which sees `folder` on a read-only disk, and writes elsewhere as usual."""
    place = str(folder)
    copied = f"cp -a '{place}/.' \"$kept\" && mount -t tmpfs none '{place}' && cp -a \"$kept/.\" '{place}'"
    steps = f"kept=$(mktemp -d) && {copied} && rm -r \"$kept\" && mount -o remount,ro '{place}' && {script}"
    return ["unshare", "-rm", "sh", "-c", steps]


def permissions_count() -> bool:
    """Whether `as_a_user` can see to it: root may write anywhere."""
    return os.geteuid() != 0 or shutil.which("setpriv") is not None


def as_a_user(command: list[str]) -> list[str]:
    """The command without root's power to write what permissions forbid."""
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command] if os.geteuid() == 0 else command

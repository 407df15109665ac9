"""The files that a program left in its folder, as data: only regular files, never followed out of it."""

import base64
import os
import stat
from collections.abc import Iterator
from typing import Any

MOST = 20
OF_LIBRARIES = ".matplotlib"
"""A library's own cache is none of the program's files."""


def take(room: int) -> list[dict[str, Any]]:
    """`{"name", "size", "content": base64 or None}` of the first files; content as long as there is room (bytes)."""
    files: list[dict[str, Any]] = []
    for name in _names():
        size = os.lstat(name).st_size
        content = None
        if size <= room:
            with open(name, "rb") as file:  # noqa: PTH123  (`open` may be the one of `memory_files`)
                content = file.read(room)
            room -= len(content)
        encoded = None if content is None else base64.b64encode(content).decode()
        files.append({"name": name.removeprefix("./"), "size": size, "content": encoded})
        if len(files) == MOST:
            break
    return files


def _names() -> Iterator[str]:
    for folder, below, names in os.walk("."):
        if OF_LIBRARIES in below:
            below.remove(OF_LIBRARIES)
        for name in sorted(names):
            path = f"{folder}/{name}"
            if stat.S_ISREG(os.lstat(path).st_mode):
                yield path

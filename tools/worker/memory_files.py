"""Files in memory, for kernels without Landlock: there the system call filter denies every path.

`open` and the functions of `os` that work with paths are replaced by ones over a dictionary, so that a program can
write, read, list and remove files of its own below its folder; they live as long as the process. It is a convenience
inside the confinement, never the confinement itself. Libraries in C that open files themselves (sqlite3) do not see it.
"""

import contextlib
import errno
import io
import os
import posixpath
import shutil
import stat
import sys
import tempfile
import time
import types
from collections.abc import Callable, Iterator
from typing import Any

from tools.worker.words import words

RESOURCES: dict[str, bytes] = {}
"""Files of installed libraries that can be read all the same, by path."""
FIRST_HANDLE = 1 << 20
"""Numbers of our descriptors; the kernel's are far below."""


class Node:
    """A file (`data`) or a folder (None)."""

    def __init__(self, data: bytearray | None) -> None:
        self.data = data
        self.changed = time.time_ns()

    def status(self) -> os.stat_result:
        kind = stat.S_IFDIR | 0o700 if self.data is None else stat.S_IFREG | 0o600
        size = 0 if self.data is None else len(self.data)
        whole = self.changed // 10**9
        times = {f"st_{which}time": self.changed / 1e9 for which in "amc"}
        times |= {f"st_{which}time_ns": self.changed for which in "amc"}
        return os.stat_result((kind, id(self), 1, 1, os.getuid(), os.getgid(), size, whole, whole, whole), times)


class Handle(io.RawIOBase):
    """An open file."""

    def __init__(self, node: Node, flags: int, name: str) -> None:
        assert node.data is not None  # a folder is refused before
        self.node, self.name, self.at = node, name, 0
        self._reads = flags & os.O_ACCMODE != os.O_WRONLY
        self._writes = flags & os.O_ACCMODE != os.O_RDONLY
        self._appends = bool(flags & os.O_APPEND)
        self.data: bytearray = node.data

    def readable(self) -> bool:
        return self._reads

    def writable(self) -> bool:
        return self._writes

    def seekable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self._reads:
            raise io.UnsupportedOperation("not readable")
        part = self.data[self.at : self.at + len(into)]
        into[: len(part)] = part
        self.at += len(part)
        return len(part)

    def write(self, what: Any) -> int:
        if not self._writes:
            raise io.UnsupportedOperation("not writable")
        part = bytes(what)
        at = len(self.data) if self._appends else self.at
        self.data.extend(b"\0" * (at - len(self.data)))
        self.data[at : at + len(part)] = part
        self.at, self.node.changed = at + len(part), time.time_ns()
        return len(part)

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = max(0, offset + (0, self.at, len(self.data))[whence])
        return self.at

    def truncate(self, size: int | None = None) -> int:
        end = self.at if size is None else size
        self.node.changed = time.time_ns()
        del self.data[end:]
        self.data.extend(b"\0" * (end - len(self.data)))
        return end


class Entry:
    """What `os.scandir` gives."""

    def __init__(self, path: str, node: Node) -> None:
        self.path, self.name, self._node = path, posixpath.basename(path), node

    def __fspath__(self) -> str:
        return self.path

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return self._node.data is None

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return self._node.data is not None

    def is_symlink(self) -> bool:
        return False

    def is_junction(self) -> bool:
        return False

    def inode(self) -> int:
        return id(self._node)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        return self._node.status()


class Entries(list[Entry]):
    """A list of entries that can be closed, as `os.scandir`'s iterator can."""

    def __enter__(self) -> Iterator[Entry]:
        return iter(self)

    def __exit__(self, *_: object) -> None:
        return None

    def __next__(self) -> Entry:
        if not self:
            raise StopIteration
        return self.pop(0)

    def close(self) -> None:
        self.clear()


class MemoryFiles:
    """The tree below `folder`, and the functions of `os` over it, with the errors of the real ones."""

    def __init__(self, folder: str) -> None:
        self.folder = self.current = folder
        self.nodes: dict[str, Node] = {folder: Node(None)}
        self.handles: dict[int, Handle] = {}

    def path(self, path: Any) -> str:
        text = posixpath.join(self.current, os.fsdecode(path))
        plain = "/." not in text and "//" not in text and not text.endswith("/")  # a long one takes long to take apart
        return text if plain else posixpath.normpath(text)

    def node(self, path: Any) -> Node:
        where = self.path(path)
        if found := self.nodes.get(where):
            return found
        if where in RESOURCES:
            return Node(bytearray(RESOURCES[where]))
        raise _error(errno.ENOENT if self._below(where) else errno.EACCES, path)

    def stat(self, path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> os.stat_result:
        if isinstance(path, int):
            return self.fstat(path)
        return self.node(path).status()

    def lstat(self, path: Any, *, dir_fd: int | None = None) -> os.stat_result:
        return self.node(path).status()

    def access(self, path: Any, mode: int, **_: Any) -> bool:
        return self.path(path) in self.nodes

    def mkdir(self, path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        where = self._new(path)
        if where in self.nodes:
            raise _error(errno.EEXIST, path)
        self.nodes[where] = Node(None)

    def rmdir(self, path: Any, *, dir_fd: int | None = None) -> None:
        if self.node(path).data is not None:
            raise _error(errno.ENOTDIR, path)
        if self.listdir(path) or self.path(path) == self.folder:
            raise _error(errno.ENOTEMPTY, path)
        del self.nodes[self.path(path)]

    def unlink(self, path: Any, *, dir_fd: int | None = None) -> None:
        if self.node(path).data is None:
            raise _error(errno.EISDIR, path)
        del self.nodes[self._new(path)]

    def rename(self, source: Any, target: Any, **_: Any) -> None:
        self.node(source)
        old, new = self._new(source), self._new(target)
        if new.startswith(f"{old}/"):
            raise _error(errno.EINVAL, target)
        there = self.nodes.get(new)
        if there and there.data is None and self.listdir(target):
            raise _error(errno.ENOTEMPTY, target)
        for where in [key for key in list(self.nodes) if key == old or key.startswith(f"{old}/")]:
            self.nodes[new + where[len(old) :]] = self.nodes.pop(where)

    def listdir(self, path: Any = ".") -> list[str]:
        return [entry.name for entry in self.scandir(path)]

    def scandir(self, path: Any = ".") -> Entries:
        if self.node(path).data is not None:
            raise _error(errno.ENOTDIR, path)
        where, shown = f"{self.path(path)}/", os.fsdecode(path)
        below = [(key, node) for key, node in list(self.nodes.items()) if key.startswith(where)]
        inside = [(key[len(where) :], node) for key, node in below if key.find("/", len(where)) < 0]
        return Entries(Entry(posixpath.join(shown, name), node) for name, node in inside)

    def getcwd(self) -> str:
        return self.current

    def chdir(self, path: Any) -> None:
        if self.node(path).data is not None:
            raise _error(errno.ENOTDIR, path)
        self.current = self.path(path)

    def chmod(self, path: Any, mode: int, **_: Any) -> None:
        self._own(path)

    def utime(self, path: Any, times: Any = None, *, ns: Any = None, **_: Any) -> None:
        seconds = ns[1] if ns else int(times[1] * 10**9) if times else time.time_ns()
        self._own(path).changed = seconds

    def truncate(self, path: Any, length: int) -> None:
        self.open_handle(path, os.O_WRONLY).truncate(length)

    def open_handle(self, path: Any, flags: int) -> Handle:
        node = self.nodes.get(self.path(path))
        if node and flags & os.O_EXCL:
            raise _error(errno.EEXIST, path)
        if node is None and flags & os.O_CREAT:
            node = self.nodes[self._new(path)] = Node(bytearray())
        elif node is None:
            node = self.node(path)  # a library's
            if flags & os.O_ACCMODE != os.O_RDONLY:
                raise _error(errno.EACCES, path)
        if node.data is None:
            raise _error(errno.EISDIR, path)
        if flags & os.O_TRUNC:
            node.data.clear()
        return Handle(node, flags, os.fsdecode(path))

    def open_number(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        handle = self.open_handle(path, flags)
        number = max(self.handles, default=FIRST_HANDLE - 1) + 1
        self.handles[number] = handle
        return number

    def fstat(self, number: int) -> os.stat_result:
        if number in self.handles:
            return self.handles[number].node.status()
        return _real_fstat(number)

    def close(self, number: int) -> None:
        if self.handles.pop(number, None) is None:
            _real_close(number)

    def read(self, number: int, count: int) -> bytes:
        if number in self.handles:
            return self.handles[number].read(count) or b""
        return _real_read(number, count)

    def write(self, number: int, data: Any) -> int:
        if number in self.handles:
            return self.handles[number].write(data)
        return _real_write(number, data)

    def lseek(self, number: int, offset: int, whence: int) -> int:
        if number in self.handles:
            return self.handles[number].seek(offset, whence)
        return _real_lseek(number, offset, whence)

    def _own(self, path: Any) -> Node:
        """What is there and can be changed. Raises OSError."""
        node = self.node(path)
        if self.path(path) not in self.nodes:
            raise _error(errno.EACCES, path)
        return node

    def _below(self, where: str) -> bool:
        return where == self.folder or where.startswith(f"{self.folder}/")

    def _new(self, path: Any) -> str:
        """Where something can be made or removed: below a folder that is there."""
        where = self.path(path)
        if not self._below(where):
            raise _error(errno.EACCES, path)
        parent = self.nodes.get(posixpath.dirname(where))
        if parent is None or parent.data is not None:
            raise _error(errno.ENOENT, path)
        return where


FLAGS = {"r": os.O_RDONLY, "w": os.O_WRONLY | os.O_CREAT | os.O_TRUNC, "a": os.O_WRONLY | os.O_CREAT | os.O_APPEND}
FLAGS["x"] = os.O_WRONLY | os.O_CREAT | os.O_EXCL


REPLACED = words(
    "stat lstat access mkdir rmdir unlink rename listdir scandir getcwd chdir chmod utime truncate fstat close read "
    "write lseek"
)


_bound: list[tuple[dict[Any, Any], Any, str]] = []
"""Where modules have one of these functions: the names there, that name, and what it is called here."""


def find_bound() -> None:
    """Looks through all that is loaded; done once, in the zygote, for it takes longer than many a program."""
    known = {id(getattr(os, name)): name for name in (*REPLACED, "remove", "replace")}
    known |= {id(os.open): "os.open", id(io.open): "open"}
    _bound.clear()
    for name, module in list(sys.modules.items()):
        if name not in ("posix", "_io", __name__):
            names = vars(module)
            _bound.extend((names, key, known[id(value)]) for key, value in list(names.items()) if id(value) in known)
    if source := sys.modules.get("numpy.lib._datasource"):
        with contextlib.suppress(AttributeError):  # another version of numpy
            source._file_openers._load()
            _bound.append((source._file_openers._file_openers, None, "open"))


def install(folder: str) -> None:
    """From now on this process's files are in memory, `folder` being the current one."""
    files = MemoryFiles(folder)
    ours: dict[str, Callable[..., Any]] = {name: getattr(files, name) for name in REPLACED}
    ours |= {"os.open": files.open_number, "remove": files.unlink, "replace": files.rename, "open": _opener(files)}
    for names, key, name in _bound:
        names[key] = ours[name]
    shutil._use_fd_functions = False  # type: ignore[attr-defined]  # removes trees by path, not by descriptor
    for function in vars(tempfile._TemporaryFileCloser).values():  # type: ignore[attr-defined]
        if isinstance(function, types.FunctionType) and function.__defaults__:
            defaults = (files.unlink if value is _real_unlink else value for value in function.__defaults__)
            function.__defaults__ = (*defaults,)


def _opener(files: MemoryFiles) -> Any:
    """`open` over `files`, in layers as the real one."""

    def open(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        flags = _flags(mode)
        if opener is not None:
            file = opener(file, flags)
        if isinstance(file, int) and file not in files.handles:
            return _real_open(file, mode, buffering, encoding, errors, newline, closefd)
        raw = files.handles.pop(file) if isinstance(file, int) else files.open_handle(file, flags)
        return _layers(raw, mode, buffering, encoding, errors, newline)

    return open


def _layers(
    raw: Handle, mode: str, buffering: int, encoding: str | None, errors: str | None, newline: str | None
) -> Any:
    if buffering == 0:
        return raw
    both = "+" in mode
    buffered: Any = (
        io.BufferedRandom(raw) if both else io.BufferedReader(raw) if "r" in mode else io.BufferedWriter(raw)
    )
    if "b" in mode:
        return buffered
    text = io.TextIOWrapper(buffered, encoding or "utf-8", errors, newline, line_buffering=buffering == 1)
    text.mode = mode  # type: ignore[misc]
    return text


def _flags(mode: str) -> int:
    kind = [letter for letter in mode if letter in "rwax"]
    if len(kind) != 1 or set(mode) - set("rwaxbt+"):
        raise ValueError(f"invalid mode: {mode!r}")
    flags = FLAGS[kind[0]]
    return flags & ~os.O_ACCMODE | os.O_RDWR if "+" in mode else flags


def _error(number: int, path: Any) -> OSError:
    return OSError(number, os.strerror(number), os.fspath(path))


_real_open, _real_close, _real_fstat, _real_unlink = io.open, os.close, os.fstat, os.unlink
_real_read, _real_write, _real_lseek = os.read, os.write, os.lseek

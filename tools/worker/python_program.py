"""Worker: runs one Python program as `__main__` and reports the value of its last expression, or its error."""

import ast
import contextlib
import os
import shutil
import sys
import threading
import traceback
import types
import warnings
from collections.abc import Callable
from typing import Any

from tools.worker import figures, made_files, project, session

FILE = "<program>"
VALUE_CHARACTERS = 65_536
IMAGE_BYTES, FILE_BYTES = 1 << 20, 256 << 10
"""What comes back of each, at most; they become part of the run, which is kept and shown."""


def run(task: dict[str, Any]) -> dict[str, Any]:
    """`{"code", "state"?, "keep"?}` to `{"value", "error": {"type", "message", "line"} | None, ...}`.

    Further: `images` and `files` that the program made; with `keep`, the `state` for the next program of the session.
    """
    code: str = task["code"]
    report: dict[str, Any] = {"value": None, "error": None}
    main = _main_module()

    def execute() -> None:
        if state := task.get("state"):
            report["broken"] = session.restore(state, main.__dict__)
        value = _execute(code, main)
        report["value"] = None if value is None else _short(repr(value))
        threading._shutdown()  # type: ignore[attr-defined]  # as an interpreter does at its end: waits for threads

    def collect() -> None:
        images, left_out = figures.take(IMAGE_BYTES)
        report["images"], report["images_left_out"] = images, left_out
        report["files"] = made_files.take(FILE_BYTES)
        if task.get("keep"):
            report["state"], report["lost"] = session.save(main.__dict__)

    report["error"] = _guarded(execute) or _guarded(collect)
    return report


def _main_module() -> types.ModuleType:
    project.hide()
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main  # dataclasses and pickle look a class's module up there
    shutil.copymode = shutil.copystat = lambda *args, **kwargs: None  # refused modes are no reason not to copy
    _allow_on_own_files()
    warnings.formatwarning = _warning
    figures.quiet()
    return main


def _allow_on_own_files() -> None:
    """Two calls that the filter refuses for any file, since it cannot see which.

    The program's own files have no other users, so that a new mode is as good as done; cutting goes by another way.
    """
    own, refused = os.getcwd(), os.chmod  # noqa: PTH109  (text)
    try:
        os.chmod(own, 0o700)  # noqa: PTH101
        return
    except PermissionError:
        pass

    def chmod(path: Any, mode: int, **more: Any) -> None:
        where = "" if isinstance(path, int) else os.path.realpath(os.fsdecode(path))
        if f"{where}/".startswith(f"{own}/"):
            os.stat(where)  # noqa: PTH116  (it must be there)
        else:
            refused(path, mode, **more)

    def truncate(path: Any, length: int) -> None:
        with open(path, "r+b") as file:  # noqa: PTH123
            file.truncate(length)

    os.chmod, os.truncate = chmod, truncate


def _guarded(part: Callable[[], None]) -> dict[str, Any] | None:
    """The error of the program's own making that `part` ended with, if any."""
    try:
        part()
    except SystemExit as error:
        if error.code not in (None, 0):
            return {"type": "SystemExit", "message": _message(error), "line": _line(error)}
    except BaseException as error:  # noqa: BLE001  (the program's own failure, whatever it is, is the result)
        with contextlib.suppress(BaseException):  # as in `_message`
            _print_traceback(error)
        return {"type": type(error).__name__, "message": _message(error), "line": _line(error)}
    return None


def _message(error: BaseException) -> str:
    try:
        return _short(_without_places(str(error)))
    except BaseException as unprintable:  # noqa: BLE001  (an exception of the program's own, with a `__str__` that fails)
        return f"its message cannot be shown: {type(unprintable).__name__}"


def _execute(code: str, main: types.ModuleType) -> object:
    tree = ast.parse(code, FILE)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, FILE, "exec"), main.__dict__)  # noqa: S102  (this is the sandboxed process)
    if not isinstance(last, ast.Expr):
        return None
    expression = ast.Expression(last.value)
    return eval(compile(expression, FILE, "eval"), main.__dict__)  # noqa: S307  (as above)


def _line(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == FILE]
    return lines[-1] if lines else None


def _print_traceback(error: BaseException) -> None:
    """The program's own frames, without its text: that is known, and output should be what a program did."""
    shown = traceback.TracebackException.from_exception(error)
    shown.stack = traceback.StackSummary.from_list([f for f in shown.stack if f.filename == FILE][-8:])
    sys.stderr.write(_without_places("".join(shown.format(chain=False))))


def _warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    return f"{_without_places(filename)}:{lineno}: {category.__name__}: {message}\n"


def _without_places(text: str) -> str:
    """Names of library files without where this machine keeps them."""
    for folder in sorted(filter(None, sys.path), key=len, reverse=True):
        text = text.replace(f"{folder}/", "")
    return text


def _short(text: str) -> str:
    if len(text) <= VALUE_CHARACTERS:
        return text
    return f"{text[:VALUE_CHARACTERS]}… [cut, {VALUE_CHARACTERS:,} of {len(text):,} characters shown]"
